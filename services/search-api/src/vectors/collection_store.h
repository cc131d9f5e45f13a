// SPDX-License-Identifier: MIT
/* SQL of the table `vector_collection`. */
#pragma once

#include "vectors/qdrant_client.h"

enum { COLLECTIONS_MAX = 16 /* listed at once */ };

bool collection_store_add(struct db_pool *pool, const struct qdrant_collection *collection,
                          struct fault *fault) MUST_CHECK;

/* Reads collections to delete: collections whose generation neither serves nor fills, or whose name
 * is not `prefix`, "__" and the generation's key. Reads them in the order of names, after the name
 * `after`, at most COLLECTIONS_MAX. */
bool collection_store_list_unneeded(struct db *db, const char *prefix, const char *after,
                                    struct qdrant_collection out[COLLECTIONS_MAX], size_t *count,
                                    struct fault *fault) MUST_CHECK;

/* Deletes the row of a collection that was deleted in Qdrant, unless its generation is still
 * stored. */
bool collection_store_delete_if_generation_gone(struct db_pool *pool,
                                                const struct qdrant_collection *collection,
                                                struct fault *fault) MUST_CHECK;
