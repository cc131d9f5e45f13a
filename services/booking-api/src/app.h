// SPDX-License-Identifier: MIT
/* The argument `data` of every handler of booking-api. Handlers must not change it. */
#pragma once

#include "api/service.h"

#include "config.h"

struct booking_app {
    struct service *service; /* must be the first member: see struct service_data */
    const struct booking_config *config;
};
