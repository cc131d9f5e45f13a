// SPDX-License-Identifier: MIT
/* Cities and towns between which rides are offered, and the distances between them. Pure.
 *
 * A place is a city of base/city.h or a town of the table here. Both tables are compiled in, so a
 * place in a body or a query is checked without the database. No two places share a slug or a name,
 * in any of the three languages. */
#pragma once

#include "base/city.h"

/* Towns on busy roads. Coordinates of the town centres: GeoNames (geonames.org, CC BY 4.0). */
extern const struct city town_all[]; /* sorted by slug */
extern const size_t town_count;

size_t place_count(void);
/* Numbers all places: cities first, then towns. `index` is below place_count(). */
const struct city *place_at(size_t index);

/* Finds a place by its slug, by a name as city_find() compares it, or by a former name still in use
 * ("Капшагай"). NULL: not found. Returns a pointer into the tables, so equal pointers mean the same
 * place. */
const struct city *place_find(struct slice name);

enum { PLACES_MAX = 96 }; /* at least place_count() */

/* Finds places for partial input: the beginning of a name, a word of it, or a whole name with one
 * typo ("алмата"). Better matches come first: exact, beginning, word, typo. Letter case, Kazakh
 * letters, doubled letters, transliteration to Latin letters and the wrong keyboard layout do not
 * matter (phrases/letters.h). Text without letters finds nothing. If `typed` is absent, all places
 * are found: the largest cities first, then towns. Returns the number of places in `out`. */
size_t place_search(struct slice typed, const struct city *out[PLACES_MAX]);

/* Great-circle distance in metres: geo_km() rounded to whole metres, halves away from zero. The
 * same in both directions; 0 if both places are equal. */
int64_t place_distance_metres(const struct city *from, const struct city *to);
