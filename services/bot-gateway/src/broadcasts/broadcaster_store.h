// SPDX-License-Identifier: MIT
/* SQL of what is done for broadcasts in the background: their people found, their messages queued,
 * their end. Each step is a transaction that holds the broadcast's row: so of several copies one
 * does it, and one that is killed leaves it as it was. */
#pragma once

#include "db/query.h"

#include "broadcasts/broadcast.h"

/* The part {broadcast_fits}: a condition on `person p`, that a broadcast is for him. The statement
 * has as parameters or parts {audience}, its JSON, {users}, its list of ids, and {chosen}, a
 * subquery of those ids. */
extern const struct db_part broadcast_fits_parts[];

enum {
    BROADCASTER_LIST_MAX = 256,  /* broadcasts of all bots that one look sees */
    BROADCASTER_CLEAR_MAX = 5000 /* people of a cancelled broadcast that one transaction drops */
};

/* Broadcasts for which something may be to do, for broadcaster_store_read(). */
bool broadcaster_store_list(struct db *db, struct db_rows *rows, struct fault *fault) MUST_CHECK;
void broadcaster_store_read(const struct db_rows *rows, int row, struct uuid *id,
                            struct broadcast_state *state);

/* Locks it. `state` is as it is then; `locked` is false when another copy has it, or it is over. */
bool broadcaster_store_lock(struct db *tx, const struct uuid *id, bool *locked,
                            struct broadcast_state *state, struct fault *fault) MUST_CHECK;

/* The steps, for a locked broadcast. */

/* Looks at BROADCAST_FIND_MAX people more. */
bool broadcaster_store_find(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;
/* Queues the messages of `count` people, at most BROADCAST_READY_MAX. */
bool broadcaster_store_queue(struct db *tx, const struct uuid *id, int64_t count,
                             struct fault *fault) MUST_CHECK;
/* Drops some people, and cancels what waits. */
bool broadcaster_store_clear(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;
/* It is over. Who was lost on the way, because he was erased, counts as cancelled. */
bool broadcaster_store_finish(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;

/* After its status has changed: messages of a cancelled one that wait are cancelled, and what is
 * next in their chats is renewed. */
bool broadcaster_store_renew(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;
