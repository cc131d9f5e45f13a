// SPDX-License-Identifier: MIT
/* Figures of the business, for all tenants together, on which people have to act. business_store.c
 * computes them (business.sql), business_watch.c sets the metrics that health reads. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

struct business {
    int64_t claims_waiting;    /* payments claimed at least 3 hours ago, not yet answered */
    int64_t bookings_silent;   /* hours since the last booking if that is unusual, else 0 */
    int64_t owner_unbound;     /* owners with an active apartment, but without a Telegram account */
    int64_t calendars_failing; /* feeds of active apartments that are suspect or stale */
    int64_t conflicts_open;    /* nights that a feed and ours have, not yet decided */
};

/* Computes the figures as of `now_us`. Reads the bookings with a claimed payment, the 100 newest
 * bookings, all owners, and all feeds. */
bool business_store_compute_figures(struct db *db, int64_t now_us, struct business *out,
                                    struct fault *fault) MUST_CHECK;

/* Updates the metrics with the names of the figures every five minutes. They are NaN before the
 * first successful update. */
struct business_watch {
    struct service *service;
    struct periodic task;
    struct metric claims;
    struct metric silent;
    struct metric unbound;
    struct metric calendars;
    struct metric conflicts;
};
void business_watch_start(struct business_watch *watch, struct service *service);
void business_watch_stop(struct business_watch *watch);
