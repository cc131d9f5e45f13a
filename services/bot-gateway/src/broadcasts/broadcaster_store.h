// SPDX-License-Identifier: MIT
/* SQL of the broadcaster. Each step of a broadcast is a transaction that locks the broadcast's row:
 * only one instance does the step, and if it is killed, nothing has changed. */
#pragma once

#include "db/query.h"

#include "broadcasts/broadcast.h"

/* SQL named {broadcast_fits}: the condition that a broadcast addresses `person p`. A statement that
 * uses it has these parameters or parts: {audience}, JSON; {users}, the audience's list of ids;
 * {chosen}, a subquery of those ids. */
extern const struct db_part broadcast_match_parts[];

enum {
    BROADCASTER_LIST_MAX = 256,  /* broadcasts of all bots in one run */
    BROADCASTER_CLEAR_MAX = 5000 /* people of a cancelled broadcast that one transaction removes */
};

/* Lists unfinished broadcasts that may have a next step; the rows are for
 * broadcaster_store_read_row(). */
bool broadcaster_store_list_unfinished(struct db *db, struct db_rows *rows,
                                       struct fault *fault) MUST_CHECK;
void broadcaster_store_read_row(const struct db_rows *rows, int row, struct uuid *id,
                                struct broadcast_state *state);

/* Locks a broadcast and reads its state. `locked` is false if another instance has locked the
 * broadcast, or it is finished. */
bool broadcaster_store_try_lock(struct db *tx, const struct uuid *id, bool *locked,
                                struct broadcast_state *state, struct fault *fault) MUST_CHECK;

/* The following functions are steps of a broadcast that broadcaster_store_try_lock() has locked. */

/* Finds the broadcast's people among the next BROADCAST_FIND_MAX people of the bot. */
bool broadcaster_store_find_next_people(struct db *tx, const struct uuid *id,
                                        struct fault *fault) MUST_CHECK;
/* Queues the messages of `people_count` more people, at most BROADCAST_READY_MAX. */
bool broadcaster_store_queue_messages(struct db *tx, const struct uuid *id, int64_t people_count,
                                      struct fault *fault) MUST_CHECK;
/* Removes people of a cancelled broadcast, and cancels its queued messages. */
bool broadcaster_store_remove_people(struct db *tx, const struct uuid *id,
                                     struct fault *fault) MUST_CHECK;
/* Finishes the broadcast. Erased people count as cancelled. */
bool broadcaster_store_finish(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;

/* Adapts the queue to a new status of the broadcast: cancels the queued messages of a cancelled
 * broadcast, and recomputes the next message of each chat that has messages of the broadcast. */
bool broadcaster_store_adapt_queue(struct db *tx, const struct uuid *id,
                                   struct fault *fault) MUST_CHECK;
