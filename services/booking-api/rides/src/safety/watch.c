// SPDX-License-Identifier: MIT
#include <math.h>

#include "rides.h"
#include "safety/safety.h"

enum { LIMIT_MS = 4000, MOST = 500 };

static bool add_visible_ratings_to_averages(struct change *change, void *arg, struct fault *fault)
{
    const struct uuid any = {0};

    (void)arg;
    return rating_store_add_visible_to_driver_averages(change->tx, &any, MOST, fault);
}

static bool update_metrics_and_averages(void *data, struct fault *fault)
{
    struct rides_watch *watch = data;
    const struct uuid no_tenant = {0};
    struct watch_counts counts;

    if (!watch_store_count_sos_and_overdue_trips(watch->service->db, &counts, fault))
        return false;
    watch->sos.value = (double)counts.sos_unanswered;
    watch->overdue.value = (double)counts.trips_overdue;
    return !counts.count || api_task(watch->service->changes, &no_tenant,
                                     add_visible_ratings_to_averages, NULL, fault);
}

void rides_watch_start(struct rides_watch *watch, struct service *service, bool enabled)
{
    static const struct periodic_task task = {"rides_watch", update_metrics_and_averages,
                                              RIDES_WATCH_EVERY_MS, LIMIT_MS, .at_once = true};

    watch->service = service;
    metric_register_gauge(&watch->sos, "rides_sos_unanswered",
                          "Calls for help that nobody has answered", NULL, NULL);
    metric_register_gauge(&watch->overdue, "rides_trips_overdue",
                          "Trips that neither started nor ended in time", NULL, NULL);
    /* Zeros before the first count would end alerts that are open. */
    watch->sos.value = watch->overdue.value = enabled ? (double)NAN : 0;
    if (enabled)
        periodic_start(&watch->task, service->loop, &task, watch);
}

void rides_watch_stop(struct rides_watch *watch)
{
    periodic_stop(&watch->task);
    metric_unregister(&watch->sos);
    metric_unregister(&watch->overdue);
}
