// SPDX-License-Identifier: MIT
/* The Qdrant collections of this database, one per generation. The collection of a retired
 * generation is deleted at once, because it is no longer synchronised, so erased people would stay
 * in it. The generation's vectors remain in PostgreSQL in case the generation returns.
 *
 * A name is stored in `vector_collection` before its collection is created, and stays there until
 * the collection is deleted and the generation has been deleted too. So any instance repeats a
 * failed deletion, even after a restart.
 */
#pragma once

#include "api/service.h"

#include "vectors/qdrant_index.h"
#include "vectors/synchroniser_store.h"

/* `service` and `config` are borrowed; the other members begin zeroed. */
struct collections {
    struct service *service;
    const struct search_config *config;
    int64_t due_ns; /* time of the next deletions; 0: now */
    bool removed;   /* the last run of deletions succeeded */
};
/* Whether all collections of retired generations are deleted, as far as this instance knows. */
bool collections_retired_are_deleted(const struct collections *collections);

/* Stores the name of the generation's collection, then creates an index of the collection. Returns
 * new in `out`. Must run in a fiber. */
bool collections_create_index(const struct collections *collections,
                              const struct sync_generation *generation, struct vector_index *out,
                              struct fault *fault) MUST_CHECK;

/* Deletes collections of retired generations and of other prefixes, if due: once an hour, and soon
 * after a failure. Must run in a fiber. */
bool collections_delete_retired_if_due(struct collections *collections,
                                       struct fault *fault) MUST_CHECK;
