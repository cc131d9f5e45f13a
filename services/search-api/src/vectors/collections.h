// SPDX-License-Identifier: MIT
/* The collections of Qdrant that this database has made, one for each generation. That of a
 * generation that retired is removed at once: nobody follows it, so whoever is erased would stay
 * there. Its vectors are in PostgreSQL, should the generation come back.
 *
 * A name is written to `vector_collection` before the collection is made, and stays there until it
 * is removed and its generation forgotten: a removal that fails is repeated, by any copy, after
 * whatever restart. */
#pragma once

#include "api/service.h"

#include "vectors/qdrant_index.h"
#include "vectors/synchroniser_store.h"

/* Borrowed. */
struct collections {
    struct service *service;
    const char *url;
    const char *key;
    const char *prefix; /* of their names */
    int64_t timeout_ms;
    int64_t due_ns; /* when removals are due; 0: now */
    bool removed;   /* those that were due the last time */
};
/* None that should be removed is left, as far as this instance knows. */
bool collections_are_removed(const struct collections *collections);

/* The index of a generation, its name written down. Returns new in `out`. In a fiber. */
bool collections_open(const struct collections *collections, const struct sync_now *now,
                      struct vector_index *out, struct fault *fault) MUST_CHECK;

/* Removes those whose generation serves no more and fills no more, and those of other prefixes:
 * when that is due, each hour, and soon after a failure. In a fiber. */
bool collections_remove(struct collections *collections, struct fault *fault) MUST_CHECK;
