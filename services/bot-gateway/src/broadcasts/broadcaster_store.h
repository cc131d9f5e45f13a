// SPDX-License-Identifier: MIT
/* SQL of the broadcaster. Each step is a transaction that locks the broadcast's row: only one
 * instance does it, and if it is killed, nothing has changed. */
#pragma once

#include "db/query.h"

#include "broadcasts/broadcast.h"

/* The part {broadcast_fits}: a condition on `person p` that the broadcast addresses the person. The
 * statement has these parameters or parts: {audience}, JSON; {users}, its list of ids; {chosen}, a
 * subquery of those ids. */
extern const struct db_part broadcast_match_parts[];

enum {
    BROADCASTER_LIST_MAX = 256,  /* broadcasts of all bots in one run */
    BROADCASTER_CLEAR_MAX = 5000 /* people of a cancelled broadcast that one transaction removes */
};

/* Unfinished broadcasts that may have a next step, for broadcaster_store_read(). */
bool broadcaster_store_list(struct db *db, struct db_rows *rows, struct fault *fault) MUST_CHECK;
void broadcaster_store_read(const struct db_rows *rows, int row, struct uuid *id,
                            struct broadcast_state *state);

/* Locks a broadcast and reads its state. `locked` is false if another instance has locked it or it
 * is finished. */
bool broadcaster_store_lock(struct db *tx, const struct uuid *id, bool *locked,
                            struct broadcast_state *state, struct fault *fault) MUST_CHECK;

/* The steps, for a locked broadcast. */

/* Reads BROADCAST_FIND_MAX more people. */
bool broadcaster_store_find(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;
/* Queues the messages of `count` people, at most BROADCAST_READY_MAX. */
bool broadcaster_store_queue(struct db *tx, const struct uuid *id, int64_t count,
                             struct fault *fault) MUST_CHECK;
/* Removes people of a cancelled broadcast, and cancels its queued messages. */
bool broadcaster_store_clear(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;
/* Finishes the broadcast. Erased people count as cancelled. */
bool broadcaster_store_finish(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;

/* After a change of the status: cancels queued messages of a cancelled broadcast and recomputes the
 * next message of their chats. */
bool broadcaster_store_renew(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;
