// SPDX-License-Identifier: MIT
/* A flat as it is searched. */
#pragma once

#include "base/value.h"

enum flat_free {
    FLAT_UNASKED, /* whether it can be had is not known */
    FLAT_FREE,
    FLAT_TAKEN,    /* or its rules refuse the stay */
    FLAT_TOO_SMALL /* for so many guests, and nothing else is against it */
};

struct flat {
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
    enum flat_free free;
    int64_t total; /* tiyn; FIELD_ABSENT */
};

bool flat_has(const struct flat *flat, struct slice amenity);
/* Of one house: the same place, or where that is not known the same address. */
bool flat_same_house(const struct flat *a, const struct flat *b);
