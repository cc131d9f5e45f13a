// SPDX-License-Identifier: MIT
#include "sync/tombstone_store.h"

#include "sync/feed_store.h"

// clang-format off
#define OLD "deleted_at < now() - interval '90 days' AND tx < pg_snapshot_xmin(pg_current_snapshot())"

static const struct db_statement page_statement = {
    .name = "tombstone_page",
    .parameters = "deleted_at timestamptz, number bigint, limit bigint",
    .sql = "SELECT deleted_at, number, tenant_id, id FROM document_tombstone"
           " WHERE (deleted_at, number) > ({deleted_at}, {number}) AND " OLD
           " ORDER BY deleted_at, number LIMIT {limit}",
};

static const struct db_statement delete_statement = {
    .name = "tombstone_delete",
    .parameters = "numbers bigint[]",
    .sql = "DELETE FROM document_tombstone WHERE number = ANY ({numbers}) AND " OLD,
};
// clang-format on

static bool choose(struct db *db, const struct db_rows *rows, bool fed, struct arena *arena,
                   struct tombstone_page *page, struct fault *fault)
{
    auto_rows struct db_rows known = {0};
    const size_t count = (size_t)rows->count;
    struct db_value *tenants = arena_alloc(arena, (3 * count + 1) * sizeof *tenants);

    if (tenants == NULL)
        return arena_fault(fault);
    struct db_value *ids = tenants + count;
    page->numbers = ids + count;
    for (size_t i = 0; i < count; i++) {
        const struct uuid tenant_id = db_get_uuid(rows, (int)i, 2);
        page->last =
            (struct tombstone_cursor){db_get_time(rows, (int)i, 0), db_get_int(rows, (int)i, 1)};
        page->numbers[i] = db_int(page->last.number);
        tenants[i] = db_uuid(&tenant_id);
        ids[i] = feed_store_message_id(db_get_text(rows, (int)i, 3));
    }
    page->count = count;
    if (fed && !feed_store_list_known(db, tenants, ids, count, &known, fault))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!fed || !feed_store_is_live(&known, (int)i))
            page->numbers[page->deletable++] = page->numbers[i];
    return true;
}

bool tombstone_store_read_page(struct db *db, const struct tombstone_cursor *after, bool fed,
                               struct arena *arena, struct tombstone_page *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct tombstone_page page = {.last = *after};

    if (!db_query(db, &page_statement,
                  DB_VALUES(db_time(after->deleted_at), db_int(after->number),
                            db_int(TOMBSTONE_PAGE_MAX)),
                  &rows, fault) ||
        !choose(db, &rows, fed, arena, &page, fault))
        return false;
    *out = page;
    return true;
}

bool tombstone_store_delete_page(struct db *tx, const struct tombstone_page *page, int64_t *deleted,
                                 struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &delete_statement,
                  DB_VALUES(db_array(DB_INT, page->numbers, page->deletable)), &rows, fault))
        return false;
    *deleted = rows.affected;
    return true;
}
