// SPDX-License-Identifier: MIT
#include "sync/tombstone_store.h"

#include "api/service.h"
#include "db/batches.h"

#include "sync/feed_store.h"

// clang-format off
#define PAGE                                                                                       \
    "WITH page AS MATERIALIZED (SELECT number, tenant_id, " FEED_MESSAGE_ID " AS id"               \
    "  FROM document_tombstone WHERE deleted_at < now() - interval '90 days'"                      \
    "   AND tx < pg_snapshot_xmin(pg_current_snapshot())"                                          \
    "  ORDER BY deleted_at, number LIMIT {limit} FOR UPDATE SKIP LOCKED)"
#define GONE "gone AS (DELETE FROM document_tombstone WHERE number IN (SELECT number FROM page"

/* Deletes a page of expired tombstones, but keeps those whose message still exists for another 90
 * days. So no row of the page is still expired, and the next page has others. */
static const struct db_statement fed_statement = {
    .name = "tombstone_clean_fed",
    .parameters = "limit bigint",
    .sql = PAGE ", " FEED_KNOWN ","
           " stays AS (SELECT p.number FROM page p JOIN known k"
           "  ON k.id = p.id AND k.tenant_id = p.tenant_id AND NOT k.deleted),"
           " renewed AS (UPDATE document_tombstone SET deleted_at = now()"
           "  WHERE number IN (SELECT number FROM stays)),"
           " " GONE " EXCEPT SELECT number FROM stays))"
           " SELECT FROM page",
};

static const struct db_statement alone_statement = {
    .name = "tombstone_clean",
    .parameters = "limit bigint",
    .sql = PAGE ", " GONE ")) SELECT FROM page",
};
// clang-format on

bool tombstone_store_delete_expired(void *data, struct fault *fault)
{
    const struct service *service = data;
    struct feed_progress feed;

    if (!feed_store_read_progress(service->db, &feed_messages, &feed, fault))
        return false;
    /* If bot-gateway's tables existed once, they may come back with messages of people who were
     * erased only in search-api: keep all tombstones. */
    if (!feed.exists && feed.cursor.tx != 0)
        return true;
    return db_batches_run(service->pool, feed.exists ? &fed_statement : &alone_statement,
                          TOMBSTONE_PAGE_MAX, fault);
}
