// SPDX-License-Identifier: MIT
/* A state machine as a table: which actor may take which action from which status, under which
 * conditions, and the resulting status. One table decides whether an action passes, why it is
 * refused, and what allowed_actions lists. Pure: the caller supplies the time, as the conditions
 * that hold. */
#pragma once

#include "api/caller.h"
#include "base/value.h"

struct fields;
struct step_last;

/* Bits of actors: 1 << the kind of the caller (api/caller.h). A client without X-Actor has the bit
 * of staff. */
enum { TRANSITION_BY_STAFF = 1 << ACTOR_STAFF, TRANSITION_BY_SYSTEM = 1 << ACTOR_SYSTEM };
unsigned transition_actor(const struct api_caller *caller);

/* A row of the table allows an action. An action that no row allows is refused. */
enum { TRANSITION_STAYS = -1 };
struct transition {
    int action;
    unsigned from;  /* bits of statuses: 1 << status */
    int to;         /* the resulting status; TRANSITION_STAYS: the present one */
    unsigned actor; /* bits of transition_actor() */
    unsigned when;  /* bits of the conditions that must hold; 0: none */
};

struct transition_action {
    const char *verb;   /* as in the URL path */
    const char *audit;  /* action name in the audit log */
    struct texts label; /* absent: not listed in allowed_actions */
};

/* The error if a required condition does not hold. */
struct transition_refusal {
    unsigned when; /* the bit of the condition */
    enum fault_kind kind;
    const char *code;
    const char *detail;
};

/* The error for one action in some statuses, if no row allows the action there. */
struct transition_exception {
    int action;
    unsigned from; /* bits of statuses */
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

/* The state of a resource, as input of the table. */
struct transition_state {
    int status;          /* the status at the present time */
    unsigned conditions; /* bits of the conditions that hold */
};

/* Returns the row that allows the action; NULL if no row does. */
const struct transition *transition_find(const struct transition_machine *machine,
                                         struct transition_state state, int action, unsigned actor);

/* True with the resulting status if a row allows the action, else false with a fault. It is the
 * first of these that applies: 403 "forbidden" if this actor can never take this action; an
 * exception; the refusal of the first condition that does not hold; 409 "already_<status>" if this
 * actor cannot take the action in this status. So 403 depends on the actor alone: what it may do at
 * another time is a conflict with the present state. */
bool transition_check(const struct transition_machine *machine, struct transition_state state,
                      int action, unsigned actor, int *to_or_null, struct fault *fault) MUST_CHECK;

/* Whether the actor `actor_text` took the last step, and this action leads from the status before
 * it to the present status. The request then counts as repeated: it has no effect and is answered
 * with 200. */
bool transition_repeats(const struct transition_machine *machine, const struct step_last *last,
                        int status, int action, struct slice actor_text);

/* Whether a row of the table leads from another status to `status` by this action. */
bool transition_leads_to(const struct transition_machine *machine, int action, int status);

/* One entry of allowed_actions. */
struct transition_allowed {
    const struct transition *row;
    struct slice verb;
    int64_t until; /* FIELD_ABSENT: no deadline */
    int64_t cost;  /* tiyn; FIELD_ABSENT: no cost involved */
    struct texts label;
};
extern const struct fields transition_allowed_fields;

/* Lists the actions available to this actor, in the order of the machine's `actions`, with `until`
 * and `cost` absent. Returns their number, at most TRANSITION_ACTIONS_MAX. */
size_t transition_allowed(const struct transition_machine *machine, struct transition_state state,
                          unsigned actor, struct transition_allowed out[TRANSITION_ACTIONS_MAX]);
/* Writes the list of transition_allowed() as JSON, with this `until` for each action. */
void transition_encode(const struct transition_machine *machine, struct transition_state state,
                       unsigned actor, int64_t until, struct buf *out);
