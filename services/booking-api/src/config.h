// SPDX-License-Identifier: MIT
/* Environment variables of booking-api, in addition to those common to all services. */
#pragma once

#include "api/service.h"

struct booking_config {
    struct service_config common; /* must be the first member */
    int64_t sweep_interval_ms;    /* between two runs of the sweeper */
    const char *public_url;       /* of this service, for links of calendars; "": none */
    int64_t feed_interval_ms;     /* between two reads of a feed */
    int64_t feed_stale_ms;        /* without a successful read, after which a feed is stale */
    const char *webhook_hosts;    /* struct deliver_hosts.internal */
    bool rides_enabled;
    int64_t rides_contact_linger_ms; /* argument of rides_set_contact_linger() */
};

extern const struct env_variable booking_variables[];
extern const size_t booking_variable_count;
