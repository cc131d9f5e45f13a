// SPDX-License-Identifier: MIT
/* Price limits of a trip on routes configured by the tenant. */
#pragma once

#include "api/change.h"

#include "trips/trip.h"

/* Checks the price of a seat between any two stops of the trip against the configured route
 * (route_price_fits()). The trip's derived fields must be set. FAULT_INVALID "price_out_of_bounds".
 */
bool trip_bounds_check(struct change *change, const struct trip *trip,
                       struct fault *fault) MUST_CHECK;
