// SPDX-License-Identifier: MIT
/* The variables booking-api has beside those of every service. */
#pragma once

#include "api/service.h"

struct booking_config {
    struct service_config common; /* first */
    int64_t sweep_interval_ms;    /* how often expired holds are looked for */
    bool rides_enabled;
};

extern const struct env_variable booking_variables[];
extern const size_t booking_variable_count;
