// SPDX-License-Identifier: MIT
/* A state machine as a table: which actor may take which action from which status, under which
 * conditions, and the resulting status. One table decides whether an action passes, why it is
 * refused, and what allowed_actions lists. Pure: the caller supplies the time, as the conditions
 * that hold. */
#pragma once

#include "api/caller.h"
#include "base/value.h"

struct buf;
struct fields;
struct step_last;

/* Bits of actors: 1 << the kind of the caller (api/caller.h). Staff's is also the client's own. */
enum { TRANSITION_BY_STAFF = 1 << ACTOR_STAFF, TRANSITION_BY_SYSTEM = 1 << ACTOR_SYSTEM };
unsigned transition_actor(const struct api_caller *caller);

/* A row of the table. Without a row the action is refused. */
struct transition {
    int action;
    int from;       /* status */
    int to;         /* equal to `from`: the status does not change */
    unsigned actor; /* bits of transition_actor() */
    unsigned when;  /* required conditions of the machine; 0: none */
};

struct transition_action {
    const char *verb;   /* as in the URL path */
    const char *audit;  /* action name in the audit log */
    struct texts label; /* absent: not listed in allowed_actions */
};

/* The error for a condition that does not hold. */
struct transition_refusal {
    unsigned when; /* one bit */
    enum fault_kind kind;
    const char *code;
    const char *detail;
};

/* A specific error for an action from a status without a row. */
struct transition_exception {
    int action;
    int from;
    enum fault_kind kind;
    const char *code;
    const char *detail;
};

enum { TRANSITION_ACTIONS_MAX = 24 };

struct transition_machine {
    const char *noun; /* "ride" */
    const struct transition *rows;
    size_t row_count;
    const struct transition_action *actions;   /* by action */
    size_t action_count;                       /* at most TRANSITION_ACTIONS_MAX */
    const char *const *statuses;               /* names by status; NULL-terminated */
    const char *const *already;                /* codes of 409 by status: "already_held" */
    const struct transition_refusal *refusals; /* in order of priority */
    size_t refusal_count;
    const struct transition_exception *exceptions;
    size_t exception_count;
};

/* The status by the clock and the conditions that hold. */
struct transition_state {
    int status;
    unsigned conditions;
};

/* The row that applies; NULL: none. */
const struct transition *transition_find(const struct transition_machine *machine,
                                         struct transition_state state, int action, unsigned actor);

/* The same for the caller's actor, or the refusal, in this order of priority: 403 "forbidden" if
 * the actor can never take this action; an exception; 409 "already_<status>" if no person can take
 * it from this status; the refusal of the first condition that does not hold; 403 "forbidden" if
 * only other actors can. */
bool transition_check(const struct transition_machine *machine, struct transition_state state,
                      int action, unsigned actor, const struct transition **transition,
                      struct fault *fault) MUST_CHECK;

/* True if `actor_text` has caused the present status by this action. Such a request has no effect
 * and is answered with 200. */
bool transition_repeats(const struct transition_machine *machine, const struct step_last *last,
                        int status, int action, struct slice actor_text);

/* One entry of allowed_actions. */
struct transition_allowed {
    const struct transition *row;
    struct slice verb;
    int64_t until; /* FIELD_ABSENT: no deadline */
    int64_t cost;  /* tiyn; FIELD_ABSENT: no cost involved */
    struct texts label;
};
extern const struct fields transition_allowed_fields;

/* Lists the actions available to this actor, in the order of the actions, with `until` and `cost`
 * absent. Returns their number, at most TRANSITION_ACTIONS_MAX. */
size_t transition_allowed(const struct transition_machine *machine, struct transition_state state,
                          unsigned actor, struct transition_allowed out[TRANSITION_ACTIONS_MAX]);
/* Writes allowed_actions: the same list with this `until` of each. */
void transition_encode(const struct transition_machine *machine, struct transition_state state,
                       unsigned actor, int64_t until, struct buf *out);
