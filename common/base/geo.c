// SPDX-License-Identifier: MIT
#include "base/geo.h"

#include <math.h>

static const double radius_km = 6371.0088; /* the earth's mean radius R1, as defined by IUGG */
static const double degree = M_PI / 180;

bool geo_is_in_range(struct field_geo place)
{
    return place.lat >= -90 && place.lat <= 90 && place.lon >= -180 && place.lon <= 180;
}

double geo_km(struct field_geo from, struct field_geo to)
{
    if (!geo_is_in_range(from) || !geo_is_in_range(to))
        return (double)NAN;
    const double north = sin((to.lat - from.lat) * degree / 2);
    const double east = sin((to.lon - from.lon) * degree / 2);
    const double part = north * north + cos(from.lat * degree) * cos(to.lat * degree) * east * east;

    return 2 * radius_km * asin(fmin(1, sqrt(part)));
}
