// SPDX-License-Identifier: MIT
#include "flats/flat_feeder.h"

#include <stdlib.h>
#include <string.h>

#include "api/periodic.h"
#include "base/metric.h"
#include "base/now.h"
#include "db/transaction.h"

#include "flats/flat_store.h"
#include "reading/reading.h"
#include "words/terms.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 20000,
    BATCHES_MAX = 500, /* of a run */
    RENEW_MS = 60000,
    ROOM = 8 * 1024 * 1024
};

struct flat_feeder {
    struct service *service;
    struct periodic *periodic;
    int64_t read_at;  /* FIELD_ABSENT: not yet */
    int64_t swept;    /* the epoch before which nothing is there */
    int64_t renew_ns; /* when it is looked next whether other rules have read something */
    bool outdated;    /* they have */
    struct metric lag;
};

/* What one read of the feed has brought. */
struct flat_batch {
    struct arena *arena;
    struct feed_place before;
    struct feed_progress after;
    struct flat_read *list;
    size_t count;
};

int64_t flat_feeder_lag_seconds(const struct flat_feeder *feeder)
{
    const int64_t now = now_wall_us();

    if (feeder->read_at == FIELD_ABSENT)
        return FIELD_ABSENT;
    return now > feeder->read_at ? (now - feeder->read_at) / 1000000 : 0;
}

bool flat_feeder_is_behind(const struct flat_feeder *feeder)
{
    const int64_t lag = flat_feeder_lag_seconds(feeder);

    return lag == FIELD_ABSENT || lag > FLAT_FEEDER_BEHIND_S;
}

bool flat_feeder_is_outdated(const struct flat_feeder *feeder)
{
    return feeder->outdated;
}

static bool take_rows(const struct db_rows *rows, struct flat_batch *batch, struct fault *fault)
{
    bool deleted;

    batch->count = (size_t)rows->count;
    batch->list = arena_alloc(batch->arena, (batch->count + 1) * sizeof *batch->list);
    if (batch->list == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows->count; i++)
        flat_store_read(rows, i, &batch->list[i]);
    feed_row(rows, rows->count - 1, &batch->after.place, &deleted);
    return true;
}

static bool write_terms(const struct words *head, const struct words *body,
                        struct flat_batch *batch, struct flat_read *flat, struct fault *fault)
{
    struct slice first, second;

    if (!terms_write(head, ":1A", batch->arena, &first, fault) ||
        !terms_write(body, ":1D", batch->arena, &second, fault))
        return false;
    flat->terms = arena_printf(batch->arena, "%.*s%.*s", SLICE_ARG(first), SLICE_ARG(second));
    return flat->terms.at != NULL || arena_fault(fault);
}

/* In a thread: texts of many kilobytes. */
static bool read_words(struct work *work, struct flat_batch *batch, struct fault *fault)
{
    struct slice *list = arena_alloc(batch->arena, (2 * batch->count + 1) * sizeof *list);
    bool ok = true;

    if (list == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < batch->count; i++) {
        const struct flat_read *flat = &batch->list[i];
        list[2 * i] = flat->deleted ? SLICE("") : flat->head;
        list[2 * i + 1] = flat->deleted ? SLICE("") : flat->body;
    }
    struct reading *reading = reading_create(list, 2 * batch->count, fault);
    if (reading == NULL || !reading_run(reading, work, fault))
        return false;
    for (size_t i = 0; ok && i < batch->count; i++)
        ok = write_terms(reading_words(reading, 2 * i), reading_words(reading, 2 * i + 1), batch,
                         &batch->list[i], fault);
    reading_destroy(reading);
    return ok;
}

static bool store(struct db *tx, void *arg, struct fault *fault)
{
    struct flat_batch *batch = arg;

    return feed_store_lock(tx, &feed_flats, &batch->before, fault) &&
           flat_store_copy(tx, batch->list, batch->count, batch->arena, fault) &&
           feed_store_move(tx, &feed_flats, &batch->after, fault);
}

static bool sweep(struct db *tx, void *arg, struct fault *fault)
{
    const int64_t *epoch = arg;

    return flat_store_sweep(tx, *epoch, fault);
}

