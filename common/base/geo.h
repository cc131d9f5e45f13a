// SPDX-License-Identifier: MIT
/* Places on the earth. */
#pragma once

#include <stdbool.h>

#include "base/value.h"

/* Is it a place: latitude and longitude within their ranges? False of an absent one. */
bool geo_is_place(struct field_geo place);

/* Kilometres between two places on a sphere of the earth's mean radius (haversine); at most 0.6 %
 * off, for the earth is none. NAN when one is absent. */
double geo_km(struct field_geo from, struct field_geo to);
