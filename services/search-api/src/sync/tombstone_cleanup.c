// SPDX-License-Identifier: MIT
#include "sync/tombstone_cleanup.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/metric.h"
#include "db/transaction.h"

#include "sync/feed_store.h"
#include "sync/tombstone_store.h"

enum { EVERY_MS = 3600 * 1000, LIMIT_MS = 60000, ROOM = 256 * 1024 };

struct tombstone_cleanup {
    struct service *service;
    struct periodic *periodic;
    struct tombstone_cursor place;
    struct metric swept;
};

struct turn {
    struct tombstone_page page;
    int64_t forgotten;
};

static bool forget(struct db *tx, void *arg, struct fault *fault)
{
    struct turn *turn = arg;

    return tombstone_store_delete(tx, &turn->page, &turn->forgotten, fault);
}

static bool tombstone_page(struct tombstone_cleanup *tombstone_cleanup, bool fed,
                           struct arena *arena, bool *more, struct fault *fault)
{
    struct service *service = tombstone_cleanup->service;
    struct turn turn = {.forgotten = 0};

    if (!tombstone_store_page(service->db, &tombstone_cleanup->place, fed, arena, &turn.page,
                              fault) ||
        (turn.page.old > 0 && !db_transaction(service->pool, forget, &turn, fault)))
        return false;
    tombstone_cleanup->swept.value += (double)turn.forgotten;
    *more = turn.page.count == TOMBSTONE_PAGE_MAX;
    tombstone_cleanup->place = *more ? turn.page.last : (struct tombstone_cursor){0};
    return true;
}

bool tombstone_cleanup_run(struct tombstone_cleanup *tombstone_cleanup, struct fault *fault)
{
    struct feed_progress feed;
    struct arena arena;
    bool more = true;
    bool ok = true;

    if (!feed_store_progress(tombstone_cleanup->service->db, &feed_messages, &feed, fault))
        return false;
    /* It was there, and will come back with what was erased here alone. */
    if (!feed.there && feed.place.tx != 0)
        return true;
    arena_init(&arena, ROOM);
    for (int i = 0; ok && more && i < TOMBSTONE_CLEANUP_PAGES_MAX; i++) {
        ok = tombstone_page(tombstone_cleanup, feed.there, &arena, &more, fault);
        arena_reset(&arena);
    }
    arena_finish(&arena);
    return ok;
}

static bool run(void *data, struct fault *fault)
{
    return tombstone_cleanup_run(data, fault);
}

void tombstone_cleanup_stop(struct tombstone_cleanup *tombstone_cleanup)
{
    if (tombstone_cleanup == NULL)
        return;
    periodic_stop(tombstone_cleanup->periodic);
    metric_unregister(&tombstone_cleanup->swept);
    free(tombstone_cleanup);
}

struct tombstone_cleanup *tombstone_cleanup_create(struct service *service, struct fault *fault)
{
    struct tombstone_cleanup *tombstone_cleanup =
        fault_calloc(sizeof *tombstone_cleanup, "the sweeper", fault);

    if (tombstone_cleanup == NULL)
        return NULL;
    tombstone_cleanup->service = service;
    tombstone_cleanup->swept = (struct metric){.name = "search_tombstones_swept_total",
                                               .help = "Deletions that were forgotten, being old."};
    metric_register(&tombstone_cleanup->swept);
    return tombstone_cleanup;
}

bool tombstone_cleanup_start(struct tombstone_cleanup *tombstone_cleanup, struct fault *fault)
{
    const struct periodic_options options = {.name = "sweeper",
                                             .run = run,
                                             .data = tombstone_cleanup,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = LIMIT_MS};

    tombstone_cleanup->periodic = periodic_start(tombstone_cleanup->service->loop, &options, fault);
    return tombstone_cleanup->periodic != NULL;
}
