// SPDX-License-Identifier: MIT
#include "sync/message_consumer.h"

#include <string.h>

#include "base/auto.h"
#include "base/now.h"
#include "db/transaction.h"

#include "sync/feed_batch.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 20000,
    BATCH = 300,            /* rows read at once; fewer if they are large */
    BATCHES_MAX = 500,      /* batches of one run, at most */
    ROOM = 16 * 1024 * 1024 /* bytes of the arena of a batch */
};

/* One batch of the feed. */
struct consumed {
    struct feed_batch batch;
    struct feed_cursor before;  /* cursor before the batch */
    struct feed_progress after; /* progress after the batch */
};

int64_t message_consumer_lag_seconds(const struct message_consumer *consumer)
{
    return feed_store_lag_seconds(consumer->read_at);
}

static bool store_batch_and_move_cursor(struct db *tx, void *arg, struct fault *fault)
{
    struct consumed *consumed = arg;

    return feed_store_move_cursor(tx, &feed_messages, &consumed->before, &consumed->after, fault) &&
           feed_batch_write(tx, &consumed->batch, fault);
}

/* Reads and writes one batch. Sets `more` if the feed may have more rows. If another instance has
 * moved the cursor, writes nothing, sets `more` to false and returns true. */
static bool consume_batch(struct message_consumer *consumer, bool *more, struct fault *fault)
{
    struct service *service = consumer->service;
    AUTO(arena_finish) struct arena arena = ARENA(ROOM);
    auto_rows struct db_rows rows = {0};
    struct consumed consumed;
    const int64_t now = now_wall_us();

    *more = false;
    if (!feed_store_read_progress(service->db, &feed_messages, &consumed.after, fault))
        return false;
    if (consumer->read_at == FIELD_ABSENT)
        consumer->read_at = consumed.after.read_at;
    consumer->alone = !consumed.after.exists;
    if (consumer->alone)
        return true;
    consumed.before = consumed.after.cursor;
    if (!feed_read(service->db, &feed_messages_statement, &consumed.before, BATCH, &rows, fault))
        return false;
    if (rows.count == 0) {
        consumer->read_at =
            feed_store_end_read(&consumer->mark, &consumed.after, consumer->read_at, now);
        return true;
    }
    if (!feed_batch_read(service->work, &rows, &arena, &consumed.batch, fault))
        return false;
    consumed.after.cursor = consumed.batch.last;
    consumed.after.read_at = consumer->read_at;
    *more = db_transaction(service->pool, store_batch_and_move_cursor, &consumed, fault);
    return *more || strcmp(fault->code, "feed_moved") == 0;
}

bool message_consumer_run(struct message_consumer *consumer, struct fault *fault)
{
    bool more = true;

    for (int i = 0; more && i < BATCHES_MAX; i++)
        if (!consume_batch(consumer, &more, fault))
            return false;
    return true;
}

bool message_consumer_is_filling(const struct message_consumer *consumer)
{
    return consumer->read_at == FIELD_ABSENT && !consumer->alone;
}

bool message_consumer_is_behind(const struct message_consumer *consumer)
{
    if (consumer->read_at == FIELD_ABSENT)
        return message_consumer_is_filling(consumer) &&
               feed_store_lag_seconds(consumer->began) > MESSAGE_CONSUMER_BEHIND_S;
    return feed_store_lag_seconds(consumer->read_at) > MESSAGE_CONSUMER_BEHIND_S;
}

static bool run_consumer(void *data, struct fault *fault)
{
    struct message_consumer *consumer = data;
    const struct service *service = consumer->service;
    const bool ok = message_consumer_run(consumer, fault);

    ready_report(service->ready, consumer->part,
                 !message_consumer_is_filling(consumer) && !message_consumer_is_behind(consumer),
                 loop_now_ns(service->loop));
    return ok;
}

static double get_lag_seconds(void *data)
{
    const int64_t lag = message_consumer_lag_seconds(data);

    return lag == FIELD_ABSENT ? -1 : (double)lag;
}

void message_consumer_stop(struct message_consumer *consumer)
{
    periodic_stop(&consumer->task);
    metric_unregister(&consumer->lag);
}

void message_consumer_start(struct message_consumer *consumer, struct service *service)
{
    static const struct periodic_task task = {"feed", run_consumer, EVERY_MS, LIMIT_MS,
                                              .at_once = true};

    *consumer = (struct message_consumer){
        .service = service, .began = now_wall_us(), .read_at = FIELD_ABSENT};
    metric_register_gauge(
        &consumer->lag, "search_index_lag_seconds",
        "Seconds since all messages of bots could be found; -1: they never could.", get_lag_seconds,
        consumer);
    consumer->part = ready_add(service->ready, "index", false);
    periodic_start(&consumer->task, service->loop, &task, consumer);
}
