// SPDX-License-Identifier: MIT
/* SQL of comparison documents with bot-gateway's feed: the tables `feed_check` and `feed_orphan`.
 */
#pragma once

#include "sync/feed_store.h"

enum {
    RECONCILE_PAGE = 1000,  /* rows compared at once; the statements say it too */
    RECONCILE_REPAIR = 300, /* rows repaired at once, fewer where they are large */
};

enum reconcile_phase { RECONCILE_FEED, RECONCILE_DOCUMENTS, RECONCILE_ORPHANS, RECONCILE_ENDED };

/* The row of `feed_check`. */
struct reconcile_state {
    bool set; /* false: there is none yet */
    int phase;
    struct feed_place place;
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
/* Locks the row, which is made if there is none. False with FAULT_CONFLICT "feed_moved": it is not
 * `before` any more. */
bool reconcile_store_lock(struct db *tx, const struct reconcile_state *before,
                          struct fault *fault) MUST_CHECK;
bool reconcile_store_set(struct db *tx, const struct reconcile_state *after,
                         struct fault *fault) MUST_CHECK;

/* The next RECONCILE_PAGE rows of the feed behind `after`, up to `end`. `place` becomes that of the
 * last; `count` is how many differ: what is said there is not here or older, and was not deleted
 * here; or is deleted there and still here. `ids` are RECONCILE_REPAIR of them at most. `any`
 * false: there are no more rows. */
struct reconcile_differing {
    bool any;
    struct feed_place place;
    struct db_value *ids;
    size_t count;
};
bool reconcile_store_compare(struct db *db, const struct feed_place *after,
                             const struct feed_place *end, struct arena *arena,
                             struct reconcile_differing *out, struct fault *fault) MUST_CHECK;

/* Documents of the feed. */
struct reconcile_documents {
    int64_t last; /* the number up to which documents of all sources were looked at */
    bool any;     /* false: there are no more behind it */
    size_t count;
    struct db_value *numbers;
    struct db_value *versions;
};
/* Those of the next RECONCILE_PAGE documents that are of the feed: how many; listed are those that
 * the feed does not know, deleted or not. */
bool reconcile_store_unknown(struct db *db, int64_t after, struct arena *arena, int64_t *looked_at,
                             struct reconcile_documents *out, struct fault *fault) MUST_CHECK;
/* Notes them as orphans. */
bool reconcile_store_suspect(struct db *tx, const struct reconcile_documents *list,
                             struct fault *fault) MUST_CHECK;
/* Of the next RECONCILE_REPAIR orphans those that the feed still does not know; `last` is the
 * number of the last that was looked at. */
bool reconcile_store_orphans(struct db *db, struct arena *arena, struct reconcile_documents *out,
                             struct fault *fault) MUST_CHECK;
/* Deletes those that still have their version. Should the feed know one later, it comes back. After
 * document_store_lock() alone. */
bool reconcile_store_forget(struct db *tx, const struct reconcile_documents *list,
                            int64_t *forgotten, struct fault *fault) MUST_CHECK;
/* No orphans up to that number; INT64_MAX: none at all. */
bool reconcile_store_clear(struct db *tx, int64_t last, struct fault *fault) MUST_CHECK;
