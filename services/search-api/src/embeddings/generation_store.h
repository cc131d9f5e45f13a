// SPDX-License-Identifier: MIT
/* SQL of the table `generation`. */
#pragma once

#include "base/uuid.h"
#include "db/query.h"

#include "embeddings/generation.h"

enum { GENERATIONS_LIVE = 2 /* one that serves and one that fills */ };

/* The generations that are not retired, the serving one first. */
struct generation_live {
    struct generation list[GENERATIONS_LIVE];
    const float *probes[GENERATIONS_LIVE]; /* GENERATION_PROBES vectors of length 1 each */
    size_t count;
};
/* Reads the generations that are not retired. The probes are in the arena. */
bool generation_store_list_live(struct db *db, struct arena *arena, struct generation_live *out,
                                struct fault *fault) MUST_CHECK;

enum { GENERATION_COUNTED = 20000 /* documents of a tenant; counting more takes too long */ };
/* The progress of a generation over the newest GENERATION_COUNTED documents of one tenant. */
struct generation_progress {
    struct slice model; /* borrowed from the rows */
    int64_t dimensions;
    int state;         /* enum generation_state */
    int64_t documents; /* documents with a vector */
    int64_t due;       /* documents to embed; an upper bound, because deleted ones may count */
    int64_t refused;   /* due documents that the endpoint has refused, to be tried again */
    int64_t truncated; /* documents whose vector is of the beginning of the text only */
};
/* Reads the progress of each generation that is not retired. */
bool generation_store_list_progress(struct db *db, const struct uuid *tenant_id,
                                    struct db_rows *rows,
                                    struct generation_progress list[GENERATIONS_LIVE],
                                    size_t *count, struct fault *fault) MUST_CHECK;

/* Makes the generation live: creates it with these probes or, if it is retired, revives it; a live
 * generation stays as it is. A new or revived generation serves if no other generation does, and
 * fills otherwise. Another generation that fills is retired. Requires an exclusive
 * document_store_lock(), so that no documents are written meanwhile. FAULT_CONFLICT
 * "embeddings_swapped": a generation of the same settings has other dimensions. */
bool generation_store_make_live(struct db *tx, const struct generation *generation,
                                const float *probes, struct fault *fault) MUST_CHECK;

/* If no document is due any more for the generation `filling`, makes it serve and retires the
 * generation that served. `switched`: `filling` serves now. */
bool generation_store_switch_if_filled(struct db *tx, int64_t filling, bool *switched,
                                       struct fault *fault) MUST_CHECK;

/* Deletes vectors of generations that were retired more than seven days ago, then these generations
 * themselves. Rows of `vector_due` are deleted as soon as their generation is retired. At most
 * `limit` rows of each table; `more`: further rows remain. */
bool generation_store_delete_old(struct db *tx, int64_t limit, bool *more,
                                 struct fault *fault) MUST_CHECK;
