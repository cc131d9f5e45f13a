// SPDX-License-Identifier: MIT
/* SQL of an index that follows `document_vector`. */
#pragma once

#include "base/digest.h"
#include "db/query.h"

#include "vectors/vector_index.h"

enum {
    SYNCHRONISER_PAGE_BYTES = 128 * 1024,
    SYNCHRONISER_PAGES_MAX = 16,
    SYNCHRONISER_GONE_MAX = 4096,
    SYNCHRONISER_SOME_MAX = 128,
    SYNCHRONISER_LIVE = 2 /* generations: one that fills beside one that serves */
};

/* A place in the order of changes: what is behind it was not read yet. */
struct sync_cursor {
    int64_t tx;
    int64_t number;
};

/* A generation that serves or fills. Whatever a transaction before `settled` has changed can be
 * read. */
struct sync_now {
    int64_t generation;
    int64_t dimensions;
    int64_t settled;
    bool serves;
    char key[2 * DIGEST_SHA256_LEN + 1]; /* as hex */
};
/* All of them, the one that serves first. */
bool synchroniser_store_now(struct db *db, struct sync_now out[SYNCHRONISER_LIVE], size_t *count,
                            struct fault *fault) MUST_CHECK;

/* Pages of vectors whose numbers are lower than `below`: the lowest number of each, read by
 * synchroniser_store_lowest(), the highest first. At most SYNCHRONISER_PAGES_MAX; none: there are
 * no more. */
bool synchroniser_store_pages(struct db *db, const struct sync_now *now, int64_t below,
                              struct db_rows *rows, struct fault *fault) MUST_CHECK;
int64_t synchroniser_store_lowest(const struct db_rows *rows, int row);

/* Vectors with documents, read by synchroniser_store_row(): those of one of these pages, the
 * highest number first; or those that changed behind `after`, in the order of changes; none: there
 * are no more. At most SYNCHRONISER_PAGE_BYTES. A page lacks what a transaction from now->settled
 * on has written: that has changed since, and would push others out of the page. */
bool synchroniser_store_load(struct db *db, const struct sync_now *now, int64_t lowest,
                             int64_t below, struct db_rows *rows, struct fault *fault) MUST_CHECK;
bool synchroniser_store_changed(struct db *db, const struct sync_now *now,
                                const struct sync_cursor *after, struct db_rows *rows,
                                struct fault *fault) MUST_CHECK;
/* Or those of these numbers, at most SYNCHRONISER_SOME_MAX, the lowest first. */
bool synchroniser_store_some(struct db *db, const struct sync_now *now, const int64_t *numbers,
                             size_t count, struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Once for each row. False: its vector has another length than the generation's, which nobody
 * writes. Borrowed from the rows. */
bool synchroniser_store_row(const struct db_rows *rows, int row, const struct sync_now *now,
                            struct vector_row *out) MUST_CHECK;

/* What is gone behind `after`, in the order of changes: place by place, at most
 * SYNCHRONISER_GONE_MAX. */
bool synchroniser_store_gone(struct db *db, const struct sync_now *now,
                             const struct sync_cursor *after, struct db_rows *rows,
                             struct fault *fault) MUST_CHECK;

/* The place of each vector with after < number <= until, in the order of numbers. */
bool synchroniser_store_places(struct db *db, const struct sync_now *now, int64_t after,
                               int64_t until, size_t limit, struct db_rows *rows,
                               struct fault *fault) MUST_CHECK;

/* Of all that are read. */
struct sync_cursor synchroniser_store_place(const struct db_rows *rows, int row);

/* How many vectors the generation has. */
bool synchroniser_store_count(struct db *db, const struct sync_now *now, int64_t *out,
                              struct fault *fault) MUST_CHECK;

/* What is gone for longer than a day is told nobody any more; at most SYNCHRONISER_GONE_MAX;
 * `more`: there is more of it. */
bool synchroniser_store_sweep(struct db *tx, bool *more, struct fault *fault) MUST_CHECK;
