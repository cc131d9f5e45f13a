// SPDX-License-Identifier: MIT
/* What every handler of booking-api gets as `data`. Read-only after start. */
#pragma once

#include "api/service.h"

#include "config.h"

struct periodic;
struct rides_watch;

struct booking_app {
    struct service *service; /* first: as struct service_data */
    const struct booking_config *config;
    struct cache_entries *apartments; /* apartments as read by id; NULL: CACHE_ENABLED=false */
    struct periodic *sweeper;         /* ends holds whose time has run out */
    struct periodic *rides_sweeper;   /* the same for rides, and more: rides.h */
    struct rides_watch *rides_watch;  /* NULL: RIDES_ENABLED=false */
};
