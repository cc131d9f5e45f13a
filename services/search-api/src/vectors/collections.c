// SPDX-License-Identifier: MIT
#include "vectors/collections.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/now.h"

#include "vectors/collection_store.h"

enum { HOUR_S = 3600, RETRY_S = 15 };

static struct qdrant_client make_client(const struct collections *collections,
                                        const struct qdrant_collection *collection)
{
    return (struct qdrant_client){.http = collections->service->client,
                                  .config = collections->config,
                                  .collection = *collection};
}

bool collections_create_index(const struct collections *collections,
                              const struct sync_generation *generation, struct vector_index *out,
                              struct fault *fault)
{
    struct qdrant_collection collection = {.dimensions = generation->dimensions};

    memcpy(collection.generation, generation->key, sizeof generation->key);
    snprintf(collection.name, sizeof collection.name, "%s__%s",
             collections->config->qdrant_collection, generation->key);
    if (!collection_store_add(collections->service->pool, &collection, fault))
        return false;
    const struct qdrant_client client = make_client(collections, &collection);
    return qdrant_index_create(&client, out, fault);
}

/* Deletes a collection and its row in `vector_collection`. A collection that is not search-api's or
 * does not fit (FAULT_CONFLICT) stays in Qdrant. */
static bool delete_collection(const struct collections *collections,
                              struct qdrant_collection *collection, struct fault *fault)
{
    struct qdrant_client client = make_client(collections, collection);

    if (!qdrant_client_delete_collection(&client, fault) && fault->kind != FAULT_CONFLICT)
        return false;
    return collection_store_delete_if_generation_gone(collections->service->pool, collection,
                                                      fault);
}

/* Deletes all collections that are due. If one cannot be deleted, continues with the next. */
static bool delete_unneeded_collections(const struct collections *collections, struct fault *fault)
{
    struct qdrant_collection list[COLLECTIONS_MAX];
    char after[QDRANT_NAME_MAX + 1] = "";
    size_t count = COLLECTIONS_MAX;
    struct fault later; /* after the first fault, which is returned */
    bool ok = true;

    while (count == COLLECTIONS_MAX) {
        if (!collection_store_list_unneeded(collections->service->db,
                                            collections->config->qdrant_collection, after, list,
                                            &count, fault))
            return false;
        for (size_t i = 0; i < count; i++)
            ok = delete_collection(collections, &list[i], ok ? fault : &later) && ok;
        if (count > 0)
            memcpy(after, list[count - 1].name, sizeof after);
    }
    return ok;
}

bool collections_retired_are_deleted(const struct collections *collections)
{
    return collections->removed && collections->due_ns > 0;
}

bool collections_delete_retired_if_due(struct collections *collections, struct fault *fault)
{
    const int64_t now = now_mono_ns();

    if (now < collections->due_ns)
        return true;
    const bool ok = delete_unneeded_collections(collections, fault);
    collections->removed = ok;
    collections->due_ns = now + (ok ? HOUR_S : RETRY_S) * NS_PER_S;
    return ok;
}
