// SPDX-License-Identifier: MIT
#include "vectors/collections.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"

#include "vectors/collection_store.h"

enum { HOUR_S = 3600, RETRY_S = 15 };

static struct qdrant_options options_of(const struct collections *collections,
                                        const struct collection *collection)
{
    return (struct qdrant_options){.http = collections->service->client,
                                   .url = collections->url,
                                   .key = collections->key,
                                   .collection = collection->name,
                                   .generation = collection->key,
                                   .dimensions = (size_t)collection->dimensions,
                                   .timeout_ms = collections->timeout_ms};
}

static bool add(struct db *tx, void *arg, struct fault *fault)
{
    return collection_store_add(tx, arg, fault);
}

bool collections_open_index(const struct collections *collections,
                            const struct sync_generation *now, struct vector_index *out,
                            struct fault *fault)
{
    struct collection collection = {.dimensions = now->dimensions};

    snprintf(collection.key, sizeof collection.key, "%s", now->key);
    snprintf(collection.name, sizeof collection.name, "%s__%s", collections->prefix, now->key);
    if (!db_transaction(collections->service->pool, add, &collection, fault))
        return false;
    const struct qdrant_options options = options_of(collections, &collection);
    return qdrant_index_create(&options, out, fault);
}

static bool delete_row(struct db *tx, void *arg, struct fault *fault)
{
    return collection_store_delete(tx, arg, fault);
}

/* Whether the collection must stay, because it is not search-api's or does not fit. */
static bool is_foreign(const struct fault *fault)
{
    return fault->kind == FAULT_CONFLICT;
}

static bool remove_one(const struct collections *collections, struct collection *collection,
                       struct fault *fault)
{
    struct qdrant_client client = {.options = options_of(collections, collection)};

    if (!qdrant_client_delete_collection(&client, fault) && !is_foreign(fault))
        return false;
    return db_transaction(collections->service->pool, delete_row, collection, fault);
}

/* Deletes all that are due, and continues after a collection that cannot be deleted. */
static bool remove_all(const struct collections *collections, struct fault *fault)
{
    struct collection list[COLLECTIONS_MAX];
    char after[COLLECTION_NAME_MAX + 1] = "";
    size_t count = COLLECTIONS_MAX;
    struct fault first;
    bool ok = true;

    while (count == COLLECTIONS_MAX) {
        if (!collection_store_list_due(collections->service->db, collections->prefix, after, list,
                                       &count, fault))
            return false;
        for (size_t i = 0; i < count; i++)
            ok = remove_one(collections, &list[i], ok ? &first : fault) && ok;
        if (count > 0)
            memcpy(after, list[count - 1].name, sizeof after);
    }
    if (!ok)
        *fault = first;
    return ok;
}

bool collections_retired_are_deleted(const struct collections *collections)
{
    return collections->removed && collections->due_ns > 0;
}

bool collections_delete_retired(struct collections *collections, struct fault *fault)
{
    const int64_t now = now_mono_ns();

    if (now < collections->due_ns)
        return true;
    const bool ok = remove_all(collections, fault);
    collections->removed = ok;
    collections->due_ns = now + (ok ? HOUR_S : RETRY_S) * NS_PER_S;
    return ok;
}
