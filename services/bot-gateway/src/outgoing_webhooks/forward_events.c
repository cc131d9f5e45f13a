// SPDX-License-Identifier: MIT
#include "outgoing_webhooks/forward_events.h"

#include <stdlib.h>

#include "api/service.h"
#include "db/transaction.h"

enum { RUN_LIMIT_MS = 10000, BATCH = 100, BATCHES_PER_RUN = 20 };

const char *const forward_event_types[] = {"message.failed", "message.uncertain", "update.dead",
                                           NULL};

static bool enqueue_batch(struct db *tx, void *arg, struct fault *fault)
{
    return forward_events_store_enqueue(tx, BATCH, arg, fault);
}

bool forward_events_run(void *data, struct fault *fault)
{
    const struct forward_events *events = data;
    int64_t taken = BATCH;
    bool has;

    if (events->service->stopping)
        return true;
    if (!forward_events_store_has_any(events->service->db, &has, fault))
        return false;
    for (int i = 0; has && taken == BATCH && i < BATCHES_PER_RUN; i++)
        if (!db_transaction(events->service->pool, enqueue_batch, &taken, fault))
            return false;
    if (has)
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
