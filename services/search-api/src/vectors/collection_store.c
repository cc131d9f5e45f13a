// SPDX-License-Identifier: MIT
#include "vectors/collection_store.h"

#include <stdio.h>

static const struct db_statement add_statement = {
    .name = "collection_add",
    .parameters = "name text, key text, dimensions integer",
    .sql = "INSERT INTO vector_collection (name, key, dimensions)"
           " VALUES ({name}, decode({key}, 'hex'), {dimensions}) ON CONFLICT (name) DO NOTHING",
};

static const struct db_statement due_statement = {
    .name = "collection_due",
    .parameters = "prefix text, after text, limit bigint",
    .sql = "SELECT name, encode(key, 'hex'), dimensions FROM vector_collection c"
           " WHERE name > {after} AND (name <> {prefix} || '__' || encode(key, 'hex') OR NOT EXISTS"
           "  (SELECT FROM generation g WHERE g.key = c.key AND g.state <> 'retired'))"
           " ORDER BY name LIMIT {limit}",
};

static const struct db_statement delete_statement = {
    .name = "collection_delete",
    .parameters = "name text",
    .sql = "DELETE FROM vector_collection c WHERE name = {name}"
           " AND NOT EXISTS (SELECT FROM generation g WHERE g.key = c.key)",
};

bool collection_store_add(struct db_pool *pool, const struct qdrant_collection *collection,
                          struct fault *fault)
{
    return db_execute(pool, &add_statement,
                      DB_VALUES(db_str(collection->name), db_str(collection->generation),
                                db_int(collection->dimensions)),
                      NULL, fault);
}

bool collection_store_list_unneeded(struct db *db, const char *prefix, const char *after,
                                    struct qdrant_collection out[COLLECTIONS_MAX], size_t *count,
                                    struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &due_statement,
                  DB_VALUES(db_str(prefix), db_str(after), db_int(COLLECTIONS_MAX)), &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        struct qdrant_collection *one = &out[i];
        one->dimensions = db_get_int(&rows, i, 2);
        snprintf(one->name, sizeof one->name, "%.*s", SLICE_ARG(db_get_text(&rows, i, 0)));
        snprintf(one->generation, sizeof one->generation, "%.*s",
                 SLICE_ARG(db_get_text(&rows, i, 1)));
    }
    *count = (size_t)rows.count;
    return true;
}

bool collection_store_delete_if_generation_gone(struct db_pool *pool,
                                                const struct qdrant_collection *collection,
                                                struct fault *fault)
{
    return db_execute(pool, &delete_statement, DB_VALUES(db_str(collection->name)), NULL, fault);
}
