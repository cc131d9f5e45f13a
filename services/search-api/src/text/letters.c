// SPDX-License-Identifier: MIT
#include "text/letters.h"

#include "base/ascii.h"
#include "base/text.h"

enum { CYRILLIC_A = 0x430, CYRILLIC_YA = 0x44f, CYRILLIC_FIRST = 0x400, CYRILLIC_LAST = 0x52f };

/* Kazakh letters, and the Russian letter for each. */
static const char32_t kazakh[] = U"әіңғүұқөһ";
static const char32_t russian[] = U"аингуукох";

/* Latin letters that look like Cyrillic ones, in upper or lower case, and those Cyrillic letters.
 */
static const char32_t latin_alike[] = U"ABCEHIKMOPTXYacehikmoptxy";
static const char32_t cyrillic_alike[] = U"АВСЕНІКМОРТХУасеһікмортху";

int32_t letter_find_counterpart(int32_t point, const char32_t *from, const char32_t *to)
{
    for (size_t i = 0; from[i] != 0; i++)
        if ((int32_t)from[i] == point)
            return (int32_t)to[i];
    return 0;
}

bool letter_is_letter_or_digit(int32_t point)
{
    if (point < 0x80)
        return ascii_is_alnum(point);
    if (point >= CYRILLIC_FIRST && point <= 0x481)
        return true;
    return text_is_letter(point) || text_is_number(point);
}

bool letter_is_ignored_in_word(int32_t point)
{
    return point == 0xad || (point >= 0x200b && point <= 0x200d) || point == 0x2060 ||
           point == 0xfeff;
}

bool letter_is_blank(int32_t point)
{
    return point == ' ' || point == '\t' || point == '\n' || point == '\r';
}

bool letter_is_hyphen(struct slice text)
{
    static const char *const hyphens[] = {"-", "\u2010", "\u2011"};

    return SLICE_IS_IN(text, hyphens);
}

bool letter_is_russian(int32_t small)
{
    return small >= CYRILLIC_A && small <= CYRILLIC_YA;
}

int32_t letter_fold_kazakh(int32_t small)
{
    if (small < 0x456 || small > CYRILLIC_LAST)
        return small;
    const int32_t folded = letter_find_counterpart(small, kazakh, russian);
    return folded != 0 ? folded : small;
}

static int32_t find_cyrillic_look_alike(int32_t latin)
{
    return letter_find_counterpart(latin, latin_alike, cyrillic_alike);
}

/* The Latin letter that looks like the Cyrillic letter or like the Russian letter to which that
 * folds; 0: there is none. */
static int32_t find_latin_look_alike(int32_t cyrillic)
{
    const int32_t folded = letter_fold_kazakh(text_to_lower(cyrillic));
    const int32_t latin = letter_find_counterpart(cyrillic, cyrillic_alike, latin_alike);

    return latin == 0 && folded != cyrillic ? find_latin_look_alike(folded) : latin;
}

static bool is_cyrillic(int32_t point)
{
    return point >= CYRILLIC_FIRST && point <= CYRILLIC_LAST;
}

/* Whether every Latin letter of the word or, with `of_latin` false, every Cyrillic letter of the
 * word has a look-alike in the other alphabet. */
static bool all_have_look_alikes(const int32_t *points, size_t count, bool of_latin)
{
    for (size_t i = 0; i < count; i++)
        if (of_latin ? ascii_is_letter(points[i]) && find_cyrillic_look_alike(points[i]) == 0
                     : is_cyrillic(points[i]) && find_latin_look_alike(points[i]) == 0)
            return false;
    return true;
}

void letters_correct_alphabet(int32_t *points, size_t count)
{
    bool has_latin = false, has_cyrillic = false;

    for (size_t i = 0; i < count; i++) {
        has_latin |= ascii_is_letter(points[i]);
        has_cyrillic |= is_cyrillic(points[i]);
    }
    if (!has_latin || !has_cyrillic)
        return;
    if (all_have_look_alikes(points, count, true)) {
        for (size_t i = 0; i < count; i++)
            points[i] =
                ascii_is_letter(points[i]) ? find_cyrillic_look_alike(points[i]) : points[i];
    } else if (all_have_look_alikes(points, count, false)) {
        for (size_t i = 0; i < count; i++)
            points[i] = is_cyrillic(points[i]) ? find_latin_look_alike(points[i]) : points[i];
    }
}
