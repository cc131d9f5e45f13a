// SPDX-License-Identifier: MIT
#include "sync/tombstone_store.h"

#include "sync/feed_store.h"

// clang-format off
#define OLD "t.deleted_at < now() - interval '90 days' AND t.tx < pg_snapshot_xmin(pg_current_snapshot())"

static const struct db_part parts[] = {
    {"page",
     "page AS MATERIALIZED (SELECT t.deleted_at, t.number, t.tenant_id,"
     "   " FEED_MESSAGE_ID " AS id"
     "  FROM document_tombstone t WHERE (t.deleted_at, t.number) > ({deleted_at}, {number}) AND " OLD
     "  ORDER BY t.deleted_at, t.number LIMIT {limit})"},
    {"gone",
     "gone AS (DELETE FROM document_tombstone t USING page p WHERE t.number = p.number AND " OLD},
    {"result",
     "RETURNING t.number) SELECT deleted_at, number, count(*) OVER (), (SELECT count(*) FROM gone)"
     " FROM page ORDER BY deleted_at DESC, number DESC LIMIT 1"},
    {NULL, NULL}
};

#define PARAMETERS "deleted_at timestamptz, number bigint, limit bigint"

static const struct db_statement fed_statement = {
    .name = "tombstone_clean_fed",
    .parameters = PARAMETERS,
    .parts = {parts},
    .sql = "WITH {page}, " FEED_KNOWN ", {gone} AND NOT EXISTS (SELECT FROM known k"
           "  WHERE k.id = p.id AND k.tenant_id = p.tenant_id AND NOT k.deleted) {result}",
};

static const struct db_statement alone_statement = {
    .name = "tombstone_clean",
    .parameters = PARAMETERS,
    .parts = {parts},
    .sql = "WITH {page}, {gone} {result}",
};
// clang-format on

bool tombstone_store_clean(struct db *tx, bool fed, const struct tombstone_cursor *after,
                           struct tombstone_cursor *next, int64_t *deleted, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, fed ? &fed_statement : &alone_statement,
                  DB_VALUES(db_time(after->deleted_at), db_int(after->number),
                            db_int(TOMBSTONE_PAGE_MAX)),
                  &rows, fault))
        return false;
    *next = (struct tombstone_cursor){0};
    if (rows.count > 0 && db_get_int(&rows, 0, 2) == TOMBSTONE_PAGE_MAX)
        *next = (struct tombstone_cursor){db_get_time(&rows, 0, 0), db_get_int(&rows, 0, 1)};
    *deleted = rows.count > 0 ? db_get_int(&rows, 0, 3) : 0;
    return true;
}
