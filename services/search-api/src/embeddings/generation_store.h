// SPDX-License-Identifier: MIT
/* SQL of the table `generation`. */
#pragma once

#include "base/uuid.h"
#include "db/query.h"

#include "embeddings/generation.h"

enum { GENERATIONS_LIVE = 2 /* one that serves and one that fills */ };

/* Reads the generations that are not retired, the serving one first. Their probes
 * (GENERATION_PROBES vectors of length 1 each) are in the arena. */
struct generation_live {
    struct generation list[GENERATIONS_LIVE];
    const float *probes[GENERATIONS_LIVE];
    size_t count;
};
bool generation_store_list_live(struct db *db, struct arena *arena, struct generation_live *out,
                                struct fault *fault) MUST_CHECK;

/* Reads the progress of each generation that is not retired, over the newest documents of one
 * tenant. */
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
bool generation_store_list_progress(struct db *db, const struct uuid *tenant_id,
                                    struct db_rows *rows,
                                    struct generation_progress list[GENERATIONS_LIVE],
                                    size_t *count, struct fault *fault) MUST_CHECK;

/* Makes the generation live: creates it with these probes, revives a retired one, or leaves a live
 * one as it is. It serves if no other does; otherwise it fills, and another one that fills is
 * retired. Call it only after an exclusive document_store_lock(), so that no documents are written
 * meanwhile. FAULT_CONFLICT "embeddings_swapped": a generation of the same settings has other
 * dimensions. */
bool generation_store_make_live(struct db *tx, const struct generation *generation,
                                const float *probes, struct fault *fault) MUST_CHECK;

/* If nothing is due any more for the generation `filling`, makes it serve and retires the one that
 * served. `done`: it serves now. */
bool generation_store_switch_to(struct db *tx, int64_t filling, bool *done,
                                struct fault *fault) MUST_CHECK;

/* Deletes vectors of generations that were retired more than seven days ago, then those
 * generations, and at once the due rows of any retired generation; at most `limit` rows of each
 * table. `more`: further rows remain. */
bool generation_store_delete_old(struct db *tx, int64_t limit, bool *more,
                                 struct fault *fault) MUST_CHECK;
