// SPDX-License-Identifier: MIT
#include "transitions/transition.h"

enum { ANY_STATUS = -1 };

unsigned transition_actor(const struct api_caller *caller)
{
    switch (caller->actor) {
    case RIDE_ACTOR_GUEST:
        return TRANSITION_BY_GUEST;
    case RIDE_ACTOR_DRIVER:
        return TRANSITION_BY_DRIVER;
    case ACTOR_CLIENT:
    case ACTOR_STAFF:
        return TRANSITION_BY_STAFF;
    case ACTOR_SYSTEM:
        return TRANSITION_BY_SYSTEM;
    default:
        return 0;
    }
}

/* The first row of this action from this status (or any) for one of these actors whose conditions
 * are all in `conditions`; NULL: none. */
static const struct transition *row_of(const struct transition_machine *machine, int action,
                                       int from, unsigned actor, unsigned conditions)
{
    for (size_t i = 0; i < machine->row_count; i++) {
        const struct transition *row = &machine->rows[i];
        if (row->action == action && (from == ANY_STATUS || row->from == from) &&
            (row->actor & actor) != 0 && (row->when & ~conditions) == 0)
            return row;
    }
    return NULL;
}

const struct transition *transition_find(const struct transition_machine *machine,
                                         struct transition_state state, int action, unsigned actor)
{
    return row_of(machine, action, state.status, actor, state.conditions);
}

static const struct transition_exception *exception_of(const struct transition_machine *machine,
                                                       int action, int from)
{
    for (size_t i = 0; i < machine->exception_count; i++) {
        const struct transition_exception *one = &machine->exceptions[i];
        if (one->action == action && one->from == from)
            return one;
    }
    return NULL;
}

static bool refuse_condition(const struct transition_machine *machine, const struct transition *row,
                             unsigned conditions, struct fault *fault)
{
    const unsigned missing = row->when & ~conditions;
    size_t i = 0;

    while (i + 1 < machine->refusal_count && (machine->refusals[i].when & missing) == 0)
        i++;
    return fault_set(fault, machine->refusals[i].kind, machine->refusals[i].code, "%s",
                     machine->refusals[i].detail);
}

static bool refuse(const struct transition_machine *machine, struct transition_state state,
                   int action, unsigned actor, struct fault *fault)
{
    const unsigned all = ~0U, people = TRANSITION_BY_ANY & ~(unsigned)TRANSITION_BY_SYSTEM;
    const char *verb = machine->actions[action].verb;
    const char *status = machine->statuses[state.status];
    const struct transition *later = row_of(machine, action, state.status, actor, all);
    const struct transition_exception *own = exception_of(machine, action, state.status);

    if (row_of(machine, action, ANY_STATUS, actor, all) == NULL)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                         "This actor may not take the action %s.", verb);
    if (own != NULL)
        return fault_set(fault, own->kind, own->code, "%s", own->detail);
    if (row_of(machine, action, state.status, people | actor, all) == NULL)
        return fault_set(fault, FAULT_CONFLICT, machine->already[state.status], "The %s is %s.",
                         machine->noun, status);
    if (later != NULL)
        return refuse_condition(machine, later, state.conditions, fault);
    return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                     "This actor may not take the action %s while the %s is %s.", verb,
                     machine->noun, status);
}

bool transition_check(const struct transition_machine *machine, struct transition_state state,
                      int action, unsigned actor, const struct transition **transition,
                      struct fault *fault)
{
    const struct transition *found = transition_find(machine, state, action, actor);

    if (found == NULL)
        return refuse(machine, state, action, actor, fault);
    *transition = found;
    return true;
}

bool transition_exists(const struct transition_machine *machine, int action, int from, int to)
{
    for (size_t i = 0; i < machine->row_count; i++) {
        const struct transition *row = &machine->rows[i];
        if (row->action == action && row->from == from && row->to == to)
            return true;
    }
    return false;
}

size_t transition_allowed(const struct transition_machine *machine, struct transition_state state,
                          unsigned actor, struct transition_allowed out[TRANSITION_ACTIONS_MAX])
{
    size_t count = 0;

    for (int action = 0; action < (int)machine->action_count; action++) {
        const struct transition_action *name = &machine->actions[action];
        if (name->label.ru.at == NULL || transition_find(machine, state, action, actor) == NULL)
            continue;
        out[count++] = (struct transition_allowed){
            .action = action,
            .verb = slice_of(name->verb),
            .until = FIELD_ABSENT,
            .cost = FIELD_ABSENT,
            .label = name->label,
        };
    }
    return count;
}
