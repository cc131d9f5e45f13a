// SPDX-License-Identifier: MIT
#include "sweeping/sweeper.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/metric.h"
#include "db/transaction.h"

#include "feeding/feed_store.h"
#include "sweeping/sweep_store.h"

enum { EVERY_MS = 3600 * 1000, LIMIT_MS = 60000, ROOM = 256 * 1024 };

struct sweeper {
    struct service *service;
    struct periodic *periodic;
    struct sweep_place place;
    struct metric swept;
};

struct turn {
    struct sweep_page page;
    int64_t forgotten;
};

static bool forget(struct db *tx, void *arg, struct fault *fault)
{
    struct turn *turn = arg;

    return sweep_store_forget(tx, &turn->page, &turn->forgotten, fault);
}

static bool sweep_page(struct sweeper *sweeper, bool fed, struct arena *arena, bool *more,
                       struct fault *fault)
{
    struct service *service = sweeper->service;
    struct turn turn = {.forgotten = 0};

    if (!sweep_store_page(service->db, &sweeper->place, fed, arena, &turn.page, fault) ||
        (turn.page.old > 0 && !db_transaction(service->pool, forget, &turn, fault)))
        return false;
    sweeper->swept.value += (double)turn.forgotten;
    *more = turn.page.count == SWEEP_MAX;
    sweeper->place = *more ? turn.page.last : (struct sweep_place){0};
    return true;
}

bool sweeper_run(struct sweeper *sweeper, struct fault *fault)
{
    struct feed_progress feed;
    struct arena arena;
    bool more = true;
    bool ok = true;

    if (!feed_store_progress(sweeper->service->db, &feed_messages, &feed, fault))
        return false;
    /* It was there, and will come back with what was erased here alone. */
    if (!feed.there && feed.place.tx != 0)
        return true;
    arena_init(&arena, ROOM);
    for (int i = 0; ok && more && i < SWEEP_PAGES_MAX; i++) {
        ok = sweep_page(sweeper, feed.there, &arena, &more, fault);
        arena_reset(&arena);
    }
    arena_finish(&arena);
    return ok;
}

static bool run(void *data, struct fault *fault)
{
    return sweeper_run(data, fault);
}

void sweeper_stop(struct sweeper *sweeper)
{
    if (sweeper == NULL)
        return;
    periodic_stop(sweeper->periodic);
    metric_unregister(&sweeper->swept);
    free(sweeper);
}

struct sweeper *sweeper_create(struct service *service, struct fault *fault)
{
    struct sweeper *sweeper = fault_calloc(sizeof *sweeper, "the sweeper", fault);

    if (sweeper == NULL)
        return NULL;
    sweeper->service = service;
    sweeper->swept = (struct metric){.name = "search_tombstones_swept_total",
                                     .help = "Deletions that were forgotten, being old."};
    metric_register(&sweeper->swept);
    return sweeper;
}

bool sweeper_start(struct sweeper *sweeper, struct fault *fault)
{
    const struct periodic_options options = {
        .name = "sweeper", .run = run, .data = sweeper, .every_ms = EVERY_MS, .limit_ms = LIMIT_MS};

    sweeper->periodic = periodic_start(sweeper->service->loop, &options, fault);
    return sweeper->periodic != NULL;
}
