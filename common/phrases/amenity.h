// SPDX-License-Identifier: MIT
/* The amenities of apartments: amenities.tsv. The build writes phrases/amenities_each.h from it
 * (cmake/amenities_each.py):
 *   - AMENITIES_EACH(ROW, context): for each amenity, the most distinctive first,
 *     ROW(context, the key of its label without stay_amenity_, slug, names in Russian, Kazakh and
 *     English, the Russian genitive).
 *   - AMENITY_SLUGS: the slugs in alphabetical order, separated by commas. */
#pragma once

#include "base/language.h"

#include "phrases/amenities_each.h"

struct amenity {
    const char *slug;
    const char *names[LANGUAGE_KZ + 1];
    const char *without_ru; /* what stands after "без" */
};
extern const struct amenity amenity_table[]; /* the most distinctive first */
#define AMENITY_ONE_(...) +1
enum { AMENITIES = 0 AMENITIES_EACH(AMENITY_ONE_, ) };

/* The amenity with this slug; NULL: it has no row. */
const struct amenity *amenity_find(struct slice slug);
