// SPDX-License-Identifier: MIT
/* SQL of the table `generation`. */
#pragma once

#include "base/uuid.h"
#include "db/query.h"

#include "embeddings/generation.h"

enum { GENERATIONS_LIVE = 2 /* one that fills beside one that serves */ };

/* Those that are not retired, the one that serves first. Their probes (GENERATION_PROBES vectors
 * each, of length 1) are in the arena. */
struct generation_live {
    struct generation list[GENERATIONS_LIVE];
    const float *probes[GENERATIONS_LIVE];
    size_t count;
};
bool generation_store_live(struct db *db, struct arena *arena, struct generation_live *out,
                           struct fault *fault) MUST_CHECK;

/* How far each of them is, for one tenant's newest documents. */
enum { GENERATION_COUNTED = 20000 /* no more are counted, which takes too long */ };
struct generation_progress {
    struct slice model; /* borrowed from the rows */
    int64_t dimensions;
    int state;         /* enum generation_state */
    int64_t documents; /* with a vector */
    int64_t due;       /* without one that are to get it, or more: deleted ones may count */
    int64_t refused;   /* of them, those the endpoint has refused and is asked for again */
    int64_t truncated; /* vectors of a text's beginning */
};
bool generation_store_progress(struct db *db, const struct uuid *tenant_id, struct db_rows *rows,
                               struct generation_progress list[GENERATIONS_LIVE], size_t *count,
                               struct fault *fault) MUST_CHECK;

/* The generation is there and live afterwards: made with these probes, revived, or as it was. It
 * serves if no other does, else it fills, and no other fills. Nobody may write documents meanwhile:
 * after document_store_lock() alone. FAULT_CONFLICT "embeddings_swapped": there is one of the same
 * settings with other dimensions. */
bool generation_store_adopt(struct db *tx, const struct generation *generation, const float *probes,
                            struct fault *fault) MUST_CHECK;

/* The one that fills serves, once nothing is due for it; the other retires. */
bool generation_store_switch(struct db *tx, int64_t filling, bool *done,
                             struct fault *fault) MUST_CHECK;

/* What is left of generations that retired more than seven days ago, at most `limit` rows at once;
 * `more`: there is more of them. What is due for a retired one goes at once. */
bool generation_store_sweep(struct db *tx, int64_t limit, bool *more,
                            struct fault *fault) MUST_CHECK;
