// SPDX-License-Identifier: MIT
/* The argument `data` of every handler of booking-api. Handlers must not change it. */
#pragma once

#include "api/deliver.h"
#include "api/service.h"

#include "config.h"

struct booking_app {
    struct service *service; /* must be the first member: see struct service_data */
    const struct booking_config *config;
    struct deliver_hosts webhook_hosts; /* addresses that webhooks may have */
    struct deliver *deliver;            /* delivers events to webhooks; NULL in tests */
};
