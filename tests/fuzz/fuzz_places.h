// SPDX-License-Identifier: MIT
/* Places that phrases in the fuzz targets may contain. */
#pragma once

#include "fuzz.h"
#include "phrases/phrase.h"

static const struct phrase_city cities[] = {
    {{"almaty", 6},           {{"Алматы", 12}, {"Almaty", 6}, {"Алматы", 12}}                               },
    {{"ust-kamenogorsk", 15}, {{"Усть-Каменогорск", 31}, {"Ust-Kamenogorsk", 15}, {"Өскемен", 14}}},
};
static const struct slice districts[] = {
    {"Медеуский",     18},
    {"Алматинский", 22},
};
static const struct slice names[] = {
    {"абая",          8 },
    {"хан шатыр", 17},
    {"khan shatyr",       11},
    {"мамыр",        10},
};
static const struct phrase_places places = {cities, 2, districts, 2, names, 4};

static inline const struct phrase_words *fuzz_words(void)
{
    static struct arena world;
    static const struct phrase_words *words;

    if (words == NULL) {
        arena_init(&world, 1 << 24);
        words = phrase_words_create(&world, &places);
        PROMISE(words != NULL);
    }
    return words;
}
