// SPDX-License-Identifier: MIT
/* The service booking-api, as common/api runs it. */
#pragma once

#include "api/events.h"
#include "api/service.h"

const struct service_definition *booking_definition(void);

extern const struct api_callers booking_callers;

/* Which events a caller may read: staff the tenant's, owners those of their apartments, guests
 * none. */
events_part_fn booking_events_part;
