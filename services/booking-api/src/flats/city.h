// SPDX-License-Identifier: MIT
/* The cities the bots know, compiled in: a city in a body or a query can be judged without asking
 * the database. Table `city` of the schema holds the same rows (a test compares them), for foreign
 * keys and for people: a new city is a migration and a line here. */
#pragma once

#include "base/value.h"

struct city {
    struct slice slug;
    struct texts name;
    struct field_geo location;
};

extern const struct city city_all[]; /* sorted by slug */
extern const size_t city_count;

/* By slug or any of the three names; letter case, "ё" for "е", spaces and hyphens do not matter.
 * NULL: unknown. */
const struct city *city_find(struct slice name);
