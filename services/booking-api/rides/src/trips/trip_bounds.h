// SPDX-License-Identifier: MIT
/* What a trip may cost where the tenant has set a route. */
#pragma once

#include "api/change.h"

#include "trips/trip.h"

/* A seat between two stops of the trip, which is settled, costs what the route between them allows
 * (route_price_fits()); else FAULT_INVALID "price_out_of_bounds". */
bool trip_bounds_check(struct change *change, const struct trip *trip,
                       struct fault *fault) MUST_CHECK;
