// SPDX-License-Identifier: MIT
#include "sync/message_consumer.h"

#include <stdlib.h>
#include <string.h>

#include "api/periodic.h"
#include "base/metric.h"
#include "base/now.h"
#include "db/transaction.h"

#include "sync/feed_batch.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 20000,
    BATCH = 300,       /* rows read at once; fewer where they are large */
    BATCHES_MAX = 500, /* of a run */
    ROOM = 16 * 1024 * 1024
};

struct message_consumer {
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

int64_t message_consumer_lag_seconds(const struct message_consumer *message_consumer)
{
    return message_consumer->read_at != FIELD_ABSENT ? seconds_since(message_consumer->read_at)
                                                     : FIELD_ABSENT;
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
static bool read_on(struct message_consumer *message_consumer, struct arena *arena, bool *more,
                    struct fault *fault)
{
    struct service *service = message_consumer->service;
    auto_rows struct db_rows rows = {0};
    struct bite bite;
    const int64_t now = now_wall_us();

    *more = false;
    if (!feed_store_progress(service->db, &feed_messages, &bite.after, fault))
        return false;
    if (message_consumer->read_at == FIELD_ABSENT)
        message_consumer->read_at = bite.after.read_at;
    message_consumer->alone = !bite.after.there;
    if (message_consumer->alone)
        return true;
    bite.before = bite.after.place;
    if (!feed_read(service->db, &feed_messages_statement, &bite.before, BATCH, &rows, fault))
        return false;
    if (rows.count == 0) {
        message_consumer->read_at = now;
        return true;
    }
    if (!feed_batch_read(service->work, &rows, arena, &bite.batch, fault))
        return false;
    bite.after.place = bite.batch.last;
    bite.after.read_at = message_consumer->read_at;
    *more = db_transaction(service->pool, store, &bite, fault);
    return *more || strcmp(fault->code, "feed_moved") == 0;
}

bool message_consumer_run(struct message_consumer *message_consumer, struct fault *fault)
{
    struct arena arena;
    bool more = true;
    bool ok = true;

    arena_init(&arena, ROOM);
    for (int i = 0; ok && more && i < BATCHES_MAX; i++) {
        ok = read_on(message_consumer, &arena, &more, fault);
        arena_reset(&arena);
    }
    arena_finish(&arena);
    return ok;
}

bool message_consumer_is_filling(const struct message_consumer *message_consumer)
{
    return message_consumer->read_at == FIELD_ABSENT && !message_consumer->alone;
}

bool message_consumer_is_behind(const struct message_consumer *message_consumer)
{
    if (message_consumer->read_at == FIELD_ABSENT)
        return message_consumer_is_filling(message_consumer) &&
               seconds_since(message_consumer->began) > MESSAGE_CONSUMER_BEHIND_S;
    return seconds_since(message_consumer->read_at) > MESSAGE_CONSUMER_BEHIND_S;
}

static bool run(void *data, struct fault *fault)
{
    struct message_consumer *message_consumer = data;
    const struct service *service = message_consumer->service;
    const bool ok = message_consumer_run(message_consumer, fault);

    ready_report(service->ready, message_consumer->part,
                 !message_consumer_is_filling(message_consumer) &&
                     !message_consumer_is_behind(message_consumer),
                 loop_now_ns(service->loop));
    return ok;
}

static double read_lag(void *data)
{
    const int64_t lag = message_consumer_lag_seconds(data);

    return lag == FIELD_ABSENT ? -1 : (double)lag;
}

void message_consumer_stop(struct message_consumer *message_consumer)
{
    if (message_consumer == NULL)
        return;
    periodic_stop(message_consumer->periodic);
    metric_unregister(&message_consumer->lag);
    free(message_consumer);
}

struct message_consumer *message_consumer_create(struct service *service, struct fault *fault)
{
    struct message_consumer *message_consumer =
        fault_calloc(sizeof *message_consumer, "the feed", fault);

    if (message_consumer == NULL)
        return NULL;
    message_consumer->service = service;
    message_consumer->began = now_wall_us();
    message_consumer->read_at = FIELD_ABSENT;
    message_consumer->lag =
        (struct metric){.name = "search_index_lag_seconds",
                        .help = "How long ago all that bots have heard could be found;"
                                " -1: it never could.",
                        .type = METRIC_GAUGE,
                        .read = read_lag,
                        .data = message_consumer};
    metric_register(&message_consumer->lag);
    return message_consumer;
}

bool message_consumer_start(struct message_consumer *message_consumer, struct fault *fault)
{
    const struct periodic_options options = {.name = "feed",
                                             .run = run,
                                             .data = message_consumer,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = LIMIT_MS,
                                             .at_once = true};

    message_consumer->part = ready_add(message_consumer->service->ready, "index", false);
    message_consumer->periodic = periodic_start(message_consumer->service->loop, &options, fault);
    return message_consumer->periodic != NULL;
}
