// SPDX-License-Identifier: MIT
#include "sync/apartment_consumer.h"

#include <string.h>

#include "base/auto.h"
#include "base/now.h"
#include "db/transaction.h"

#include "sync/apartment_copy_store.h"
#include "text/words_batch.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 20000,
    BATCHES_MAX = 500,     /* batches of one run, at most */
    CHECK_MS = 60000,      /* time between two checks for terms of other rules */
    ROOM = 8 * 1024 * 1024 /* bytes of the arena of a batch */
};

/* One batch of the feed. */
struct apartment_batch {
    struct arena *arena;
    struct feed_cursor before;  /* cursor before the batch */
    struct feed_progress after; /* progress after the batch */
    struct apartment_copy *list;
    size_t count;
};

int64_t apartment_consumer_lag_seconds(const struct apartment_consumer *consumer)
{
    return feed_store_lag_seconds(consumer->read_at);
}

bool apartment_consumer_is_behind(const struct apartment_consumer *consumer)
{
    const int64_t lag = apartment_consumer_lag_seconds(consumer);

    return lag == FIELD_ABSENT || lag > APARTMENT_CONSUMER_BEHIND_S;
}

static bool read_batch_rows(const struct db_rows *rows, struct apartment_batch *batch,
                            struct fault *fault)
{
    bool deleted;

    batch->count = (size_t)rows->count;
    batch->list = arena_alloc(batch->arena, (batch->count + 1) * sizeof *batch->list);
    if (batch->list == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows->count; i++)
        apartment_copy_store_read_row(rows, i, &batch->list[i]);
    feed_read_row(rows, rows->count - 1, &batch->after.cursor, &deleted);
    return true;
}

static bool make_apartment_terms(const struct words *head, const struct words *body,
                                 struct apartment_batch *batch, struct apartment_copy *apartment,
                                 struct fault *fault)
{
    struct slice first, second;

    if (!words_write_tsvector(head, ":1A", batch->arena, &first, fault) ||
        !words_write_tsvector(body, ":1D", batch->arena, &second, fault))
        return false;
    apartment->terms = arena_printf(batch->arena, "%.*s%.*s", SLICE_ARG(first), SLICE_ARG(second));
    return apartment->terms.at != NULL || arena_fault(fault);
}

/* Makes the terms of the batch in a thread, because the texts have many kilobytes. */
static bool make_batch_terms(struct work *work, struct apartment_batch *batch, struct fault *fault)
{
    struct words_batch *texts = words_batch_create(2 * batch->count, fault);
    bool ok = true;

    if (texts == NULL)
        return false;
    for (size_t i = 0; i < batch->count; i++) {
        const struct apartment_copy *apartment = &batch->list[i];
        words_batch_add(texts, apartment->deleted ? SLICE("") : apartment->head);
        words_batch_add(texts, apartment->deleted ? SLICE("") : apartment->body);
    }
    if (!words_batch_read_in_thread(texts, work, fault))
        return false;
    for (size_t i = 0; ok && i < batch->count; i++)
        ok = make_apartment_terms(words_batch_words_of(texts, 2 * i),
                                  words_batch_words_of(texts, 2 * i + 1), batch, &batch->list[i],
                                  fault);
    words_batch_destroy(texts);
    return ok;
}

static bool store_batch_and_move_cursor(struct db *tx, void *arg, struct fault *fault)
{
    struct apartment_batch *batch = arg;

    return feed_store_move_cursor(tx, &feed_apartments, &batch->before, &batch->after, fault) &&
           apartment_copy_store_write_and_delete(tx, batch->list, batch->count, fault);
}

/* Ends a read of the whole feed: deletes apartments of earlier epochs, except those whose row in
 * the feed an open transaction still hides from feed_read(). */
static bool finish_reading_feed(struct apartment_consumer *consumer,
                                const struct feed_progress *progress, int64_t now_us,
                                struct fault *fault)
{
    const int64_t epoch = progress->cursor.epoch;

    if (consumer->cleaned_epoch != epoch &&
        !apartment_copy_store_delete_before_epoch(consumer->service->pool, epoch, fault))
        return false;
    consumer->cleaned_epoch = epoch;
    consumer->read_at = feed_store_end_read(&consumer->mark, progress, consumer->read_at, now_us);
    return true;
}

/* Reads and writes one batch. `more`: the feed may have more rows. */
static bool consume_batch(struct apartment_consumer *consumer, bool *more, struct fault *fault)
{
    struct service *service = consumer->service;
    auto_rows struct db_rows rows = {0};
    AUTO(arena_finish) struct arena arena = ARENA(ROOM);
    struct apartment_batch batch = {.arena = &arena};
    const int64_t now = now_wall_us();

    *more = false;
    if (!feed_store_read_progress(service->db, &feed_apartments, &batch.after, fault))
        return false;
    if (!batch.after.exists)
        return true;
    batch.before = batch.after.cursor;
    if (!feed_read(service->db, &feed_apartments_statement, &batch.before, APARTMENT_COPY_MAX,
                   &rows, fault))
        return false;
    if (rows.count == 0)
        return finish_reading_feed(consumer, &batch.after, now, fault);
    *more = true;
    batch.after.read_at = now;
    if (!read_batch_rows(&rows, &batch, fault) || !make_batch_terms(service->work, &batch, fault))
        return false;
    return db_transaction(service->pool, store_batch_and_move_cursor, &batch, fault) ||
           strcmp(fault->code, "feed_moved") == 0;
}

bool apartment_consumer_run(void *data, struct fault *fault)
{
    struct apartment_consumer *consumer = data;
    const int64_t at_ns = loop_now_ns(consumer->service->loop);
    bool more = true;

    if (at_ns >= consumer->check_ns) {
        if (!apartment_copy_store_rewind_feed_if_outdated(consumer->service->pool, fault) ||
            !apartment_copy_store_check_outdated(consumer->service->db, &consumer->outdated, fault))
            return false;
        consumer->check_ns = at_ns + CHECK_MS * NS_PER_MS;
    }
    for (int i = 0; more && i < BATCHES_MAX; i++)
        if (!consume_batch(consumer, &more, fault))
            return false;
    return !consumer->outdated ||
           apartment_copy_store_check_outdated(consumer->service->db, &consumer->outdated, fault);
}

void apartment_consumer_stop(struct apartment_consumer *consumer)
{
    periodic_stop(&consumer->task);
}

void apartment_consumer_start(struct apartment_consumer *consumer, struct service *service)
{
    static const struct periodic_task task = {"flats", apartment_consumer_run, EVERY_MS, LIMIT_MS,
                                              .at_once = true};

    *consumer = (struct apartment_consumer){.service = service,
                                            .read_at = FIELD_ABSENT,
                                            .cleaned_epoch = FIELD_ABSENT,
                                            .outdated = true};
    periodic_start(&consumer->task, service->loop, &task, consumer);
}
