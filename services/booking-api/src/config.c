// SPDX-License-Identifier: MIT
#include "config.h"

#define AT(member) offsetof(struct booking_config, member)

// clang-format off
/* Columns: name, type, member, default, minimum, maximum, help. */
const struct env_variable booking_variables[] = {
    {"BOOKING_SWEEP_INTERVAL", ENV_DURATION, AT(sweep_interval_ms), "1s", 50, 600000,
     "Interval at which booking-api expires overdue holds."},
    {"BOOKING_PUBLIC_URL", ENV_TEXT, AT(public_url), "", 0, 200,
     "Address of booking-api outside, without a / at the end: links of calendars for Airbnb and others begin with it; empty: HTTP_ADDRESS and HTTP_PORT."},
    {"BOOKING_FEED_INTERVAL", ENV_DURATION, AT(feed_interval_ms), "10m", 1000, 86400000,
     "Interval at which booking-api reads each calendar of another channel."},
    {"BOOKING_FEED_STALE", ENV_DURATION, AT(feed_stale_ms), "1h", 1000, 604800000,
     "A calendar of another channel without a successful read for so long is stale: its apartment is booked on request."},
    {"WEBHOOK_INTERNAL_HOSTS", ENV_TEXT, AT(webhook_hosts), "n8n", 0, 500,
     "Hosts, separated by commas, that webhooks may call by http and in private networks, only below /webhook/ and /webhook-test/; others must be https and public."},
    {"RIDES_ENABLED", ENV_BOOL, AT(rides_enabled), "false", 0, 0,
     "true: booking-api serves rides between cities (/v1/rides, /v1/trips and others)."},
    {"RIDES_CONTACT_LINGER", ENV_DURATION, AT(rides_contact_linger_ms), "24h", 0, 604800000,
     "Contacts of a completed ride stay visible to its passenger and driver for so long."},
};
// clang-format on
#undef AT
const size_t booking_variable_count = ARRAY_LEN(booking_variables);
