// SPDX-License-Identifier: MIT
#include <math.h>

#include "base/now.h"

#include "maintenance/business.h"

enum { EVERY_MS = 300 * 1000, LIMIT_MS = 4000 };

static bool update_metrics(void *data, struct fault *fault)
{
    struct business_watch *watch = data;
    struct business business;

    if (!business_store_compute_figures(watch->service->db, now_wall_us(), &business, fault))
        return false;
    watch->claims.value = (double)business.claims_waiting;
    watch->silent.value = (double)business.bookings_silent;
    watch->unbound.value = (double)business.owner_unbound;
    watch->calendars.value = (double)business.calendars_failing;
    watch->conflicts.value = (double)business.conflicts_open;
    return true;
}

void business_watch_start(struct business_watch *watch, struct service *service)
{
    static const struct periodic_task task = {"business", update_metrics, EVERY_MS, LIMIT_MS,
                                              .at_once = true};

    watch->service = service;
    metric_register_gauge(&watch->claims, "claims_waiting",
                          "Claimed payments that nobody has answered for 3 hours.", NULL, NULL);
    metric_register_gauge(&watch->silent, "bookings_silent",
                          "Hours since the last booking if that is unusual, otherwise 0.", NULL,
                          NULL);
    metric_register_gauge(&watch->unbound, "owner_unbound",
                          "Owners with an active apartment and no Telegram account.", NULL, NULL);
    metric_register_gauge(&watch->calendars, "calendars_failing",
                          "Calendars of other channels that are suspect or stale.", NULL, NULL);
    metric_register_gauge(&watch->conflicts, "conflicts_open",
                          "Nights sold twice about which nobody has decided.", NULL, NULL);
    /* Zeros would end alerts that are open. */
    watch->claims.value = watch->silent.value = watch->unbound.value = (double)NAN;
    watch->calendars.value = watch->conflicts.value = (double)NAN;
    periodic_start(&watch->task, service->loop, &task, watch);
}

void business_watch_stop(struct business_watch *watch)
{
    periodic_stop(&watch->task);
    metric_unregister(&watch->claims);
    metric_unregister(&watch->silent);
    metric_unregister(&watch->unbound);
    metric_unregister(&watch->calendars);
    metric_unregister(&watch->conflicts);
}
