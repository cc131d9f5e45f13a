// SPDX-License-Identifier: MIT
#include "sync/tombstone_store.h"

// clang-format off
#define OLD "t.deleted_at < now() - interval '90 days' AND t.tx < pg_snapshot_xmin(pg_current_snapshot())"

static const struct db_part parts[] = {
    {"page",
     "page AS MATERIALIZED (SELECT t.deleted_at, t.number, t.tenant_id,"
     "   CASE WHEN t.id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN t.id::uuid END AS id"
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

/* By an array of ids, for which PostgreSQL uses indexes of the tables below the view's UNION. */
static const struct db_statement fed_statement = {
    .name = "tombstone_clean_fed",
    .parameters = PARAMETERS,
    .parts = {parts},
    .sql = "WITH {page}, live AS MATERIALIZED (SELECT feed.id, feed.tenant_id"
           "  FROM bot.feed_messages feed"
           "  WHERE feed.id = ANY (ARRAY(SELECT id FROM page)) AND NOT feed.deleted),"
           " {gone} AND NOT EXISTS (SELECT FROM live l WHERE l.id = p.id AND l.tenant_id = p.tenant_id)"
           " {result}",
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
