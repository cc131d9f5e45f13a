// SPDX-License-Identifier: MIT
/* SQL of the comparison of documents with bot-gateway's feed: the tables `feed_check` and
 * `feed_orphan`. */
#pragma once

#include "sync/feed_store.h"

enum {
    RECONCILE_PAGE = 1000,  /* rows compared at once; the statements repeat it */
    RECONCILE_REPAIR = 300, /* rows repaired at once, fewer if they are large */
};

enum reconcile_phase { RECONCILE_FEED, RECONCILE_DOCUMENTS, RECONCILE_ORPHANS, RECONCILE_ENDED };

/* The state of the comparison: the row of `feed_check`. */
struct reconcile_state {
    bool exists; /* false: the row does not exist */
    int phase;
    struct feed_cursor cursor;
    int64_t number;
    int64_t of_epoch;
    int64_t documents;
    int64_t orphans;
    int64_t began_at;
    int64_t ended_at; /* FIELD_ABSENT: no pass has ended */
    bool stopped;
};
bool reconcile_store_read_state(struct db *db, struct reconcile_state *out,
                                struct fault *fault) MUST_CHECK;
/* Locks the row of `feed_check`, which is inserted if it is missing. FAULT_CONFLICT "feed_moved":
 * the row differs from `before`. */
bool reconcile_store_lock_state(struct db *tx, const struct reconcile_state *before,
                                struct fault *fault) MUST_CHECK;
bool reconcile_store_write_state(struct db *tx, const struct reconcile_state *after,
                                 struct fault *fault) MUST_CHECK;

/* Compares the next RECONCILE_PAGE rows of the feed after `after`, up to `end`. `out->cursor` is
 * the cursor of the last row. `out->count` is the number of differences: messages that are missing
 * or older here and were not deleted here, and messages deleted there that are still here.
 * `out->ids` has at most RECONCILE_REPAIR of them. `out->any` is false if there are no more rows.
 */
struct reconcile_differing {
    bool any;
    struct feed_cursor cursor;
    struct db_value *ids;
    size_t count;
};
bool reconcile_store_compare_page(struct db *db, const struct feed_cursor *after,
                                  const struct feed_cursor *end, struct arena *arena,
                                  struct reconcile_differing *out, struct fault *fault) MUST_CHECK;

/* Checks the next RECONCILE_PAGE documents after number `state->number`: stores those that came
 * from the feed, but of which the feed has no row, not even a deleted one, as orphans. Moves the
 * number and the counts of `state`. `any` is false if there are no more documents. */
bool reconcile_store_find_orphans(struct db *tx, struct reconcile_state *state, bool *any,
                                  struct fault *fault) MUST_CHECK;
/* Checks the next RECONCILE_REPAIR orphans and removes them from the list. Deletes the documents of
 * which the feed still has no row. If the feed has such a document later, it is written again.
 * `any` is false if there are no more orphans. Call it only after an exclusive
 * document_store_lock(). */
bool reconcile_store_delete_orphans(struct db *tx, bool *any, struct fault *fault) MUST_CHECK;
bool reconcile_store_clear_orphans(struct db *tx, struct fault *fault) MUST_CHECK;
