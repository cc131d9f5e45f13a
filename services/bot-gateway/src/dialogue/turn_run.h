// SPDX-License-Identifier: MIT
/* The inside of turn_runner.h: a turn, its transactions and its calls. A transaction may run more
 * than once. */
#pragma once

#include "base/arena.h"
#include "db/query.h"

#include "dialogue/turn_runner.h"
#include "dialogue/turn_store.h"
#include "outbox/outbox.h"
#include "texts/texts_watch.h"

enum turn_run_end {
    TURN_RUN_NOTHING, /* there was no update */
    TURN_RUN_DONE,
    TURN_RUN_WAITS, /* leased: turn_run_ask() and turn_run_settle() are next */
    TURN_RUN_LATER, /* it has been put off, without a try being counted */
    TURN_RUN_LOST   /* it belongs to somebody else */
};

struct turn_run {
    struct turn_runner *turns;
    const struct turn_runner_options *options;
    struct turn_places *places;
    bool may_call;              /* set by the caller: there is room for a turn that waits */
    bool spare_only;            /* likewise: for one of a tenant of which none waits */
    const struct uuid *waiting; /* likewise: the tenants of those that wait, nil: of nobody */
    size_t waiting_max;
    struct arena arena;
    struct db_rows rows;
    struct turn_update update; /* borrowed from `rows` */
    struct turn_input input;
    struct turn_output output;
    const struct turn_called *asked; /* in earlier tries */
    size_t asked_count;
    struct service_call calls[TURN_CALLS_MAX]; /* of this one, with the one that is next */
    struct turn_record journal;                /* what is to be stored before it; absent: nothing */
    struct service_answer answers[TURN_CALLS_MAX];
    int64_t leased_ns;         /* when the lease was made, or made longer */
    struct arena_mark decided; /* the arena, when the step needs no more calls */
    enum turn_run_end end;
    bool taken;       /* there was an update */
    bool queued;      /* something is to be sent */
    bool unanswered;  /* another service did not answer */
    bool acted;       /* a call has changed something, or may have, in this try or before */
    struct fault why; /* set by the caller of turn_run_fail(), as the next one */
    bool forgets_forwards;
    bool counted;
    bool dead;
};

/* Returns new. What it is given is borrowed for its life. */
struct turn_run *turn_run_create(struct turn_runner *turns,
                                 const struct turn_runner_options *options,
                                 struct turn_places *places, struct fault *fault);
void turn_run_destroy(struct turn_run *turning); /* takes NULL */

/* The turn: takes an update, decides, stores; or leases it, or puts it off. */
bool turn_run_act(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;

/* Keeps the words of an update that is handled with this one. */
bool turn_run_keep_line(struct db *tx, const struct turn_run *turning,
                        const struct update_view *view, struct fault *fault) MUST_CHECK;

/* Of one that was leased, in a fiber and outside of transactions: makes the calls until the step
 * needs none. False also when the service stops: FAULT_UNAVAILABLE "stopping"; or when the update
 * belongs to somebody else: FAULT_UNAVAILABLE "lost". */
bool turn_run_ask(struct turn_run *turning, struct fault *fault) MUST_CHECK;
/* Stores what was decided, and gives the lease back. May be tried any number of times. */
bool turn_run_settle(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;
/* Gives the lease back; the turn is done again soon. */
bool turn_run_release(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;

/* Counts the failure `why`; sets `counted` and `dead`. One that is dead is placed for its forwards,
 * unless it `forgets_forwards`. */
bool turn_run_fail(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;
/* Says a word to a person whose update has failed: that it is dead, or that another service lets it
 * wait; nothing to one who was erased since then. Sets `queued`. */
bool turn_run_console(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;

/* --- what the files of these functions share --- */

/* Makes the call of the step: in a fiber, outside of transactions. */
bool turn_run_call(struct turn_run *turning, struct fault *fault) MUST_CHECK;

/* The tables of texts may be others after a wait. */
const struct texts *turn_run_texts(const struct turn_run *turning);
/* Queues a message of the turn. Sets its id, tenant and bot, and `queued`. */
bool turn_run_place(struct db *tx, struct turn_run *turning, struct outbox_message *sending,
                    struct fault *fault) MUST_CHECK;
/* The update is due for the forwards of its bot. */
bool turn_run_place_forwards(struct db *tx, const struct turn_run *turning,
                             struct fault *fault) MUST_CHECK;
