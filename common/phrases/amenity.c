// SPDX-License-Identifier: MIT
#include "phrases/amenity.h"

// clang-format off
#define ROW(context, text, slug, ru, kz, en, without_ru) \
    {slug, {[LANGUAGE_RU] = ru, [LANGUAGE_KZ] = kz, [LANGUAGE_EN] = en}, without_ru},
const struct amenity amenity_table[AMENITIES] = {AMENITIES_EACH(ROW, )};
// clang-format on

const struct amenity *amenity_find(struct slice slug)
{
    for (size_t i = 0; i < AMENITIES; i++)
        if (slice_is(slug, amenity_table[i].slug))
            return &amenity_table[i];
    return NULL;
}
