// SPDX-License-Identifier: MIT
#include <math.h>

#include "base/log.h"

#include "maintenance/selfcheck.h"

enum { EVERY_MS = 300 * 1000, FIRST_MS = 10000, LIMIT_MS = 20000 };

/* Logs and counts the check if it has found more violations than are acceptable. */
static void log_if_broken(void *data, const struct selfcheck *check)
{
    int *broken = data;

    if (check->count <= check->allowed)
        return;
    ++*broken;
    LOG(LOG_WARN, "rule_broken", "The data break a rule: GET /v1/selfcheck",
        log_text("rule", check->name), log_int("count", check->count));
}

bool selfcheck_watch_run(void *data, struct fault *fault)
{
    struct selfcheck_watch *watch = data;
    int broken = 0;

    if (!selfcheck_store_run(watch->service->pool, watch->sweep_s, log_if_broken, &broken, fault))
        return false;
    watch->broken.value = broken;
    return true;
}

void selfcheck_watch_start(struct selfcheck_watch *watch, struct service *service,
                           int64_t sweep_interval_ms)
{
    /* Not at once: after a pause of the service the sweeper must first expire overdue holds and
     * complete stays, else the check would report them as violations. */
    static const struct periodic_task task = {"selfcheck", selfcheck_watch_run, EVERY_MS, LIMIT_MS,
                                              .at_once = false};

    watch->service = service;
    watch->sweep_s = sweep_interval_ms / 1000;
    metric_register_gauge(&watch->broken, "selfcheck_broken",
                          "Rules that the data broke in the last self-check.", NULL, NULL);
    watch->broken.value = (double)NAN; /* a zero would end an alert that is open */
    periodic_start(&watch->task, service->loop, &task, watch);
    periodic_run_soon(&watch->task, FIRST_MS);
}

void selfcheck_watch_stop(struct selfcheck_watch *watch)
{
    periodic_stop(&watch->task);
    metric_unregister(&watch->broken);
}
