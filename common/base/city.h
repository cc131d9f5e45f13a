// SPDX-License-Identifier: MIT
/* The cities that bots know. They are compiled in, so that a city in a body or a query is checked
 * without the database. Where a service keeps a table of cities it has the same rows; a test
 * compares both. A new city is a migration there and a line here. */
#pragma once

#include "base/value.h"

struct city {
    struct slice slug;
    struct texts name;
    struct field_geo location;
};

extern const struct city city_all[]; /* sorted by slug */
extern const size_t city_count;

/* Finds a city by its slug or by one of its three names; NULL when there is none. Letter case, "ё"
 * for "е", spaces and hyphens do not matter. */
const struct city *city_find(struct slice name);
