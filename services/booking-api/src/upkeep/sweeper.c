// SPDX-License-Identifier: MIT
#include "upkeep/sweeper.h"

#include "bookings/booking_expire.h"
#include "bookings/booking_expire_store.h"
#include "bookings/quote.h"

enum { ARENA_MAX = 1024 * 1024, BATCHES_MAX = 200, SWEEP_MS = 20000 };

/* Each does one batch. `arg` is a bool: true when the batch was full and more may be left. */
static bool expire_batch(struct change *change, void *arg, struct fault *fault)
{
    bool *more = arg;
    int ended;

    if (!booking_expire_batch(change, &ended, fault))
        return false;
    *more = ended == BOOKING_EXPIRE_BATCH;
    return true;
}

static bool complete_batch(struct change *change, void *arg, struct fault *fault)
{
    bool *more = arg;
    int ended;

    if (!booking_complete_batch(change, &ended, fault))
        return false;
    *more = ended == BOOKING_EXPIRE_BATCH;
    return true;
}

static bool quote_batch(struct change *change, void *arg, struct fault *fault)
{
    bool *more = arg;
    int64_t deleted;

    if (!quote_store_sweep(change->tx, &deleted, fault))
        return false;
    *more = deleted == QUOTE_SWEEP_MAX;
    return true;
}

static bool sweep_batches(struct service *service, api_task_fn *batch, struct fault *fault)
{
    const struct uuid no_tenant = {0};
    bool more = true;

    for (int i = 0; i < BATCHES_MAX && more; i++) {
        struct arena arena;
        arena_init(&arena, ARENA_MAX);
        const bool swept = api_task(service->changes, &no_tenant, &arena, batch, &more, fault);
        arena_finish(&arena);
        if (!swept)
            return false;
    }
    return true;
}

static bool sweep(void *data, struct fault *fault)
{
    struct service *service = data;
    bool bookings, quotes;

    if (!booking_expire_store_due(service->db, &bookings, fault))
        return false;
    if (bookings && (!sweep_batches(service, expire_batch, fault) ||
                     !sweep_batches(service, complete_batch, fault)))
        return false;
    return quote_store_due(service->db, &quotes, fault) &&
           (!quotes || sweep_batches(service, quote_batch, fault));
}

struct periodic *sweeper_start(struct service *service, int64_t every_ms, struct fault *fault)
{
    const struct periodic_options options = {.name = "sweeper",
                                             .run = sweep,
                                             .data = service,
                                             .every_ms = every_ms,
                                             .limit_ms = SWEEP_MS};

    return periodic_start(service->loop, &options, fault);
}
