// SPDX-License-Identifier: MIT
/* What synchroniser.c, synchroniser_load.c and synchroniser_comparison.c share: an index with the
 * state of its synchronisation. */
#pragma once

#include "api/service.h"

#include "vectors/qdrant_index.h"
#include "vectors/synchroniser_store.h"

/* A running comparison of Qdrant's points with the table's vectors. */
struct comparison {
    int64_t after;   /* points and vectors up to this number are compared */
    unsigned doubts; /* `doubts` of the index when the comparison began; 0: it has not begun */
    int64_t seen;    /* points compared */
    int64_t missing; /* vectors without a point: sent */
    int64_t older;   /* points older than the vector: sent again */
    int64_t newer;   /* points newer than the vector, after a restore: deleted and sent again */
    int64_t orphans; /* points without a vector: deleted */
};

/* When to compare. */
struct comparison_plan {
    bool requested; /* the numbers of points and vectors differed at two counts in a row */
    bool differed;  /* they differed at the last count, perhaps because of a change in progress */
    int64_t points_ns; /* time of the last count of points; 0: count in the next run */
    int64_t rows_ns;   /* time of the last count of vectors; 0: count in the next run */
    int64_t ended_ns;  /* end of the last comparison; 0: there was none */
};

struct synchroniser_index {
    struct service *service;
    struct vector_index vectors;
    struct sync_generation generation;
    struct sync_cursor
        loaded; /* the last vector that was loaded; loading begins with the highest number */
    struct sync_cursor changed; /* the last new vector that was read */
    struct sync_cursor gone;    /* the last deletion that was read */
    bool filled;                /* searches may use the index */
    int64_t read_ns;            /* when all changes had last been read */
    size_t users; /* number of users: searches that borrow the index, and the synchroniser */
    struct comparison comparison;
    struct comparison_plan plan;
    /* Buffers of the current batch, used by one fiber. */
    struct vector_row rows[VECTOR_ROWS_MAX];
    int64_t numbers[VECTOR_ROWS_MAX];
};

/* Puts rows that synchroniser_store.h has read into the index, and sets `cursor` to the last row.
 */
bool synchroniser_upsert_rows(struct synchroniser_index *index, const struct db_rows *rows,
                              struct sync_cursor *cursor, struct fault *fault) MUST_CHECK;

/* Loads all vectors, the newest first, even if not all fit into memory: to make room for an older
 * vector of a small tenant, vectors of the largest tenant are evicted. After a failure the next
 * call resumes. Must run in a fiber. */
bool synchroniser_load_vectors(struct synchroniser_index *index, struct fault *fault) MUST_CHECK;

/* Counts Qdrant's points and the table's vectors from time to time. Compares them in both
 * directions, by number and revision, if a comparison is due: at the start, after Qdrant was
 * unreachable or its collection was missing, when two counts in a row differ, and daily. Returns
 * after some seconds even if the comparison has not ended, so that changes are synchronised in
 * between; the next call continues. The index may be searched after its first comparison, or once
 * a count has found at least as many points as vectors. Must run in a fiber. */
bool synchroniser_compare_if_due(struct synchroniser_index *index, struct fault *fault) MUST_CHECK;
