// SPDX-License-Identifier: MIT
#include "feeding/feeder.h"

#include <stdlib.h>
#include <string.h>

#include "api/periodic.h"
#include "base/metric.h"
#include "base/now.h"
#include "db/transaction.h"

#include "feeding/feed_batch.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 20000,
    BATCH = 300,       /* rows read at once; fewer where they are large */
    BATCHES_MAX = 500, /* of a run */
    ROOM = 16 * 1024 * 1024
};

struct feeder {
    struct service *service;
    struct periodic *periodic;
    size_t part;     /* of readiness */
    int64_t began;   /* microseconds, as read_at */
    int64_t read_at; /* FIELD_ABSENT: not yet */
    bool alone;      /* bot-gateway's tables were not there the last time */
    struct metric lag;
};

/* What one read of the feed has brought. */
struct bite {
    struct feed_batch batch;
    struct feed_place before;
    struct feed_progress after;
};

static int64_t seconds_since(int64_t then)
{
    const int64_t now = now_wall_us();

    return now > then ? (now - then) / 1000000 : 0;
}

int64_t feeder_lag_seconds(const struct feeder *feeder)
{
    return feeder->read_at != FIELD_ABSENT ? seconds_since(feeder->read_at) : FIELD_ABSENT;
}

static bool store(struct db *tx, void *arg, struct fault *fault)
{
    struct bite *bite = arg;
    int64_t written;

    return feed_store_lock(tx, &feed_messages, &bite->before, fault) &&
           feed_batch_write(tx, &bite->batch, &written, fault) &&
           feed_store_move(tx, &feed_messages, &bite->after, fault);
}

/* `more`: perhaps there is more to read. Where another instance has read on, this one pauses. */
static bool read_on(struct feeder *feeder, struct arena *arena, bool *more, struct fault *fault)
{
    struct service *service = feeder->service;
    auto_rows struct db_rows rows = {0};
    struct bite bite;
    const int64_t now = now_wall_us();

    *more = false;
    if (!feed_store_progress(service->db, &feed_messages, &bite.after, fault))
        return false;
    if (feeder->read_at == FIELD_ABSENT)
        feeder->read_at = bite.after.read_at;
    feeder->alone = !bite.after.there;
    if (feeder->alone)
        return true;
    bite.before = bite.after.place;
    if (!feed_read(service->db, &feed_messages_statement, &bite.before, BATCH, &rows, fault))
        return false;
    if (rows.count == 0) {
        feeder->read_at = now;
        return true;
    }
    if (!feed_batch_read(service->work, &rows, arena, &bite.batch, fault))
        return false;
    bite.after.place = bite.batch.last;
    bite.after.read_at = feeder->read_at;
    *more = db_transaction(service->pool, store, &bite, fault);
    return *more || strcmp(fault->code, "feed_moved") == 0;
}

bool feeder_run(struct feeder *feeder, struct fault *fault)
{
    struct arena arena;
    bool more = true;
    bool ok = true;

    arena_init(&arena, ROOM);
    for (int i = 0; ok && more && i < BATCHES_MAX; i++) {
        ok = read_on(feeder, &arena, &more, fault);
        arena_reset(&arena);
    }
    arena_finish(&arena);
    return ok;
}

bool feeder_is_filling(const struct feeder *feeder)
{
    return feeder->read_at == FIELD_ABSENT && !feeder->alone;
}

bool feeder_is_behind(const struct feeder *feeder)
{
    if (feeder->read_at == FIELD_ABSENT)
        return feeder_is_filling(feeder) && seconds_since(feeder->began) > FEEDER_BEHIND_S;
    return seconds_since(feeder->read_at) > FEEDER_BEHIND_S;
}

static bool run(void *data, struct fault *fault)
{
    struct feeder *feeder = data;
    const struct service *service = feeder->service;
    const bool ok = feeder_run(feeder, fault);

    ready_report(service->ready, feeder->part,
                 !feeder_is_filling(feeder) && !feeder_is_behind(feeder),
                 loop_now_ns(service->loop));
    return ok;
}

static double read_lag(void *data)
{
    const int64_t lag = feeder_lag_seconds(data);

    return lag == FIELD_ABSENT ? -1 : (double)lag;
}

void feeder_stop(struct feeder *feeder)
{
    if (feeder == NULL)
        return;
    periodic_stop(feeder->periodic);
    metric_unregister(&feeder->lag);
    free(feeder);
}

struct feeder *feeder_create(struct service *service, struct fault *fault)
{
    struct feeder *feeder = fault_calloc(sizeof *feeder, "the feed", fault);

    if (feeder == NULL)
        return NULL;
    feeder->service = service;
    feeder->began = now_wall_us();
    feeder->read_at = FIELD_ABSENT;
    feeder->lag = (struct metric){.name = "search_index_lag_seconds",
                                  .help = "How long ago all that bots have heard could be found;"
                                          " -1: it never could.",
                                  .type = METRIC_GAUGE,
                                  .read = read_lag,
                                  .data = feeder};
    metric_register(&feeder->lag);
    return feeder;
}

bool feeder_start(struct feeder *feeder, struct fault *fault)
{
    const struct periodic_options options = {.name = "feed",
                                             .run = run,
                                             .data = feeder,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = LIMIT_MS,
                                             .at_once = true};

    feeder->part = ready_add(feeder->service->ready, "index", false);
    feeder->periodic = periodic_start(feeder->service->loop, &options, fault);
    return feeder->periodic != NULL;
}
