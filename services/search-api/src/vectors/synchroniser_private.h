// SPDX-License-Identifier: MIT
/* What synchroniser.c and comparison.c share. */
#pragma once

#include "api/service.h"

#include "vectors/comparison.h"
#include "vectors/qdrant_index.h"
#include "vectors/synchroniser_store.h"
#include "vectors/vector_index.h"

enum { SYNCHRONISER_AT_ONCE = QDRANT_BATCH /* rows that are put, or dropped */ };
_Static_assert((int)QDRANT_BATCH <= (int)SYNCHRONISER_SOME_MAX, "a batch is read by one statement");

struct synchroniser_index {
    struct service *service;
    struct vector_index vectors;
    struct sync_now now;
    struct sync_cursor loaded; /* so far: a load that is broken off goes on */
    struct sync_cursor changed;
    struct sync_cursor gone;
    bool filled;                  /* it may be searched */
    int64_t read_ns;              /* when everything had been read for the last time */
    size_t users;                 /* the synchroniser is one */
    struct comparison comparison; /* Qdrant's */
    /* Under way, of one fiber. */
    struct vector_row rows[SYNCHRONISER_AT_ONCE];
    int64_t numbers[SYNCHRONISER_AT_ONCE];
};

/* Puts rows that sync_store.h has read; moves `place` to the last one. */
bool synchroniser_put(struct synchroniser_index *index, const struct db_rows *rows,
                      struct sync_cursor *place, struct fault *fault) MUST_CHECK;
