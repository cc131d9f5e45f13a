// SPDX-License-Identifier: MIT
/* Deletes expired replies of Idempotency-Keys every minute, from the time the instance is ready. */
#include "api/service_private.h"

static bool sweep_replies(void *data, struct fault *fault)
{
    const struct service_run *run = data;

    return api_changes_sweep(run->service.changes, fault);
}

void service_cleanup_begin(struct service_run *run)
{
    static const struct periodic_task task = {"answers", sweep_replies, 60000, 20000,
                                              .at_once = true};

    periodic_start(&run->sweep, run->service.loop, &task, run);
}

void service_cleanup_end(struct service_run *run)
{
    periodic_stop(&run->sweep);
}
