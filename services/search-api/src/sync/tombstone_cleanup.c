// SPDX-License-Identifier: MIT
#include "sync/tombstone_cleanup.h"

#include <stdlib.h>

#include "api/periodic.h"

#include "sync/feed_store.h"
#include "sync/tombstone_store.h"

enum { EVERY_MS = 3600 * 1000, LIMIT_MS = 60000 };

struct tombstone_cleanup {
    struct service *service;
    struct periodic task;
};

bool tombstone_cleanup_run(void *data, struct fault *fault)
{
    const struct service *service = ((struct tombstone_cleanup *)data)->service;
    struct feed_progress feed;

    if (!feed_store_read_progress(service->db, &feed_messages, &feed, fault))
        return false;
    /* If bot-gateway's tables existed once, they may come back with messages of people who were
     * erased only here: keep all tombstones. */
    if (!feed.exists && feed.cursor.tx != 0)
        return true;
    return tombstone_store_clean(service->pool, feed.exists, fault);
}

void tombstone_cleanup_stop(struct tombstone_cleanup *cleanup)
{
    if (cleanup == NULL)
        return;
    periodic_stop(&cleanup->task);
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
    periodic_start(&cleanup->task, service->loop, &task, cleanup);
    return cleanup;
}
