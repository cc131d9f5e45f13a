// SPDX-License-Identifier: MIT
#include "outgoing_webhooks/forward_events.h"

// clang-format off
static const struct db_statement has_statement = {
    .name = "forward_event_has",
    .sql = "SELECT EXISTS (SELECT FROM forward_event)",
};
/* A lane is a message or an update, so the events of one arrive in their order. */
static const struct db_statement enqueue_statement = {
    .name = "forward_event_enqueue",
    .parameters = "most bigint",
    .sql = "WITH taken AS MATERIALIZED (DELETE FROM forward_event WHERE id IN"
           "  (SELECT id FROM forward_event ORDER BY id LIMIT {most} FOR UPDATE SKIP LOCKED) RETURNING *),"
           " item AS (SELECT f.id AS receiver_id, t.event_id AS item_id,"
           "   split_part(t.type, '.', 1) || ':' || t.resource_id AS lane, NULL::text AS key, t.id AS position,"
           "   convert_to('{\"bot\":' || to_json(b.name) || ',\"event\":{\"id\":\"' || t.event_id || '\",\"type\":\"' || t.type"
           "    || '\",\"occurred_at\":\"' || to_char(t.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
           "    || '\",\"resource\":{\"type\":\"' || split_part(t.type, '.', 1) || '\",\"id\":\"' || t.resource_id"
           "    || '\",\"version\":' || t.version || '},\"data\":' || t.data || '}}', 'UTF8') AS body"
           "  FROM taken t JOIN bot b ON b.id = t.bot_id"
           "   JOIN forward f ON f.bot_id = t.bot_id AND f.match -> 'events' ? t.type)"
           DELIVER_ENQUEUE_SQL
           " SELECT count(*) FROM taken",
};
// clang-format on

bool forward_events_store_has_any(struct db *db, bool *has, struct fault *fault)
{
    int64_t number;

    if (!db_query_number(db, &has_statement, DB_NO_VALUES, &number, fault))
        return false;
    *has = number != 0;
    return true;
}

bool forward_events_store_enqueue(struct db *tx, int64_t most, int64_t *taken, struct fault *fault)
{
    return db_query_number(tx, &enqueue_statement, DB_VALUES(db_int(most)), taken, fault);
}
