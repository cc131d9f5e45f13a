// SPDX-License-Identifier: MIT
/* What booking-api is made of, for common/api. */
#pragma once

#include "api/events.h"
#include "api/service.h"

const struct service_definition *booking_definition(void);

extern const struct api_callers booking_callers;

/* Staff read all events, an owner those of his flats, a guest none. */
events_part_fn booking_events_part;
