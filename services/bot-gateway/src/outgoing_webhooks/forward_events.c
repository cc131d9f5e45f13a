// SPDX-License-Identifier: MIT
#include "outgoing_webhooks/forward_events.h"

#include <stdlib.h>

#include "api/service.h"
#include "db/transaction.h"

enum { RUN_LIMIT_MS = 10000, BATCH = 100, BATCHES_PER_RUN = 20 };

const char *const forward_event_types[] = {"message.failed", "message.uncertain", "update.dead",
                                           NULL};

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

static bool enqueue_batch(struct db *tx, void *arg, struct fault *fault)
{
    return db_query_number(tx, &enqueue_statement, DB_VALUES(db_int(BATCH)), arg, fault);
}

bool forward_events_run(void *data, struct fault *fault)
{
    const struct forward_events *events = data;
    int64_t taken = BATCH;
    int64_t has;

    if (events->service->stopping)
        return true;
    if (!db_query_number(events->service->db, &has_statement, DB_NO_VALUES, &has, fault))
        return false;
    for (int i = 0; has != 0 && taken == BATCH && i < BATCHES_PER_RUN; i++)
        if (!db_transaction(events->service->pool, enqueue_batch, &taken, fault))
            return false;
    if (has != 0)
        deliver_wake(events->deliver);
    return true;
}

struct forward_events *forward_events_start(struct service *service, struct deliver *deliver,
                                            struct fault *fault)
{
    static const struct periodic_task task = {"forward events", forward_events_run,
                                              FORWARD_EVENTS_EVERY_MS, RUN_LIMIT_MS,
                                              .at_once = true};
    struct forward_events *events = fault_calloc(sizeof *events, "events of forwards", fault);

    if (events == NULL)
        return NULL;
    events->service = service;
    events->deliver = deliver;
    periodic_start(&events->task, service->loop, &task, events);
    return events;
}

void forward_events_stop(struct forward_events *events)
{
    if (events == NULL)
        return;
    periodic_stop(&events->task);
    free(events);
}
