// SPDX-License-Identifier: MIT
/* One update: its transactions and its calls. A transaction may run more than once. */
#pragma once

#include "base/arena.h"
#include "db/query.h"

#include "dialogue/turn_runner.h"
#include "dialogue/turn_store.h"
#include "outbox/outbox.h"
#include "texts/texts_watch.h"

enum turn_run_end {
    TURN_RUN_NONE, /* there was no update */
    TURN_RUN_DONE,
    TURN_RUN_WAITS,    /* leased: turn_run_make_calls() and turn_run_store() are next */
    TURN_RUN_DEFERRED, /* released to be taken later; no try is counted */
    TURN_RUN_LOST      /* another worker owns the update */
};

struct turn_run {
    struct turn_runner *runner;
    const struct turn_runner_options *options;
    struct turn_cursor *cursor;
    bool may_call;    /* set by the caller: a turn may wait for calls */
    bool is_reserved; /* set by the caller: only if no other turn of its tenant waits */
    const struct uuid *waiting_tenants; /* set by the caller: tenants of the turns that wait; nil:
                                           an unused slot */
    size_t waiting_max;
    struct arena arena;
    struct db_rows rows;
    struct turn_update update; /* borrowed from `rows` */
    struct turn_input input;
    struct turn_output output;
    const struct turn_recorded_call *recorded; /* of earlier tries */
    size_t recorded_count;
    struct service_call calls[TURN_CALLS_MAX]; /* of this try, with the next one */
    struct turn_record journal; /* to be stored before the next call; absent: nothing */
    struct service_answer answers[TURN_CALLS_MAX];
    int64_t leased_ns;         /* when the lease was taken or renewed */
    struct arena_mark decided; /* the arena when the turn needs no more calls */
    enum turn_run_end end;
    bool taken;           /* there was an update */
    bool queued;          /* a message was queued */
    bool unanswered;      /* another service did not answer */
    bool acted;           /* a call has changed something, or may have, in this try or before */
    struct fault failure; /* set by the caller of turn_run_fail(), like the next one */
    bool skips_forwards;
    bool counted;
    bool dead;
};

/* Returns new. All arguments are borrowed for its life. */
struct turn_run *turn_run_create(struct turn_runner *runner,
                                 const struct turn_runner_options *options,
                                 struct turn_cursor *cursor, struct fault *fault);
void turn_run_destroy(struct turn_run *run); /* takes NULL */

/* Takes an update, runs the turn and stores its output; or leases or releases the update. */
bool turn_run_start(struct db *tx, void *run, struct fault *fault) MUST_CHECK;

/* Stores the text of an update of the same album in the history. */
bool turn_run_store_message(struct db *tx, const struct turn_run *run,
                            const struct update_view *view, struct fault *fault) MUST_CHECK;

/* For a leased update, in a fiber and outside of transactions: makes the calls that the turn needs.
 * Also false if the service stops (FAULT_UNAVAILABLE "stopping"), or another worker owns the update
 * (FAULT_UNAVAILABLE "lost"). */
bool turn_run_make_calls(struct turn_run *run, struct fault *fault) MUST_CHECK;
/* Stores the output and ends the lease. May be retried any number of times. */
bool turn_run_store(struct db *tx, void *run, struct fault *fault) MUST_CHECK;
/* Ends the lease; the update is due again at once. */
bool turn_run_release(struct db *tx, void *run, struct fault *fault) MUST_CHECK;

/* Counts the failure; sets `counted` and `dead`. A dead update is enqueued for its forwards, unless
 * `skips_forwards`. */
bool turn_run_fail(struct db *tx, void *run, struct fault *fault) MUST_CHECK;
/* Informs the person that the update is dead, or that it waits for another service; not if the
 * person was erased since. Sets `queued`. */
bool turn_run_notify(struct db *tx, void *run, struct fault *fault) MUST_CHECK;

/* --- shared by the files of this module --- */

/* Makes the next call: in a fiber, outside of transactions. */
bool turn_run_call(struct turn_run *run, struct fault *fault) MUST_CHECK;

/* Read it again after a wait: the tables may have been replaced. */
const struct texts *turn_run_texts(const struct turn_run *run);
/* Queues a message. Sets its id, tenant and bot, and `queued`. */
bool turn_run_enqueue(struct db *tx, struct turn_run *run, struct outbox_message *message,
                      struct fault *fault) MUST_CHECK;
/* Enqueues the update for the forwards of its bot. */
bool turn_run_enqueue_forwards(struct db *tx, const struct turn_run *run,
                               struct fault *fault) MUST_CHECK;
