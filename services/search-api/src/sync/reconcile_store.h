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

/* The row of `feed_check`. */
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
bool reconcile_store_state(struct db *db, struct reconcile_state *out,
                           struct fault *fault) MUST_CHECK;
/* Locks the row, which is inserted if it is missing. FAULT_CONFLICT "feed_moved": it differs from
 * `before`. */
bool reconcile_store_lock(struct db *tx, const struct reconcile_state *before,
                          struct fault *fault) MUST_CHECK;
bool reconcile_store_set(struct db *tx, const struct reconcile_state *after,
                         struct fault *fault) MUST_CHECK;

/* Compares the next RECONCILE_PAGE rows of the feed after `after`, up to `end`. `cursor` becomes
 * that of the last row. `count` is the number of differences: messages that are missing or older
 * here and were not deleted here, and messages deleted there that are still here. `ids` has at most
 * RECONCILE_REPAIR of them. `any` is false if there are no more rows. */
struct reconcile_differing {
    bool any;
    struct feed_cursor cursor;
    struct db_value *ids;
    size_t count;
};
bool reconcile_store_compare(struct db *db, const struct feed_cursor *after,
                             const struct feed_cursor *end, struct arena *arena,
                             struct reconcile_differing *out, struct fault *fault) MUST_CHECK;

/* Documents of the feed. */
struct reconcile_documents {
    int64_t last; /* the number of the last document checked, of any source */
    bool any;     /* false: no more documents follow */
    size_t count;
    struct db_value *numbers;
    struct db_value *versions;
};
/* Checks the next RECONCILE_PAGE documents: `checked` counts those of the feed, and `out` lists
 * those of which the feed has no row, not even a deleted one. */
bool reconcile_store_unknown(struct db *db, int64_t after, struct arena *arena, int64_t *checked,
                             struct reconcile_documents *out, struct fault *fault) MUST_CHECK;
/* Stores them as orphans. */
bool reconcile_store_add_orphans(struct db *tx, const struct reconcile_documents *list,
                                 struct fault *fault) MUST_CHECK;
/* Of the next RECONCILE_REPAIR orphans, those still without a row of the feed; `last` is the number
 * of the last one checked. */
bool reconcile_store_orphans(struct db *db, struct arena *arena, struct reconcile_documents *out,
                             struct fault *fault) MUST_CHECK;
/* Deletes those whose version is unchanged. If the feed has a row later, the document is written
 * again. After an exclusive document_store_lock(). */
bool reconcile_store_delete(struct db *tx, const struct reconcile_documents *list, int64_t *deleted,
                            struct fault *fault) MUST_CHECK;
/* Removes orphans up to the number; INT64_MAX: all. */
bool reconcile_store_clear_orphans(struct db *tx, int64_t last, struct fault *fault) MUST_CHECK;
