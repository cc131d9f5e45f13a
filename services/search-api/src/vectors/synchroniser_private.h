// SPDX-License-Identifier: MIT
/* What synchroniser.c, synchroniser_load.c and synchroniser_comparison.c share: an index with the
 * state of its synchronisation. */
#pragma once

#include "api/service.h"

#include "vectors/qdrant_index.h"
#include "vectors/synchroniser_store.h"

struct comparison {
    int64_t after;   /* numbers up to it are compared */
    unsigned doubts; /* `doubts` of the index when the comparison began; 0: it has not begun */
    int64_t seen;    /* points of Qdrant */
    int64_t missing; /* sent */
    int64_t older;   /* sent again */
    int64_t newer;   /* than PostgreSQL's, which was restored: deleted and sent */
    int64_t orphans; /* without a vector: deleted */
};

/* When to compare. */
struct comparison_plan {
    bool requested; /* the numbers differ */
    bool differed;  /* they differed at the last count, perhaps because of a change in progress */
    int64_t points_ns; /* time of the last count of points; 0: count in the next run */
    int64_t rows_ns;   /* of rows, likewise */
    int64_t ended_ns;  /* the last comparison; 0: none */
};

struct synchroniser_index {
    struct service *service;
    struct vector_index vectors;
    struct sync_generation generation;
    struct sync_cursor loaded; /* the cursor of an interrupted load */
    struct sync_cursor changed;
    struct sync_cursor gone;
    bool filled;     /* it may be searched */
    int64_t read_ns; /* when all changes had last been read */
    size_t users;    /* including the synchroniser */
    struct comparison comparison;
    struct comparison_plan plan;
    /* Buffers of the current batch, used by one fiber. */
    struct vector_row rows[VECTOR_ROWS_MAX];
    int64_t numbers[VECTOR_ROWS_MAX];
};

/* Puts rows that synchroniser_store.h has read, and advances `cursor` to the last one. */
bool synchroniser_put_rows(struct synchroniser_index *index, const struct db_rows *rows,
                           struct sync_cursor *cursor, struct fault *fault) MUST_CHECK;

/* Loads all vectors, the newest first, even if not all fit into memory: an older vector may be of a
 * small tenant, for which vectors of the largest tenant are evicted. After a failure the next call
 * resumes. Must run in a fiber. */
bool synchroniser_load(struct synchroniser_index *index, struct fault *fault) MUST_CHECK;

/* Counts Qdrant's points and the table's vectors, and compares both in both directions, by number
 * and revision: at the start, after Qdrant was unreachable, when the counts differ, and daily. Ends
 * after some seconds, so that changes are synchronised in between. The index may be searched once
 * it was compared, or has as many points as the table has vectors. Must run in a fiber. */
bool synchroniser_run_comparison(struct synchroniser_index *index, struct fault *fault) MUST_CHECK;
