// SPDX-License-Identifier: MIT
#include "sweeper.h"

#include <stdlib.h>

#include "base/log.h"
#include "loop/fiber.h"

#include "booking_expire.h"
#include "quote.h"

enum { ARENA_MAX = 1024 * 1024, BATCHES_MAX = 200 };
static const int64_t sweep_ns = INT64_C(20) * 1000 * 1000 * 1000;
static const int64_t ns_per_ms = 1000 * 1000;

struct sweeper {
    struct loop *loop;
    struct db *db;
    struct api_changes *changes;
    int64_t interval_ns;
    struct loop_timer timer;
    struct fiber *fiber; /* of the sweep under way */
    bool destroyed;      /* meanwhile: the sweep frees it */
    bool failing;        /* told once, not at every turn */
};

static void wait_for_next(struct sweeper *sweeper);

/* One batch each; `arg` is a bool: it was full, so more may be left. */
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

static bool sweep_batches(struct sweeper *sweeper, api_task_fn *batch, struct fault *fault)
{
    const struct uuid no_tenant = {0};
    bool more = true;

    for (int i = 0; i < BATCHES_MAX && more; i++) {
        struct arena arena;
        arena_init(&arena, ARENA_MAX);
        const bool swept = api_task(sweeper->changes, &no_tenant, &arena, batch, &more, fault);
        arena_finish(&arena);
        if (!swept)
            return false;
    }
    return true;
}

static bool sweep_all(struct sweeper *sweeper, struct fault *fault)
{
    bool bookings, quotes;

    if (!booking_expire_due(sweeper->db, &bookings, fault))
        return false;
    if (bookings && (!sweep_batches(sweeper, expire_batch, fault) ||
                     !sweep_batches(sweeper, complete_batch, fault)))
        return false;
    return quote_store_due(sweeper->db, &quotes, fault) &&
           (!quotes || sweep_batches(sweeper, quote_batch, fault));
}

static void sweep(void *data)
{
    struct sweeper *sweeper = data;
    struct fault fault;

    sweeper->fiber = fiber_current();
    const bool swept = sweep_all(sweeper, &fault);
    sweeper->fiber = NULL;
    if (sweeper->destroyed) {
        free(sweeper);
        return;
    }
    if (!swept && !sweeper->failing)
        log_fault(LOG_WARN, "sweep_failed", &fault, SLICE(""));
    sweeper->failing = !swept;
    wait_for_next(sweeper);
}

static void start_sweep(void *data)
{
    struct sweeper *sweeper = data;
    struct fault fault;

    if (!fiber_start(sweeper->loop, sweep, sweeper, loop_now_ns(sweeper->loop) + sweep_ns,
                     "sweeper", &fault))
        wait_for_next(sweeper);
}

static void wait_for_next(struct sweeper *sweeper)
{
    const int64_t due_ns = loop_now_ns(sweeper->loop) + sweeper->interval_ns;

    if (!loop_timer_start(sweeper->loop, &sweeper->timer, due_ns, start_sweep, sweeper))
        LOG(LOG_ERROR, "sweeper_stopped", "No memory for the next sweep",
            log_int("interval_ms", sweeper->interval_ns / ns_per_ms));
}

struct sweeper *sweeper_create(struct loop *loop, struct db *db, struct api_changes *changes,
                               int64_t interval_ms, struct fault *fault)
{
    struct sweeper *sweeper = calloc(1, sizeof *sweeper);

    if (sweeper == NULL) {
        arena_fault(fault);
        return NULL;
    }
    sweeper->loop = loop;
    sweeper->db = db;
    sweeper->changes = changes;
    sweeper->interval_ns = interval_ms * ns_per_ms;
    wait_for_next(sweeper);
    return sweeper;
}

void sweeper_destroy(struct sweeper *sweeper)
{
    if (sweeper == NULL)
        return;
    loop_timer_stop(sweeper->loop, &sweeper->timer);
    if (sweeper->fiber == NULL) {
        free(sweeper);
        return;
    }
    sweeper->destroyed = true;
    fiber_cancel(sweeper->fiber);
}
