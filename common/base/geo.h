// SPDX-License-Identifier: MIT
/* Geographic coordinates. */
#pragma once

#include <stdbool.h>

#include "base/value.h"

/* Whether the latitude and longitude are within their ranges. False for an absent place. */
bool geo_is_in_range(struct field_geo place);

/* Kilometres between two places on a sphere of the earth's mean radius (haversine); the error is at
 * most 0.6 %, because the earth is not a sphere. NAN if a place is absent. */
double geo_km(struct field_geo from, struct field_geo to);
