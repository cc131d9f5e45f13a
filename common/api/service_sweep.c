// SPDX-License-Identifier: MIT
/* Stored answers of Idempotency-Keys past their time are deleted: when the copy has become ready,
 * then every minute. */
#include "api/service_parts.h"
#include "base/log.h"
#include "base/now.h"
#include "loop/fiber.h"

enum { EVERY_MS = 60000, SWEEP_MS = 20000 };

static void sweep(void *data)
{
    struct service_run *run = data;
    struct fault fault;
    bool swept, more;

    do {
        swept = api_changes_sweep(run->service.changes, &more, &fault);
    } while (swept && more);
    if (!swept)
        log_fault(LOG_WARN, "answers_not_swept", &fault, (struct slice){0});
}

static void on_due(void *data)
{
    struct service_run *run = data;
    const int64_t now_ns = loop_now_ns(run->service.loop);
    struct fault fault;

    /* Without memory for a fiber the next minute tries again. */
    (void)!fiber_start(run->service.loop, sweep, run, now_ns + SWEEP_MS * NS_PER_MS, "sweep",
                       &fault);
    (void)!loop_timer_start(run->service.loop, &run->sweep, now_ns + EVERY_MS * NS_PER_MS, on_due,
                            run);
}

void service_sweep_begin(struct service_run *run)
{
    on_due(run);
}

void service_sweep_end(struct service_run *run)
{
    loop_timer_stop(run->service.loop, &run->sweep);
}
