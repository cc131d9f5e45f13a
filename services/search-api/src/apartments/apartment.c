// SPDX-License-Identifier: MIT
#include "apartments/apartment.h"

#include "base/geo.h"

/* Searches the text of the JSON list: a slug has no characters that JSON escapes. */
bool apartment_has_amenity(const struct apartment *apartment, struct slice amenity)
{
    const struct slice list = apartment->amenities;

    for (size_t at = 0; at + amenity.len + 2 <= list.len; at++)
        if (list.at[at] == '"' && list.at[at + 1 + amenity.len] == '"' &&
            memcmp(list.at + at + 1, amenity.at, amenity.len) == 0)
            return true;
    return false;
}

bool apartment_is_in_same_house(const struct apartment *a, const struct apartment *b)
{
    if (geo_is_in_range(a->place) && geo_is_in_range(b->place))
        return a->place.lat == b->place.lat && a->place.lon == b->place.lon;
    return a->address.len > 0 && slice_equal(a->address, b->address) &&
           slice_equal(a->city, b->city);
}
