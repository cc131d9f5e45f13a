// SPDX-License-Identifier: MIT
#include "flats/flat.h"

#include "base/geo.h"

/* A slug has nothing that JSON would write in another way. */
bool flat_has(const struct flat *flat, struct slice amenity)
{
    const struct slice list = flat->amenities;

    for (size_t at = 0; at + amenity.len + 2 <= list.len; at++)
        if (list.at[at] == '"' && list.at[at + 1 + amenity.len] == '"' &&
            memcmp(list.at + at + 1, amenity.at, amenity.len) == 0)
            return true;
    return false;
}

bool flat_same_house(const struct flat *a, const struct flat *b)
{
    if (geo_is_place(a->place) && geo_is_place(b->place))
        return a->place.lat == b->place.lat && a->place.lon == b->place.lon;
    return a->address.len > 0 && slice_equal(a->address, b->address) &&
           slice_equal(a->city, b->city);
}
