// SPDX-License-Identifier: MIT
/* The handling of one update: its transactions and its calls of other services. */
#pragma once

#include "base/arena.h"
#include "db/query.h"

#include "app.h"
#include "dialogue/turn_runner.h"
#include "dialogue/turn_store.h"
#include "outbox/outbox.h"
#include "texts/texts_watch.h"

/* The slots in use. Each turn of the process that waits for calls of other services has one. */
struct turn_slots {
    struct uuid tenants[TURN_RUNNER_CALLS_MAX]; /* tenants of these turns, unordered */
    int count;
};

struct turn_run {
    const struct gateway_app *app;
    turn_handle_update_fn *step;
    struct turn_cursor *cursor;
    struct turn_slots *slots;
    struct turn_runner *runner; /* of turn_runner.c; NULL: none */

    struct arena arena;
    struct db_rows rows;
    struct turn_update update; /* borrowed from `rows` */
    struct db_rows merged;     /* album_lock_merged_updates() */
    struct turn_input input;
    struct turn_output output;
    struct outbox_message passed;              /* the message of output.pass, once it is queued */
    const struct turn_recorded_call *recorded; /* calls of earlier tries */
    size_t recorded_count;
    struct db *tx;     /* the first transaction, until its end */
    bool leased;       /* `tx` has ended with a lease of the update; the turn has a slot */
    int64_t leased_ns; /* when the lease was taken or renewed */
    struct service_call calls[TURN_CALLS_MAX];     /* of this try, also the one being made */
    struct service_answer answers[TURN_CALLS_MAX]; /* to `calls` */
    size_t call_count;                             /* answered calls */
    bool searches;                                 /* one of `calls` goes to search-api */
    struct turn_record journal; /* to be stored before the next call; its members may be absent */
    struct arena_mark decided;  /* position of the arena when `output` was complete */
    bool taken;                 /* an update was due */
    bool done;                  /* the update is done; else released, or another worker owns it */
    bool put_off;               /* no slot was free for a call */
    bool queued;                /* a message was queued */
    bool unanswered;            /* another service did not answer */
    bool acted; /* a call has changed something, or may have, in this try or before */
    /* Input of turn_run_count_failure(): */
    struct fault failure;
    bool skips_forwards;
    /* Output of turn_run_count_failure(): */
    bool counted; /* else another worker owns the update */
    bool dead;    /* there is no next try */
};

/* Returns new. Borrows all arguments until turn_run_destroy(). */
struct turn_run *turn_run_create(const struct gateway_app *app, turn_handle_update_fn *step,
                                 struct turn_cursor *cursor, struct turn_slots *slots,
                                 struct fault *fault);
void turn_run_destroy(struct turn_run *run); /* takes NULL */

/* Takes the next due update, if there is one (`taken`), runs its turn (turn.h) and stores the
 * output. Makes the update due again later if no slot is free for a call (`put_off`), its places
 * are not read yet, or its album may be incomplete. The first call of the turn
 * ends the transaction with a lease: if the result is true and `leased` is set, the caller must
 * call turn_run_store_output(). The fault may be one of turn_run_call_service(). */
bool turn_run_handle_next_update(struct db *tx, void *run, struct fault *fault) MUST_CHECK;

/* Stores the text of `view`, an update of an album, in the history, unless the output is
 * confided. */
bool turn_run_store_in_history(struct db *tx, const struct turn_run *run,
                               const struct update_view *view, struct fault *fault) MUST_CHECK;

/* Queues run->merged and the update for forwards. What people write to each other is not forwarded:
 * the erasure of one person does not search deliveries of the other person's updates. */
bool turn_run_enqueue_for_forwards(struct db *tx, const struct turn_run *run,
                                   struct fault *fault) MUST_CHECK;

/* Derives the key of the bot's buttons. Without a token makes a random key: no button is valid. */
bool turn_run_derive_button_key(const struct turn_run *run, const struct uuid *bot_id,
                                uint8_t key[BUTTON_KEY_LEN], bool *has_token,
                                struct fault *fault) MUST_CHECK;

/* Queues a message of any bot of the tenant, and sets its id. The caller has set its bot. */
bool turn_run_enqueue_message(struct db *tx, struct turn_run *run, struct outbox_message *message,
                              struct fault *fault) MUST_CHECK;

/* --- messages for other people (turn_run_pass.c) --- */

/* view_relay() of struct turn_caller. */
bool turn_run_read_relay_view(void *run, const struct relay_query *query, struct relay_view *out,
                              struct fault *fault) MUST_CHECK;
/* Treats an edit like the message that it edits, which may have been passed on or be confided: if
 * the message has no line in the history, the edit gets none and is not forwarded, and its body is
 * deleted. Does nothing if the update is not an edit of a text or a medium, or is an edit in a
 * group and does not answer a dialogue's message. */
