// SPDX-License-Identifier: MIT
#include "api/transition.h"

#include <stddef.h>

#include "api/steps.h"
#include "json/texts.h"

// clang-format off
#define AT(member) .offset = offsetof(struct transition_allowed, member)
static const struct field allowed_items[] = {
    {.name = "action", .type = FIELD_TEXT,   AT(verb)},
    {.name = "until",  .type = FIELD_TIME,   .flags = FIELD_OMIT, AT(until)},
    {.name = "cost",   .type = FIELD_MONEY,  .flags = FIELD_OMIT, AT(cost)},
    {.name = "label",  .type = FIELD_OBJECT, AT(label), .table = &texts_title_fields},
};
#undef AT
// clang-format on
const struct fields transition_allowed_fields = FIELDS_OF(allowed_items, struct transition_allowed);

unsigned transition_actor(const struct api_caller *caller)
{
    return caller->actor == ACTOR_CLIENT ? TRANSITION_BY_STAFF : 1U << caller->actor;
}

/* The first row of this action from one of these statuses for one of these actors whose conditions
 * are all in `conditions`; NULL: none. */
static const struct transition *find_row(const struct transition_machine *machine, int action,
                                         unsigned from, unsigned actor, unsigned conditions)
{
    for (size_t i = 0; i < machine->row_count; i++) {
        const struct transition *row = &machine->rows[i];
        if (row->action == action && (row->from & from) != 0 && (row->actor & actor) != 0 &&
            (row->when & ~conditions) == 0)
            return row;
    }
    return NULL;
}

const struct transition *transition_find(const struct transition_machine *machine,
                                         struct transition_state state, int action, unsigned actor)
{
    return find_row(machine, action, 1U << state.status, actor, state.conditions);
}

static const struct transition_exception *find_exception(const struct transition_machine *machine,
                                                         int action, unsigned from)
{
    for (size_t i = 0; i < machine->exception_count; i++) {
        const struct transition_exception *one = &machine->exceptions[i];
        if (one->action == action && (one->from & from) != 0)
            return one;
    }
    return NULL;
}

static bool refuse_unmet_condition(const struct transition_machine *machine,
                                   const struct transition *row, unsigned conditions,
                                   struct fault *fault)
{
    const unsigned missing = row->when & ~conditions;
    size_t i = 0;

    while (i + 1 < machine->refusal_count && (machine->refusals[i].when & missing) == 0)
        i++;
    return fault_set(fault, machine->refusals[i].kind, machine->refusals[i].code, "%s",
                     machine->refusals[i].detail);
}

static bool refuse_action(const struct transition_machine *machine, struct transition_state state,
                          int action, unsigned actor, struct fault *fault)
{
    const unsigned all = ~0U, from = 1U << state.status;
    const struct transition *later = find_row(machine, action, from, actor, all);
    const struct transition_exception *own = find_exception(machine, action, from);

    if (find_row(machine, action, all, actor, all) == NULL)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                         "This actor may not take the action %s.", machine->actions[action].verb);
    if (own != NULL)
        return fault_set(fault, own->kind, own->code, "%s", own->detail);
    if (later != NULL)
        return refuse_unmet_condition(machine, later, state.conditions, fault);
    return fault_set(fault, FAULT_CONFLICT, machine->already[state.status], "The %s is %s.",
                     machine->noun, machine->statuses[state.status]);
}

static int status_after_transition(const struct transition *row, int from)
{
    return row->to == TRANSITION_STAYS ? from : row->to;
}

bool transition_check(const struct transition_machine *machine, struct transition_state state,
                      int action, unsigned actor, int *to_or_null, struct fault *fault)
{
    const struct transition *found = transition_find(machine, state, action, actor);

    if (found == NULL)
        return refuse_action(machine, state, action, actor, fault);
    if (to_or_null != NULL)
        *to_or_null = status_after_transition(found, state.status);
    return true;
}

bool transition_repeats(const struct transition_machine *machine, const struct step_last *last,
                        int status, int action, struct slice actor_text)
{
    int from = 0;

    if (!slice_is(last->to, machine->statuses[status]) || !slice_equal(last->actor, actor_text))
        return false;
    while (machine->statuses[from] != NULL && !slice_is(last->from, machine->statuses[from]))
        from++;
    for (size_t i = 0; i < machine->row_count && machine->statuses[from] != NULL; i++) {
        const struct transition *row = &machine->rows[i];

        if (row->action == action && (row->from & 1U << from) != 0 &&
            status_after_transition(row, from) == status)
            return true;
    }
    return false;
}

bool transition_leads_to(const struct transition_machine *machine, int action, int status)
{
    for (size_t i = 0; i < machine->row_count; i++)
        if (machine->rows[i].action == action && machine->rows[i].to == status)
            return true;
    return false;
}

size_t transition_allowed(const struct transition_machine *machine, struct transition_state state,
                          unsigned actor, struct transition_allowed out[TRANSITION_ACTIONS_MAX])
{
    size_t count = 0;

    for (int action = 0; action < (int)machine->action_count; action++) {
        const struct transition_action *name = &machine->actions[action];
        const struct transition *row = transition_find(machine, state, action, actor);

        if (row == NULL || name->label.ru.at == NULL)
            continue;
        out[count++] = (struct transition_allowed){
            .row = row,
            .verb = slice_of(name->verb),
            .until = FIELD_ABSENT,
            .cost = FIELD_ABSENT,
            .label = name->label,
        };
    }
    return count;
}

void transition_encode(const struct transition_machine *machine, struct transition_state state,
                       unsigned actor, int64_t until, struct buf *out)
{
    struct transition_allowed allowed[TRANSITION_ACTIONS_MAX];
    const size_t count = transition_allowed(machine, state, actor, allowed);

    for (size_t i = 0; i < count; i++)
        allowed[i].until = until;
    fields_encode_list(&transition_allowed_fields, allowed, count, false, out);
}
