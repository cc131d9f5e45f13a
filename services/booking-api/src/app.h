// SPDX-License-Identifier: MIT
/* What every handler of booking-api gets as `data`. Handlers only read it. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

#include "config.h"

struct business_watch;
struct rides_watch;
struct selfcheck_watch;

struct booking_app {
    struct service *service; /* first member, as in struct service_data */
    const struct booking_config *config;
    struct periodic sweeper;       /* maintenance/sweeper.h */
    struct periodic rides_sweeper; /* the rides' sweeper: rides.h */
    struct selfcheck_watch *selfcheck_watch;
    struct business_watch *business_watch;
    struct rides_watch *rides_watch; /* NULL: RIDES_ENABLED=false */
};
