// SPDX-License-Identifier: MIT
/* The definition of booking-api, which service_main() runs. */
#pragma once

#include "api/events.h"
#include "api/service.h"

const struct service_definition *booking_definition(void);

extern const struct api_callers booking_callers;

/* Decides which events of the tenant a caller may read: staff read all, owners those of their
 * apartments; fails with FAULT_FORBIDDEN for guests and drivers. */
events_part_fn booking_events_part;
