// SPDX-License-Identifier: MIT
#include "sync/tombstone_cleanup.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/metric.h"
#include "db/transaction.h"

#include "sync/feed_store.h"
#include "sync/tombstone_store.h"

enum { EVERY_MS = 3600 * 1000, LIMIT_MS = 60000 };

struct tombstone_cleanup {
    struct service *service;
    struct periodic task;
    struct tombstone_cursor cursor;
    struct metric swept;
};

struct batch {
    bool fed; /* bot-gateway's tables exist */
    struct tombstone_cursor cursor;
    struct tombstone_cursor next;
    int64_t deleted;
};

static bool clean(struct db *tx, void *arg, struct fault *fault)
{
    struct batch *batch = arg;

    return tombstone_store_clean(tx, batch->fed, &batch->cursor, &batch->next, &batch->deleted,
                                 fault);
}

bool tombstone_cleanup_run(void *data, struct fault *fault)
{
    struct tombstone_cleanup *cleanup = data;
    struct feed_progress feed;

    if (!feed_store_read_progress(cleanup->service->db, &feed_messages, &feed, fault))
        return false;
    /* If bot-gateway's tables existed once, they may come back with messages of people who were
     * erased only here: keep all tombstones. */
    if (!feed.exists && feed.cursor.tx != 0)
        return true;
    struct batch batch = {.fed = feed.exists, .next = cleanup->cursor};
    for (int i = 0; i < TOMBSTONE_CLEANUP_PAGES_MAX; i++) {
        batch.cursor = batch.next;
        if (!db_transaction(cleanup->service->pool, clean, &batch, fault))
            return false;
        cleanup->swept.value += (double)batch.deleted;
        cleanup->cursor = batch.next;
        if (batch.next.number == 0)
            break;
    }
    return true;
}

void tombstone_cleanup_stop(struct tombstone_cleanup *cleanup)
{
    if (cleanup == NULL)
        return;
    periodic_stop(&cleanup->task);
    metric_unregister(&cleanup->swept);
    free(cleanup);
}

struct tombstone_cleanup *tombstone_cleanup_start(struct service *service, struct fault *fault)
{
    static const struct periodic_task task = {"sweeper", tombstone_cleanup_run, EVERY_MS, LIMIT_MS,
                                              .at_once = false};
    struct tombstone_cleanup *cleanup =
        fault_calloc(sizeof *cleanup, "the cleanup of tombstones", fault);

    if (cleanup == NULL)
        return NULL;
    cleanup->service = service;
    cleanup->swept =
        (struct metric){.name = "search_tombstones_swept_total", .help = "Old tombstones deleted."};
    metric_register(&cleanup->swept);
    periodic_start(&cleanup->task, service->loop, &task, cleanup);
    return cleanup;
}
