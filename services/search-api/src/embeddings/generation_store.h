// SPDX-License-Identifier: MIT
/* SQL of the table `generation`. */
#pragma once

#include "base/uuid.h"
#include "db/query.h"

#include "embeddings/generation.h"

enum { GENERATIONS_LIVE = 2 /* one that serves and one that fills */ };

/* The generations that are not retired, the serving one first. Their probes (GENERATION_PROBES
 * vectors of length 1 each) are in the arena. */
struct generation_live {
    struct generation list[GENERATIONS_LIVE];
    const float *probes[GENERATIONS_LIVE];
    size_t count;
};
bool generation_store_live(struct db *db, struct arena *arena, struct generation_live *out,
                           struct fault *fault) MUST_CHECK;

/* The progress of each, over one tenant's newest documents. */
enum { GENERATION_COUNTED = 20000 /* counting more takes too long */ };
struct generation_progress {
    struct slice model; /* borrowed from the rows */
    int64_t dimensions;
    int state;         /* enum generation_state */
    int64_t documents; /* with a vector */
    int64_t due;       /* documents to embed; an upper bound, because deleted ones may count */
    int64_t refused;   /* those refused by the endpoint that will be tried again */
    int64_t truncated; /* vectors of a text's beginning */
};
bool generation_store_progress(struct db *db, const struct uuid *tenant_id, struct db_rows *rows,
                               struct generation_progress list[GENERATIONS_LIVE], size_t *count,
                               struct fault *fault) MUST_CHECK;

/* Makes the generation live: creates it with these probes, revives it, or leaves it as it is. It
 * serves if no other does, otherwise it fills, and no other fills. After an exclusive
 * document_store_lock(), so that no documents are written meanwhile. FAULT_CONFLICT
 * "embeddings_swapped": a generation of the same settings has other dimensions. */
bool generation_store_adopt(struct db *tx, const struct generation *generation, const float *probes,
                            struct fault *fault) MUST_CHECK;

/* When nothing is due for the filling generation, it serves and the other one retires. */
bool generation_store_switch(struct db *tx, int64_t filling, bool *done,
                             struct fault *fault) MUST_CHECK;

/* Deletes the remains of generations retired for more than seven days, at most `limit` rows at
 * once; `more`: further rows remain. Due rows of retired generations are deleted at once. */
bool generation_store_delete_old(struct db *tx, int64_t limit, bool *more,
                                 struct fault *fault) MUST_CHECK;
