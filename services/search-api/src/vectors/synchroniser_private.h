// SPDX-License-Identifier: MIT
/* Shared by synchroniser.c and comparison.c. */
#pragma once

#include "api/service.h"

#include "vectors/comparison.h"
#include "vectors/qdrant_index.h"
#include "vectors/synchroniser_store.h"
#include "vectors/vector_index.h"

enum { SYNCHRONISER_BATCH = QDRANT_BATCH /* rows in one put or drop */ };
_Static_assert((int)QDRANT_BATCH <= (int)SYNCHRONISER_ROWS_MAX, "a batch is read by one statement");

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

/* Puts rows read from the store; advances `cursor` to the last one. */
bool synchroniser_put(struct synchroniser_index *index, const struct db_rows *rows,
                      struct sync_cursor *cursor, struct fault *fault) MUST_CHECK;
