// SPDX-License-Identifier: MIT
#include "text/letters.h"

#include "base/ascii.h"
#include "base/text.h"

enum { CYRILLIC_A = 0x430, CYRILLIC_YA = 0x44f, CYRILLIC_FIRST = 0x400, CYRILLIC_LAST = 0x52f };

static const struct {
    int32_t kazakh;
    int32_t russian;
} folds[] = {
    {0x4d9, 0x430}, /* ә а */
    {0x456, 0x438}, /* і и */
    {0x4a3, 0x43d}, /* ң н */
    {0x493, 0x433}, /* ғ г */
    {0x4af, 0x443}, /* ү у */
    {0x4b1, 0x443}, /* ұ у */
    {0x49b, 0x43a}, /* қ к */
    {0x4e9, 0x43e}, /* ө о */
    {0x4bb, 0x445}, /* һ х */
};

/* Latin letters that look like Cyrillic ones, upper or lower case. */
static const struct {
    char latin;
    int32_t cyrillic;
} look_alikes[] = {
    {'A', 0x410}, /* А */
    {'B', 0x412}, /* В */
    {'C', 0x421}, /* С */
    {'E', 0x415}, /* Е */
    {'H', 0x41d}, /* Н */
    {'I', 0x406}, /* І */
    {'K', 0x41a}, /* К */
    {'M', 0x41c}, /* М */
    {'O', 0x41e}, /* О */
    {'P', 0x420}, /* Р */
    {'T', 0x422}, /* Т */
    {'X', 0x425}, /* Х */
    {'Y', 0x423}, /* У */
    {'a', 0x430}, /* а */
    {'c', 0x441}, /* с */
    {'e', 0x435}, /* е */
    {'h', 0x4bb}, /* һ */
    {'i', 0x456}, /* і */
    {'k', 0x43a}, /* к */
    {'m', 0x43c}, /* м */
    {'o', 0x43e}, /* о */
    {'p', 0x440}, /* р */
    {'t', 0x442}, /* т */
    {'x', 0x445}, /* х */
    {'y', 0x443}, /* у */
};

bool letter_counts(int32_t point)
{
    if (point < 0x80)
        return ascii_is_alnum(point);
    if (point >= CYRILLIC_FIRST && point <= 0x481)
        return true;
    return text_is_letter(point) || text_is_number(point);
}

bool letter_is_silent(int32_t point)
{
    return point == 0xad || (point >= 0x200b && point <= 0x200d) || point == 0x2060 ||
           point == 0xfeff;
}

bool letter_is_blank(int32_t point)
{
    return point == ' ' || point == '\t' || point == '\n' || point == '\r';
}

bool letter_is_russian(int32_t small)
{
    return small >= CYRILLIC_A && small <= CYRILLIC_YA;
}

int32_t letter_fold(int32_t small)
{
    if (small < 0x456 || small > CYRILLIC_LAST)
        return small;
    for (size_t i = 0; i < ARRAY_LEN(folds); i++)
        if (folds[i].kazakh == small)
            return folds[i].russian;
    return small;
}

static int32_t as_cyrillic(int32_t latin)
{
    for (size_t i = 0; i < ARRAY_LEN(look_alikes); i++)
        if (look_alikes[i].latin == latin)
            return look_alikes[i].cyrillic;
    return 0;
}

/* A Cyrillic letter may also look like the letter it folds to. */
static int32_t as_latin(int32_t cyrillic)
{
    for (size_t i = 0; i < ARRAY_LEN(look_alikes); i++)
        if (look_alikes[i].cyrillic == cyrillic)
            return look_alikes[i].latin;
    const int32_t folded = letter_fold(text_to_lower(cyrillic));
    return folded != cyrillic ? as_latin(folded) : 0;
}

static bool is_cyrillic(int32_t point)
{
    return point >= CYRILLIC_FIRST && point <= CYRILLIC_LAST;
}

/* Whether every letter of one alphabet has a look-alike in the other. */
static bool all_look_alike(const int32_t *points, size_t count, bool latin)
{
    for (size_t i = 0; i < count; i++)
        if (latin ? ascii_is_letter(points[i]) && as_cyrillic(points[i]) == 0
                  : is_cyrillic(points[i]) && as_latin(points[i]) == 0)
            return false;
    return true;
}

void letters_unmix(int32_t *points, size_t count)
{
    bool has_latin = false, has_cyrillic = false;

    for (size_t i = 0; i < count; i++) {
        has_latin |= ascii_is_letter(points[i]);
        has_cyrillic |= is_cyrillic(points[i]);
    }
    if (!has_latin || !has_cyrillic)
        return;
    if (all_look_alike(points, count, true)) {
        for (size_t i = 0; i < count; i++)
            points[i] = ascii_is_letter(points[i]) ? as_cyrillic(points[i]) : points[i];
    } else if (all_look_alike(points, count, false)) {
        for (size_t i = 0; i < count; i++)
            points[i] = is_cyrillic(points[i]) ? as_latin(points[i]) : points[i];
    }
}
