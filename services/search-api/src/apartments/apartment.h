// SPDX-License-Identifier: MIT
/* A apartment as it is searched. */
#pragma once

#include "base/value.h"

enum apartment_availability {
    APARTMENT_UNKNOWN, /* whether it can be had is not known */
    APARTMENT_BOOKABLE,
    APARTMENT_TAKEN,    /* or its rules refuse the stay */
    APARTMENT_TOO_SMALL /* for so many guests, and nothing else is against it */
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
    int64_t base_price;     /* tiyn for a night */
    struct slice amenities; /* JSON, a list of slugs */
    int64_t matched;        /* bit n: it has word n of those it was looked for by */
    /* Of the nights that were asked for: */
    enum apartment_availability free;
    int64_t total; /* tiyn; FIELD_ABSENT */
};

bool apartment_has_amenity(const struct apartment *apartment, struct slice amenity);
/* Of one house: the same place, or where that is not known the same address. */
bool apartment_same_house(const struct apartment *a, const struct apartment *b);
