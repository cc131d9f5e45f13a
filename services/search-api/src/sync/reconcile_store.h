// SPDX-License-Identifier: MIT
/* SQL of the comparison of documents with bot-gateway's feed: the tables `feed_check` and
 * `feed_orphan`. */
#pragma once

#include "sync/feed_store.h"

enum {
    RECONCILE_PAGE = 1000,   /* rows compared at once; also a constant in the statements */
    RECONCILE_REPAIR = 300,  /* rows repaired at once, fewer if they are large; also a constant in a
                              * statement */
    RECONCILE_FORGET = 10000 /* orphans forgotten at once; also a constant in a statement */
};

enum reconcile_phase { RECONCILE_FEED, RECONCILE_DOCUMENTS, RECONCILE_ORPHANS, RECONCILE_ENDED };

/* The state of the comparison: the row of `feed_check`. */
struct reconcile_state {
    bool exists;               /* false: the row does not exist */
    int phase;                 /* enum reconcile_phase */
    struct feed_cursor cursor; /* cursor of the last compared row of the feed */
    int64_t number;            /* number of the last checked document */
    int64_t of_epoch;          /* the epoch of the feed at the start of the pass */
    int64_t documents;         /* documents that came from the feed and were checked in this pass */
    int64_t orphans;           /* orphans found in this pass */
    int64_t began_at;
    int64_t ended_at; /* FIELD_ABSENT: no pass has ended */
    bool stopped;     /* the last complete pass found too many orphans */
};
bool reconcile_store_read_state(struct db *db, struct reconcile_state *out,
                                struct fault *fault) MUST_CHECK;
/* Locks the row of `feed_check`; inserts the row if it is missing. FAULT_CONFLICT "feed_moved": the
 * row differs from `before`, because another instance has changed it. */
bool reconcile_store_lock_state(struct db *tx, const struct reconcile_state *before,
                                struct fault *fault) MUST_CHECK;
bool reconcile_store_write_state(struct db *tx, const struct reconcile_state *after,
                                 struct fault *fault) MUST_CHECK;

/* The differences between a page of the feed and the documents: messages whose document is missing
 * or older, unless search-api has deleted it; and messages that bot-gateway has deleted but whose
 * document still exists. */
struct reconcile_differing {
    bool any;                  /* the page has rows */
    struct feed_cursor cursor; /* cursor of the last row */
    struct db_value *ids;      /* ids of the first RECONCILE_REPAIR differences */
    size_t count;              /* number of all differences */
};
/* Compares the next RECONCILE_PAGE rows of the feed after `after`, up to `end`. */
bool reconcile_store_compare_page(struct db *db, const struct feed_cursor *after,
                                  const struct feed_cursor *end, struct arena *arena,
                                  struct reconcile_differing *out, struct fault *fault) MUST_CHECK;

/* Checks the next RECONCILE_PAGE documents after number `state->number`. Stores as orphans the
 * documents that came from the feed, but of which the feed has no row, not even a deleted one.
 * Updates the number and the counts of `state`. `page_has_documents` is false if there are no more
 * documents. */
bool reconcile_store_find_orphans_in_page(struct db *tx, struct reconcile_state *state,
                                          bool *page_has_documents, struct fault *fault) MUST_CHECK;
/* Checks the next RECONCILE_REPAIR orphans and removes them from `feed_orphan`. Deletes the
 * documents of which the feed still has no row. If the feed has such a document later, it is
 * written again. `page_has_orphans` is false if there are no more orphans. Requires an exclusive
 * document_store_lock(). */
bool reconcile_store_delete_page_of_orphans(struct db *tx, bool *page_has_orphans,
                                            struct fault *fault) MUST_CHECK;
/* Removes RECONCILE_FORGET orphans from `feed_orphan`, but not their documents. `more` is false if
 * there are no more orphans. */
bool reconcile_store_forget_page_of_orphans(struct db *tx, bool *more,
                                            struct fault *fault) MUST_CHECK;
