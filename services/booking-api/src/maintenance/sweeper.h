// SPDX-License-Identifier: MIT
/* The sweeper: a background task that expires overdue holds and requests, completes stays after
 * their check-out time, deletes old quotes, and refreshes stored JSON of apartments
 * (apartments/apartment_listed.h). If it does not run, only events are late: readers apply the
 * clock, and writers expire the holds that they need to. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

/* Starts the sweeper; it runs until periodic_stop(). */
void sweeper_start(struct periodic *sweeper, struct service *service, int64_t every_ms);
