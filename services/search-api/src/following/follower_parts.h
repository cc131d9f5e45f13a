// SPDX-License-Identifier: MIT
/* What follower.c and comparing.c share. */
#pragma once

#include "api/service.h"

#include "following/comparing.h"
#include "following/follow_store.h"
#include "qdrant/qdrant_index.h"
#include "vectors/index.h"

enum { FOLLOW_AT_ONCE = QDRANT_BATCH /* rows that are put, or dropped */ };
_Static_assert((int)QDRANT_BATCH <= (int)FOLLOW_SOME_MAX, "a batch is read by one statement");

struct follower_index {
    struct service *service;
    struct vector_index vectors;
    struct follow_now now;
    struct follow_place loaded; /* so far: a load that is broken off goes on */
    struct follow_place changed;
    struct follow_place gone;
    bool filled;                /* it may be searched */
    int64_t read_ns;            /* when everything had been read for the last time */
    size_t users;               /* the follower is one */
    struct comparing comparing; /* Qdrant's */
    /* Under way, of one fiber. */
    struct vector_row rows[FOLLOW_AT_ONCE];
    int64_t numbers[FOLLOW_AT_ONCE];
};

/* Puts rows that follow_store.h has read; moves `place` to the last one. */
bool follower_put(struct follower_index *index, const struct db_rows *rows,
                  struct follow_place *place, struct fault *fault) MUST_CHECK;
