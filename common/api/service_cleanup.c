// SPDX-License-Identifier: MIT
/* Deletes expired replies of Idempotency-Keys: once the instance is ready, then every minute. */
#include "api/periodic.h"
#include "api/service_private.h"
#include "base/log.h"

static bool sweep(void *data, struct fault *fault)
{
    struct service_run *run = data;
    bool more = true;

    while (more)
        if (!api_changes_sweep(run->service.changes, &more, fault))
            return false;
    return true;
}

void service_cleanup_begin(struct service_run *run)
{
    const struct periodic_options options = {.name = "answers",
                                             .run = sweep,
                                             .data = run,
                                             .every_ms = 60000,
                                             .limit_ms = 20000,
                                             .at_once = true};
    struct fault fault;

    run->sweep = periodic_start(run->service.loop, &options, &fault);
    if (run->sweep == NULL)
        log_fault(LOG_ERROR, "answers_not_swept", &fault, SLICE_NONE);
}

void service_cleanup_end(struct service_run *run)
{
    periodic_stop(run->sweep);
}
