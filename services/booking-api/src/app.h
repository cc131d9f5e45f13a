// SPDX-License-Identifier: MIT
/* The argument `data` of every handler of booking-api. Handlers must not change it. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

#include "config.h"

struct business_watch;
struct rides_watch;
struct selfcheck_watch;

struct booking_app {
    struct service *service; /* must be the first member: see struct service_data */
    const struct booking_config *config;
    struct periodic sweeper;       /* maintenance/sweeper.h */
    struct periodic rides_sweeper; /* rides.h */
    struct selfcheck_watch *selfcheck_watch;
    struct business_watch *business_watch;
    struct rides_watch *rides_watch; /* NULL if RIDES_ENABLED=false */
};
