// SPDX-License-Identifier: MIT
/* An apartment, with what searches need of it. */
#pragma once

#include "base/value.h"

enum apartment_availability {
    APARTMENT_UNKNOWN, /* the request has no dates, or booking-api did not answer */
    APARTMENT_BOOKABLE,
    APARTMENT_TAKEN,    /* not free on the dates, or the apartment's rules refuse the stay */
    APARTMENT_TOO_SMALL /* too small for the guests; nothing else prevents the stay */
};

struct apartment {
    struct uuid id;
    struct texts title;
    struct slice city; /* a slug */
    struct slice district;
    struct slice address;
    struct field_geo place;
    int64_t rooms;
    int64_t max_guests;
    int64_t base_price;     /* tiyn per night */
    struct slice amenities; /* JSON, a list of slugs */
    int64_t matched;        /* bit n: its texts match criteria.words[n] */
    /* Set by availability_ask() for the requested dates: */
    enum apartment_availability availability;
    int64_t total; /* tiyn for the stay; FIELD_ABSENT: unknown */
};

/* Whether the texts of the apartment match criteria.words[word_index]. */
static inline bool apartment_matches_word(const struct apartment *apartment, size_t word_index)
{
    return ((uint64_t)apartment->matched >> word_index & 1) != 0;
}

bool apartment_has_amenity(const struct apartment *apartment, struct slice amenity);
/* Whether both apartments have the same location or, if one of them has no location, the same
 * address. */
bool apartment_is_in_same_house(const struct apartment *a, const struct apartment *b);
