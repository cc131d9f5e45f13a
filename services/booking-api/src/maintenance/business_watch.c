// SPDX-License-Identifier: MIT
#include "maintenance/business_watch.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/metric.h"
#include "base/now.h"

#include "maintenance/business_store.h"

enum { EVERY_MS = 300 * 1000, LIMIT_MS = 4000 };

struct business_watch {
    struct service *service;
    struct periodic task;
    struct metric claims;
    struct metric silent;
    struct metric unbound;
};

static bool update_metrics(void *data, struct fault *fault)
{
    struct business_watch *watch = data;
    struct business business;

    if (!business_store_compute(watch->service->db, now_wall_us(), &business, fault))
        return false;
    watch->claims.value = (double)business.claims_waiting;
    watch->silent.value = (double)business.bookings_silent;
    watch->unbound.value = (double)business.owner_unbound;
    return true;
}

struct business_watch *business_watch_start(struct service *service, struct fault *fault)
{
    /* The first update is at once, because zeros after a restart would end alerts. */
    static const struct periodic_task task = {"business", update_metrics, EVERY_MS, LIMIT_MS,
                                              .at_once = true};
    struct business_watch *watch =
        fault_calloc(sizeof *watch, "the watch over the business", fault);

    if (watch == NULL)
        return NULL;
    watch->service = service;
    metric_register_gauge(&watch->claims, "claims_waiting",
                          "Claimed payments that nobody has answered for 3 hours.", NULL, NULL);
    metric_register_gauge(&watch->silent, "bookings_silent",
                          "Hours since the last booking if that is unusual, otherwise 0.", NULL,
                          NULL);
    metric_register_gauge(&watch->unbound, "owner_unbound",
                          "Owners with an active apartment and no Telegram account.", NULL, NULL);
    periodic_start(&watch->task, service->loop, &task, watch);
    return watch;
}

void business_watch_stop(struct business_watch *watch)
{
    if (watch == NULL)
        return;
    periodic_stop(&watch->task);
    metric_unregister(&watch->claims);
    metric_unregister(&watch->silent);
    metric_unregister(&watch->unbound);
    free(watch);
}
