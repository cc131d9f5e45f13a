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

/* A row of a table of cities. */
// clang-format off
#define CITY(slug_, ru_, kz_, en_, lat_, lon_)                                                     \
    {TEXTS_LITERAL(slug_),                                                                         \
     {TEXTS_LITERAL(ru_), TEXTS_LITERAL(kz_), TEXTS_LITERAL(en_)},                                 \
     {lat_, lon_}}
// clang-format on

extern const struct city city_all[]; /* sorted by slug */
extern const size_t city_count;

/* Finds a city by its slug or by one of its three names; NULL when there is none. Letter case, "ё"
 * for "е", spaces and hyphens do not matter. */
const struct city *city_find(struct slice name);

/* True for the city's slug and its names, compared in the same way. */
bool city_is_named(const struct city *city, struct slice name);
