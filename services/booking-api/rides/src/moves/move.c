// SPDX-License-Identifier: MIT
#include "moves/move.h"

enum { ANY_STATUS = -1 };

unsigned move_who(const struct api_caller *caller)
{
    switch (caller->actor) {
    case RIDE_ACTOR_GUEST:
        return MOVE_BY_GUEST;
    case RIDE_ACTOR_DRIVER:
        return MOVE_BY_DRIVER;
    case ACTOR_CLIENT:
    case ACTOR_STAFF:
        return MOVE_BY_STAFF;
    case ACTOR_SYSTEM:
        return MOVE_BY_SYSTEM;
    default:
        return 0;
    }
}

/* The first row of this action from this status (or from any) for one of these actors whose
 * conditions are among `holds`; NULL: there is none. */
static const struct move *row_of(const struct move_machine *machine, int action, int from,
                                 unsigned who, unsigned holds)
{
    for (size_t i = 0; i < machine->row_count; i++) {
        const struct move *row = &machine->rows[i];
        if (row->action == action && (from == ANY_STATUS || row->from == from) &&
            (row->who & who) != 0 && (row->when & ~holds) == 0)
            return row;
    }
    return NULL;
}

const struct move *move_find(const struct move_machine *machine, struct move_state state,
                             int action, unsigned who)
{
    return row_of(machine, action, state.status, who, state.holds);
}

static const struct move_exception *exception_of(const struct move_machine *machine, int action,
                                                 int from)
{
    for (size_t i = 0; i < machine->exception_count; i++) {
        const struct move_exception *one = &machine->exceptions[i];
        if (one->action == action && one->from == from)
            return one;
    }
    return NULL;
}

/* Sets the refusal of the first condition of the row that does not hold. */
static bool refuse_now(const struct move_machine *machine, const struct move *row, unsigned holds,
                       struct fault *fault)
{
    const unsigned missing = row->when & ~holds;
    size_t i = 0;

    while (i + 1 < machine->refusal_count && (machine->refusals[i].when & missing) == 0)
        i++;
    return fault_set(fault, machine->refusals[i].kind, machine->refusals[i].code, "%s",
                     machine->refusals[i].detail);
}

static bool refuse(const struct move_machine *machine, struct move_state state, int action,
                   unsigned who, struct fault *fault)
{
    const unsigned all = ~0U, people = MOVE_BY_ANYBODY & ~(unsigned)MOVE_BY_SYSTEM;
    const char *verb = machine->actions[action].verb;
    const char *status = machine->statuses[state.status];
    const struct move *later = row_of(machine, action, state.status, who, all);
    const struct move_exception *own = exception_of(machine, action, state.status);

    if (row_of(machine, action, ANY_STATUS, who, all) == NULL)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                         "This actor may not take the action %s.", verb);
    if (own != NULL)
        return fault_set(fault, own->kind, own->code, "%s", own->detail);
    if (row_of(machine, action, state.status, people | who, all) == NULL)
        return fault_set(fault, FAULT_CONFLICT, machine->already[state.status], "The %s is %s.",
                         machine->noun, status);
    if (later != NULL)
        return refuse_now(machine, later, state.holds, fault);
    return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                     "This actor may not take the action %s while the %s is %s.", verb,
                     machine->noun, status);
}

bool move_judge(const struct move_machine *machine, struct move_state state, int action,
                unsigned who, const struct move **move, struct fault *fault)
{
    const struct move *found = move_find(machine, state, action, who);

    if (found == NULL)
        return refuse(machine, state, action, who, fault);
    *move = found;
    return true;
}

bool move_leads(const struct move_machine *machine, int action, int from, int to)
{
    for (size_t i = 0; i < machine->row_count; i++) {
        const struct move *row = &machine->rows[i];
        if (row->action == action && row->from == from && row->to == to)
            return true;
    }
    return false;
}

size_t move_allowed(const struct move_machine *machine, struct move_state state, unsigned who,
                    struct move_allowed out[MOVE_ACTIONS_MAX])
{
    size_t count = 0;

    for (int action = 0; action < (int)machine->action_count; action++) {
        const struct move_action *name = &machine->actions[action];
        if (name->label.ru.at == NULL || move_find(machine, state, action, who) == NULL)
            continue;
        out[count++] = (struct move_allowed){
            .action = action,
            .verb = slice_of(name->verb),
            .until = FIELD_ABSENT,
            .cost = FIELD_ABSENT,
            .label = name->label,
        };
    }
    return count;
}
