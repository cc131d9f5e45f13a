// SPDX-License-Identifier: MIT
#include "upkeep/sweeper.h"

#include "bookings/booking_expire.h"
#include "bookings/booking_expire_store.h"
#include "bookings/quote.h"

enum { ARENA_MAX = 1024 * 1024, BATCHES_MAX = 200, SWEEP_MS = 20000 };

/* What ends some of what is due. */
struct batch {
    bool (*run)(struct change *change, int *ended, struct fault *fault);
    int most; /* so many have ended: more may be left */
    int ended;
};

static bool run_batch(struct change *change, void *arg, struct fault *fault)
{
    struct batch *batch = arg;

    return batch->run(change, &batch->ended, fault);
}

static bool sweep_batches(struct service *service, struct batch batch, struct fault *fault)
{
    const struct uuid no_tenant = {0};

    batch.ended = batch.most;
    for (int i = 0; i < BATCHES_MAX && batch.ended == batch.most; i++) {
        struct arena arena;
        arena_init(&arena, ARENA_MAX);
        const bool swept = api_task(service->changes, &no_tenant, &arena, run_batch, &batch, fault);
        arena_finish(&arena);
        if (!swept)
            return false;
    }
    return true;
}

static bool sweep(void *data, struct fault *fault)
{
    static const struct batch holds = {booking_expire_batch, BOOKING_EXPIRE_BATCH, 0};
    static const struct batch stays = {booking_complete_batch, BOOKING_EXPIRE_BATCH, 0};
    static const struct batch old_quotes = {quote_store_sweep, QUOTE_SWEEP_MAX, 0};
    struct service *service = data;
    bool bookings, quotes;

    if (!booking_expire_store_due(service->db, &bookings, fault))
        return false;
    if (bookings &&
        (!sweep_batches(service, holds, fault) || !sweep_batches(service, stays, fault)))
        return false;
    return quote_store_due(service->db, &quotes, fault) &&
           (!quotes || sweep_batches(service, old_quotes, fault));
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
