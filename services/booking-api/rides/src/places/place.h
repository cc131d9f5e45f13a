// SPDX-License-Identifier: MIT
/* The cities and towns between which people ride, and how far they are from each other. Pure.
 *
 * A place is a city of base/city.h or a town of the table here. Both are compiled in, so a place of
 * a body or a query is checked without the database. A slug names one place, and a name in any of
 * the three languages does. */
#pragma once

#include "base/city.h"

/* Towns on busy roads. Coordinates: GeoNames (geonames.org, CC BY 4.0), the middle of the town. */
extern const struct city town_all[]; /* sorted by slug */
extern const size_t town_count;

/* Cities first, then towns; `index` below place_count(). */
size_t place_count(void);
const struct city *place_at(size_t index);

/* By slug, by a name as city_find() compares it, or by a former name that people still use
 * ("Капшагай"). NULL: there is none. The result is a pointer into the tables: two places are the
 * same one exactly when their pointers are equal. */
const struct city *place_find(struct slice name);

enum { PLACES_MAX = 96 }; /* place_count() is no more */

/* The places that somebody means who types the beginning of a name, a word of it, or all of it with
 * one slip ("алмата"): those that are named so first, then those that begin so. Letter case, Kazakh
 * letters, doubled letters, Latin letters for Cyrillic ones and the other keyboard layout do not
 * matter (phrases/letters.h). Text without letters finds none. Returns how many are in `out`. */
size_t place_search(struct slice typed, const struct city *out[PLACES_MAX]);

/* Great-circle distance in whole metres (geo_km(), half away from zero): 0 of a place to itself,
 * the same in both directions. */
int64_t place_metres(const struct city *from, const struct city *to);