static bool renew(struct db *tx, void *arg, struct fault *fault)
{
    (void)arg;
    return flat_store_renew(tx, fault);
}

/* All of the feed is read: what an earlier epoch had beside it is not there any more. */
static bool rest(struct flat_feeder *feeder, int64_t epoch, int64_t now, struct fault *fault)
{
    if (feeder->swept != epoch && !db_transaction(feeder->service->pool, sweep, &epoch, fault))
        return false;
    feeder->swept = epoch;
    feeder->read_at = now;
    return true;
}

/* `more`: perhaps there is more to read. */
static bool read_on(struct flat_feeder *feeder, struct arena *arena, bool *more,
                    struct fault *fault)
{
    struct service *service = feeder->service;
    auto_rows struct db_rows rows = {0};
    struct flat_batch batch = {.arena = arena};
    const int64_t now = now_wall_us();

    *more = false;
    if (!feed_store_progress(service->db, &feed_flats, &batch.after, fault))
        return false;
    if (!batch.after.there)
        return true;
    batch.before = batch.after.place;
    if (!feed_read(service->db, &feed_flats_statement, &batch.before, FLATS_READ_MAX, &rows, fault))
        return false;
    if (rows.count == 0)
        return rest(feeder, batch.before.epoch, now, fault);
    *more = true;
    batch.after.read_at = now;
    if (!take_rows(&rows, &batch, fault) || !read_words(service->work, &batch, fault))
        return false;
    return db_transaction(service->pool, store, &batch, fault) ||
           strcmp(fault->code, "feed_moved") == 0;
}

bool flat_feeder_run(struct flat_feeder *feeder, struct fault *fault)
{
    struct arena arena;
    bool more = true;

    const int64_t at_ns = loop_now_ns(feeder->service->loop);
    if (at_ns >= feeder->renew_ns) {
        if (!db_transaction(feeder->service->pool, renew, NULL, fault))
            return false;
        feeder->renew_ns = at_ns + RENEW_MS * NS_PER_MS;
        feeder->outdated = true;
    }
    bool ok = true;
    arena_init(&arena, ROOM);
    for (int i = 0; ok && more && i < BATCHES_MAX; i++) {
        ok = read_on(feeder, &arena, &more, fault);
        arena_reset(&arena);
    }
    arena_finish(&arena);
    return ok && (!feeder->outdated ||
                  flat_store_outdated(feeder->service->db, &feeder->outdated, fault));
}

static bool run(void *data, struct fault *fault)
{
    return flat_feeder_run(data, fault);
}

static double read_lag(void *data)
{
    const int64_t lag = flat_feeder_lag_seconds(data);

    return lag == FIELD_ABSENT ? -1 : (double)lag;
}

void flat_feeder_stop(struct flat_feeder *feeder)
{
    if (feeder == NULL)
        return;
    periodic_stop(feeder->periodic);
    metric_unregister(&feeder->lag);
    free(feeder);
}

struct flat_feeder *flat_feeder_create(struct service *service, struct fault *fault)
{
    struct flat_feeder *feeder = fault_calloc(sizeof *feeder, "the feed of flats", fault);

    if (feeder == NULL)
        return NULL;
    feeder->service = service;
    feeder->read_at = FIELD_ABSENT;
    feeder->swept = FIELD_ABSENT;
    feeder->outdated = true;
    feeder->lag = (struct metric){.name = "search_flats_lag_seconds",
                                  .help = "How long ago all flats of booking-api could be found as"
                                          " they are; -1: they never could.",
                                  .type = METRIC_GAUGE,
                                  .read = read_lag,
                                  .data = feeder};
    metric_register(&feeder->lag);
    return feeder;
}

bool flat_feeder_start(struct flat_feeder *feeder, struct fault *fault)
{
    const struct periodic_options options = {.name = "flats",
                                             .run = run,
                                             .data = feeder,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = LIMIT_MS,
                                             .at_once = true};

    feeder->periodic = periodic_start(feeder->service->loop, &options, fault);
    return feeder->periodic != NULL;
}
