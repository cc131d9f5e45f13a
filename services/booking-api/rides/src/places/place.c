// SPDX-License-Identifier: MIT
#include "places/place.h"

#include <math.h>

#include "base/geo.h"
#include "base/text.h"

#include "phrases/letters.h"

/* Former names of places that people still use. */
static const struct {
    struct slice name;
    const char *slug;
} former[] = {
    {TEXTS_LITERAL("Аральск"),      "aral"    },
    {TEXTS_LITERAL("Боровое"),      "burabay" },
    {TEXTS_LITERAL("Зыряновск"),  "altai"   },
    {TEXTS_LITERAL("Капчагай"),    "konaev"  },
    {TEXTS_LITERAL("Капшагай"),    "konaev"  },
    {TEXTS_LITERAL("Қапшағай"),    "konaev"  },
    {TEXTS_LITERAL("Нур-Султан"), "astana"  },
    {TEXTS_LITERAL("Чимкент"),      "shymkent"},
};

/* All cities, roughly by population, the largest first: people search for those most. */
static const char *const largest[] = {
    "almaty",        "astana",      "shymkent",  "aktobe",          "karaganda",
    "taraz",         "pavlodar",    "atyrau",    "ust-kamenogorsk", "semey",
    "kyzylorda",     "uralsk",      "aktau",     "kostanay",        "turkistan",
    "petropavlovsk", "taldykorgan", "kokshetau", "ekibastuz",       "zhezkazgan",
};

size_t place_count(void)
{
    return city_count + town_count;
}

const struct city *place_at(size_t index)
{
    return index < city_count ? &city_all[index] : &town_all[index - city_count];
}

static struct slice replace_former_name(struct slice name)
{
    static const int32_t ignored[] = {' ', '-', 0};

    for (size_t i = 0; i < ARRAY_LEN(former); i++) {
        if (text_same_name(name, former[i].name, ignored))
            return slice_of(former[i].slug);
    }
    return name;
}

const struct city *place_find(struct slice name)
{
    const struct slice today = replace_former_name(name);
    const struct city *city = city_find(today);

    for (size_t i = 0; i < town_count && city == NULL; i++) {
        if (city_is_named(&town_all[i], today))
            city = &town_all[i];
    }
    return city;
}

/* Quality of a match, best first. */
enum { MATCH_EXACT, MATCH_PREFIX, MATCH_WORD, MATCH_TYPO, MATCH_NONE };
/* Shortest text in which a typo is tolerated; a shorter one would match too many names. */
enum { TYPO_LETTERS_MIN = 4 };

/* The letters that the same keys give in the other keyboard layout: "fkvfns" is "алматы". */
static struct letters letters_in_other_layout(struct slice text)
{
    struct letters word = {0};
    int32_t point;

    for (size_t at = 0; at < text.len;) {
        const size_t len = text_decode(text, at, &point);
        const uint8_t letter = len > 0 ? letter_of(letter_other_layout(point)) : 0;

        if (letter != 0)
            letters_add(&word, letter);
        at += len > 0 ? len : 1;
    }
    return word;
}

static bool has_later_word_with_prefix(struct slice name, const struct letters *prefix)
{
    for (size_t i = 0; i < name.len; i++) {
        const struct letters word = letters_of(slice_from(name, i + 1));

        if ((name.at[i] == ' ' || name.at[i] == '-') && letters_start_with(&word, prefix))
            return true;
    }
    return false;
}

static int rank_name_match(struct slice name, const struct letters *typed)
{
    const struct letters whole = letters_of(name);

    if (letters_equal(&whole, typed))
        return MATCH_EXACT;
    if (letters_start_with(&whole, typed))
        return MATCH_PREFIX;
    if (has_later_word_with_prefix(name, typed))
        return MATCH_WORD;
    return typed->len >= TYPO_LETTERS_MIN &&
                   letters_distance(whole.at, whole.len, typed->at, typed->len, 1) <= 1
               ? MATCH_TYPO
               : MATCH_NONE;
}

static int rank_place_match(const struct city *place, const struct letters *typed)
{
    const struct slice names[] = {place->slug, place->name.ru, place->name.kz, place->name.en};
    int best = MATCH_NONE;

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const int one = rank_name_match(names[i], typed);
        best = one < best ? one : best;
    }
    for (size_t i = 0; i < ARRAY_LEN(former); i++) {
        const int one = slice_is(place->slug, former[i].slug)
                            ? rank_name_match(former[i].name, typed)
                            : MATCH_NONE;
        best = one < best ? one : best;
    }
    return best;
}

size_t place_search(struct slice typed, const struct city *out[PLACES_MAX])
{
    struct letters forms[3] = {letters_of(typed), letters_in_other_layout(typed)};
    size_t form_count = 2, found = 0;

    for (; typed.at == NULL && found < place_count() && found < PLACES_MAX; found++)
        out[found] =
            found < ARRAY_LEN(largest) ? city_find(slice_of(largest[found])) : place_at(found);
    if (forms[0].len == 0)
        return found;
    if (letters_are_latin(&forms[0]))
        forms[form_count++] = letters_to_cyrillic(&forms[0]);
    for (int wanted = MATCH_EXACT; wanted < MATCH_NONE; wanted++) {
        for (size_t i = 0; i < place_count() && found < PLACES_MAX; i++) {
            int best = MATCH_NONE;

            for (size_t k = 0; k < form_count; k++) {
                const int one =
                    forms[k].len > 0 ? rank_place_match(place_at(i), &forms[k]) : MATCH_NONE;
                best = one < best ? one : best;
            }
            if (best == wanted)
                out[found++] = place_at(i);
        }
    }
    return found;
}

int64_t place_distance_metres(const struct city *from, const struct city *to)
{
    return llround(geo_km(from->location, to->location) * 1000);
}
