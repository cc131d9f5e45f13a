// SPDX-License-Identifier: MIT
/* The sweeper: a background task that expires overdue holds and requests, completes stays after
 * their check-out time, deletes old quotes, and refreshes stored JSON of apartments
 * (apartments/apartment_listed.h). If the sweeper does not run, only events are late: readers show
 * overdue holds as expired, and writers expire those on the nights that they need. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

/* Starts the sweeper; it runs until periodic_stop(). */
void sweeper_start(struct periodic *sweeper, struct service *service, int64_t every_ms);
