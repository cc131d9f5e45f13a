// SPDX-License-Identifier: MIT
/* What synchroniser.c and synchroniser_comparison.c share: an index with the state of its
 * synchronisation. */
#pragma once

#include "api/service.h"

#include "vectors/qdrant_compare.h"
#include "vectors/qdrant_index.h"
#include "vectors/synchroniser_store.h"
#include "vectors/vector_index.h"

enum { SYNCHRONISER_BATCH = QDRANT_BATCH /* rows in one put or drop */ };
_Static_assert((int)QDRANT_BATCH <= (int)SYNCHRONISER_ROWS_MAX, "a batch is read by one statement");

struct comparison {
    struct qdrant_progress progress;
    bool requested; /* the numbers differ */
    bool differed;  /* they differed at the last count, perhaps because of a change in progress */
    int64_t points_ns; /* time of the last count of points; 0: never */
    int64_t rows_ns;   /* of rows; 0: count in the next run */
    int64_t ended_ns;  /* the last comparison; 0: none */
};

struct synchroniser_index {
    struct service *service;
    struct vector_index vectors;
    struct sync_generation generation;
    struct sync_cursor loaded; /* the cursor of an interrupted load */
    struct sync_cursor changed;
    struct sync_cursor gone;
    bool filled;                  /* it may be searched */
    int64_t read_ns;              /* when all changes had last been read */
    size_t users;                 /* including the synchroniser */
    struct comparison comparison; /* with Qdrant */
    /* Buffers of the current batch, used by one fiber. */
    struct vector_row rows[SYNCHRONISER_BATCH];
    int64_t numbers[SYNCHRONISER_BATCH];
};

/* Puts rows that synchroniser_store.h has read, and advances `cursor` to the last one. */
bool synchroniser_put_rows(struct synchroniser_index *index, const struct db_rows *rows,
                           struct sync_cursor *cursor, struct fault *fault) MUST_CHECK;

/* --- synchroniser_comparison.c --- */

/* Compares a Qdrant collection with its table (vectors/qdrant_compare.h): at the start, after
 * Qdrant was unreachable, when the numbers of points and rows differ, and daily. A run lasts at
 * most some seconds, so that changes are synchronised in between. */

/* Counts points and rows, and compares for some seconds if a comparison is due. The index may be
 * searched once it was compared, or has as many points as the table has rows. Must run in a fiber.
 */
bool synchroniser_run_comparison(struct synchroniser_index *index, struct fault *fault) MUST_CHECK;

/* Makes the next run count points and rows. For tests. */
void synchroniser_comparison_request_count(struct comparison *comparison);
