// SPDX-License-Identifier: MIT
/* A state machine as a table: who may take which action from which status, what must hold, and
 * where it leads. One table decides which actions pass, why one is refused and what allowed_actions
 * lists. Pure: the time is given. trip.h, ride.h and offer.h have the tables. */
#pragma once

#include "base/fault.h"
#include "base/value.h"

#include "ride_callers.h"

enum {
    MOVE_BY_GUEST = 1 << 0, /* the passenger or sender */
    MOVE_BY_DRIVER = 1 << 1,
    MOVE_BY_STAFF = 1 << 2, /* or the client itself */
    MOVE_BY_SYSTEM = 1 << 3,
    MOVE_BY_ANYBODY = (1 << 4) - 1
};

/* The bit of an actor; 0: one who has nothing to do with rides, such as an owner of flats. */
unsigned move_who(const struct api_caller *caller);

enum { MOVE_ACTIONS_MAX = 24 };

/* A row. What is not a row cannot happen. */
struct move {
    int action;
    int from;      /* status */
    int to;        /* the same: the action leaves the status as it is */
    unsigned who;  /* bits of MOVE_BY_... */
    unsigned when; /* conditions of the machine, all of which must hold; 0: always */
};

struct move_action {
    const char *verb;   /* as in the path */
    const char *audit;  /* the audit's word */
    struct texts label; /* none: allowed_actions does not list it */
};

/* The answer where a condition does not hold. */
struct move_refusal {
    unsigned when; /* one bit */
    enum fault_kind kind;
    const char *code;
    const char *detail;
};

/* An answer of its own for an action from a status without a row. */
struct move_exception {
    int action;
    int from;
    enum fault_kind kind;
    const char *code;
    const char *detail;
};

struct move_machine {
    const char *noun; /* "ride" */
    const struct move *rows;
    size_t row_count;
    const struct move_action *actions;   /* by action */
    size_t action_count;                 /* at most MOVE_ACTIONS_MAX */
    const char *const *statuses;         /* names by status */
    const char *const *already;          /* codes of 409 by status: "already_held" */
    const struct move_refusal *refusals; /* the first that applies is told */
    size_t refusal_count;
    const struct move_exception *exceptions;
    size_t exception_count;
};

/* Where a trip, a ride or an offer is: its status by the clock, and the conditions that hold. */
struct move_state {
    int status;
    unsigned holds;
};

/* The row that applies; NULL: there is none. */
const struct move *move_find(const struct move_machine *machine, struct move_state state,
                             int action, unsigned who);

/* The same, or why not, in this order: 403 "forbidden" (an action that is never this actor's); an
 * exception; 409 "already_<status>" (from this status no person can, at most the system by itself);
 * the refusal of the first condition that does not hold; 403 "forbidden" (others can). */
bool move_judge(const struct move_machine *machine, struct move_state state, int action,
                unsigned who, const struct move **move, struct fault *fault) MUST_CHECK;

/* Does the action lead from the one status to the other? A caller who repeats the very step that
 * made the present status gets 200 without effect; who made that step is for the caller to compare.
 */
bool move_leads(const struct move_machine *machine, int action, int from, int to);

/* One entry of allowed_actions. */
struct move_allowed {
    int action;
    struct slice verb;
    int64_t until; /* FIELD_ABSENT: open */
    int64_t cost;  /* tiyn; FIELD_ABSENT: not a matter of money */
    struct texts label;
};

/* What this actor can do now, in the order of the actions; `until` and `cost` are absent. Returns
 * how many, at most MOVE_ACTIONS_MAX. */
size_t move_allowed(const struct move_machine *machine, struct move_state state, unsigned who,
                    struct move_allowed out[MOVE_ACTIONS_MAX]);
