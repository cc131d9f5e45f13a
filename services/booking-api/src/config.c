// SPDX-License-Identifier: MIT
#include "config.h"

const struct env_variable booking_variables[] = {
    {
     .name = "BOOKING_SWEEP_INTERVAL",
     .type = ENV_DURATION,
     .offset = offsetof(struct booking_config, sweep_interval_ms),
     .fallback = "1s",
     .min = 50,
     .max = 600000,
     .help = "Interval at which booking-api expires overdue holds.",
     },
    {
     .name = "RIDES_ENABLED",
     .type = ENV_BOOL,
     .offset = offsetof(struct booking_config,                                        rides_enabled),
     .fallback = "false",
     .help = "true: booking-api serves rides between cities (/v1/rides, /v1/trips and others).",
     },
};
const size_t booking_variable_count = ARRAY_LEN(booking_variables);