bool turn_run_conceal_edit(struct db *tx, struct turn_run *run, struct fault *fault) MUST_CHECK;
/* Queues the message of output.pass, if there is one. */
bool turn_run_enqueue_passed_message(struct db *tx, struct turn_run *run,
                                     struct fault *fault) MUST_CHECK;
/* Opens or closes the talk of output.pass. Records the queued message, so that the limits of
 * relay.h count it and relay_watch.h watches it. If the addressee was erased meanwhile, the
 * transaction is retried. */
bool turn_run_record_passed_message(struct db *tx, struct turn_run *run,
                                    struct fault *fault) MUST_CHECK;

/* --- the end --- */

/* Stores the output for a leased update and ends the lease. Does nothing if another worker owns the
 * update. If the dialogue has changed meanwhile, makes the update due again at once. May be retried
 * any number of times. */
bool turn_run_store_output(struct db *tx, void *run, struct fault *fault) MUST_CHECK;
/* Ends the lease of the update, which is due again at once. */
bool turn_run_release_update(struct db *tx, void *run, struct fault *fault) MUST_CHECK;

/* Counts a failed try of the update. A dead update is queued for its forwards (outgoing webhooks),
 * unless `skips_forwards`. */
bool turn_run_count_failure(struct db *tx, void *run, struct fault *fault) MUST_CHECK;
/* Answers the tap, unless the person was erased: the next try may be minutes away. Sets `queued`.
 */
bool turn_run_answer_failed_tap(struct db *tx, void *run, struct fault *fault) MUST_CHECK;
/* Informs the person in a private chat that the update is dead (`dead`), at most once in an hour,
 * or waits for another service, at most once in a minute; staff in their chat only that it is dead.
 * Informs nobody if the person was erased. Sets `queued`. */
bool turn_run_notify_person_of_failure(struct db *tx, void *run, struct fault *fault) MUST_CHECK;

/* --- calls --- */

/* Calls another service while the update is handled (call() of struct turn_caller). The first call
 * leases the update, which ends the transaction; later calls renew the lease if it is old.
 * FAULT_UNAVAILABLE "too_many_wait": no slot is free, and `put_off` is set; "stopping": the service
 * stops; "lost": another worker owns the update. FAULT_INTERNAL "changes_after_search". Faults of
 * bots_find_active_by_id() and booking_client_call(), with `unanswered`. */
bool turn_run_call_service(void *run, const struct service_call *call,
                           struct service_answer *answer, struct fault *fault) MUST_CHECK;
/* Frees the slot of a leased turn. */
void turn_run_free_slot(struct turn_run *run);
/* Lets another fiber take the next update, because this one begins to wait for calls. */
void turn_runner_start_next(struct turn_run *run);

/* Answers the tap before the calls are made, or when they have to wait, so that the button's
 * progress indicator stops. Later answers, as that in the output, have the same dedupe key and are
 * therefore not sent. */
bool turn_run_answer_tap(struct db *tx, struct turn_run *run, struct fault *fault) MUST_CHECK;

/* --- albums (album.c) --- */

/* An album is several pictures that were sent at once. Telegram sends each picture as an update of
 * its own, all with the same media_group_id (Bot API, Message). The bot handles the updates of an
 * album as one: the primary update is the first with a caption, or the first one if none has a
 * caption. An album is complete when no picture of it has come for ALBUM_WAIT_MS; until then the
 * later updates of the lane wait. A picture that comes after that is handled as an update of its
 * own. */
enum {
    ALBUM_WAIT_MS = 1500, /* our choice; Telegram documents no interval */
    ALBUM_MAX = 10        /* pictures (Bot API, sendMediaGroup) */
};

/* Must be called in the transaction that took the update of `run`, a picture of an album. If the
 * album is complete and this update is the primary one, merges the other updates into it and sets
 * `is_primary`; the caller then handles the update. If `is_primary` is false, the caller only has
 * to commit: the update is deferred, or merged into the primary one. */
bool album_merge_updates_if_complete(struct db *tx, struct turn_run *run, bool *is_primary,
                                     struct fault *fault) MUST_CHECK;

/* The output of the primary update's turn decides whether the merged updates are stored in the
 * history, are forwarded and keep their bodies. The transaction that stores the output, or makes
 * the primary update dead, does all that, also if an earlier process has merged the updates. */

/* Locks the updates that were merged into the update of `run`, and sets run->merged to them. An
 * update without a sender has none: the sender's updates are searched. */
bool album_lock_merged_updates(struct db *tx, struct turn_run *run, struct fault *fault) MUST_CHECK;
/* Stores the texts of run->merged in the history, unless the turn has failed or its output is
 * confided, and deletes their bodies if the output conceals the update. */
bool album_store_merged_updates(struct db *tx, struct turn_run *run, bool failed,
                                struct fault *fault) MUST_CHECK;
