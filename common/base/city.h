// SPDX-License-Identifier: MIT
/* The cities that bots know. They are compiled in, so that a city in a request is checked without
 * the database. If a service has a table of cities, a test checks that it has the same rows. A new
 * city needs a line in city.c and a migration of each such table. */
#pragma once

#include "base/value.h"

struct city {
    struct slice slug;
    struct texts name;
    struct field_geo location;
};

/* An initializer of a struct city in an array. */
// clang-format off
#define CITY(slug_, ru_, kz_, en_, lat_, lon_)                                                     \
    {TEXTS_LITERAL(slug_),                                                                         \
     {TEXTS_LITERAL(ru_), TEXTS_LITERAL(kz_), TEXTS_LITERAL(en_)},                                 \
     {lat_, lon_}}
// clang-format on

extern const struct city city_all[]; /* sorted by slug */
extern const size_t city_count;

/* Finds a city by its slug, by one of its three names, or by a former or otherwise spelt name
 * ("Алма-Ата", "Nur-Sultan"); NULL if there is none. Letter case, "ё" for "е", spaces and hyphens
 * do not matter, nor does a word that says what it is: "г. Алматы", "Алматы қаласы". */
const struct city *city_find(struct slice name);

/* Whether `name` is a name by which city_find() finds this city. */
bool city_is_named(const struct city *city, struct slice name);
