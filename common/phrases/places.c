// SPDX-License-Identifier: MIT
/* Builds the vocabulary from words.tsv and the names of the caller's places, with
 * their colloquial and inflected forms. */
#include "base/buf.h"
#include "base/text.h"

#include "phrases/spellings.h"
#include "phrases/words.h"

enum { NAME_BYTES = 200, STEM_MIN = 4 };

/* Removes `end` from the end of `text`. False if `text` does not end with it, or if too little
 * would remain. */
static bool cut_suffix(struct slice *text, const char *end)
{
    const struct slice tail = slice_of(end);

    if (text->len < tail.len + (size_t)2 * (STEM_MIN - 1) ||
        memcmp(text->at + text->len - tail.len, tail.at, tail.len) != 0)
        return false;
    text->len -= tail.len;
    return true;
}

static struct slice to_lower_case(struct arena *arena, struct slice text)
{
    char room[2 * NAME_BYTES];
    struct buf out = buf_over(room, sizeof room);
    int32_t point;
    char bytes[4];

    for (size_t at = 0; at < text.len;) {
        const size_t len = text_decode(text, at, &point);
        if (len == 0)
            break;
        buf_append(&out, bytes, text_encode(text_to_lower(point), bytes));
        at += len;
    }
    return out.failed ? SLICE_NONE : arena_copy(arena, buf_as_slice(&out));
}

static void add_inflected_name(struct phrase_words *words, enum word_kind kind, int value,
                               struct slice name, char mark, struct arena *arena)
{
    const struct slice expressions = arena_printf(arena, "%.*s%c", SLICE_ARG(name), mark);

    if (expressions.at != NULL)
        words_add_expression(words, kind, value, expressions);
}

/* Replaces hyphens in a name by spaces: "усть-каменогорск" is two words. */
static struct slice hyphens_to_spaces(struct arena *arena, struct slice name)
{
    char room[NAME_BYTES];
    struct buf out = buf_over(room, sizeof room);

    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] == '-')
            buf_char(&out, ' ');
        else
            buf_char(&out, name.at[i]);
    return out.failed ? SLICE_NONE : arena_copy(arena, buf_as_slice(&out));
}

/* Adds a name with its Kazakh cases, and as a Russian noun without its last vowel. */
static void add_name_in_cases(struct phrase_words *words, enum word_kind kind, int value,
                              struct slice name, struct arena *arena)
{
    static const char *const vowels[] = {"а", "я", "ы", "и", "е", "о", "ь", "й"};

    name = hyphens_to_spaces(arena, name);
    struct slice stem = name;

    if (name.at == NULL)
        return;
    add_inflected_name(words, kind, value, name, '+', arena);
    for (size_t i = 0; i < ARRAY_LEN(vowels); i++)
        if (cut_suffix(&stem, vowels[i]))
            break;
    add_inflected_name(words, kind, value, stem, '*', arena);
}

static void add_cities(struct phrase_words *words, const struct phrase_places *places,
                       struct arena *arena)
{
    for (size_t i = 0; i < places->city_count; i++) {
        const struct phrase_city *city = &places->cities[i];
        for (size_t n = 0; n <= LANGUAGE_KZ; n++)
            if (city->names[n].len > 0)
                add_name_in_cases(words, WORD_CITY, (int)i, to_lower_case(arena, city->names[n]),
                                  arena);
        for (size_t n = 0; n < word_city_count; n++)
            if (slice_is(city->slug, word_cities[n].slug))
                words_add_expression(words, WORD_CITY, (int)i, slice_of(word_cities[n].expression));
    }
}

/* Adds districts. A district's name is an adjective, for which people also write the noun:
 * "Алматинский", "Алматы"; "Бостандыкский", "Бостандық". So the part before the ending of the
 * adjective is added with any ending. */
static void add_districts(struct phrase_words *words, const struct phrase_places *places,
                          struct arena *arena)
{
    for (size_t i = 0; i < places->district_count; i++) {
        struct slice name = to_lower_case(arena, places->districts[i]);
        if (name.at == NULL)
            continue;
        add_name_in_cases(words, WORD_DISTRICT, (int)i, name, arena);
        struct slice adjective = name;
        if (!cut_suffix(&adjective, "ий") || !cut_suffix(&name, "ский"))
            continue;
        add_inflected_name(words, WORD_DISTRICT_ALONE, (int)i, adjective, '*', arena);
        add_inflected_name(words, WORD_DISTRICT, (int)i, adjective, '*', arena);
        add_inflected_name(words, WORD_DISTRICT, (int)i, name, '*', arena);
        add_inflected_name(words, WORD_DISTRICT, (int)i, name, '+', arena);
        if (cut_suffix(&name, "ин") || cut_suffix(&name, "ий") || cut_suffix(&name, "й") ||
            cut_suffix(&name, "ь"))
            add_inflected_name(words, WORD_DISTRICT, (int)i, name, '*', arena);
        add_inflected_name(words, WORD_DISTRICT, (int)i, name, '+', arena);
    }
}

/* Adds the nominative of a street's name: streets named after people are in the genitive. "абая",
 * "Абай"; "панфилова", "Панфилов". */
static void add_nominative_of_street(struct phrase_words *words, int name_index, struct slice name,
                                     struct arena *arena)
{
    struct slice stem = name;

    if (cut_suffix(&stem, "ая"))
        words_add_expression(words, WORD_NAME, name_index,
                             arena_printf(arena, "%.*sай+", SLICE_ARG(stem)));
    else if (cut_suffix(&stem, "я"))
        words_add_expression(words, WORD_NAME, name_index,
                             arena_printf(arena, "%.*sь", SLICE_ARG(stem)));
    else if (cut_suffix(&stem, "а"))
        add_inflected_name(words, WORD_NAME, name_index, stem, '+', arena);
}

/* Adds the other spellings of a name: a Latin one in Cyrillic letters, a Cyrillic one with English
 * words. Cyrillic names that are typed in Latin letters are found by transliteration. */
static void add_spellings_of_name(struct phrase_words *words, int name_index, struct slice name,
                                  struct slice cyrillic, struct arena *arena)
{
    const struct slice english = spelling_in_english(name, arena);

    if (spelling_is_latin(name) && cyrillic.len > 0) {
        add_inflected_name(words, WORD_NAME, name_index, cyrillic, '+', arena);
        add_inflected_name(words, WORD_NAME, name_index, cyrillic, '*', arena);
    }
    if (english.len > 0)
        add_inflected_name(words, WORD_NAME, name_index, english, '~', arena);
}

/* Joins a Latin name with the caller's same name in Cyrillic letters, by which it is found. False:
 * there is none. */
static bool join_with_cyrillic_name(struct phrase_words *words, const struct phrase_places *places,
                                    const struct slice *spellings, size_t latin)
{
    for (size_t i = 0; i < places->name_count; i++)
        if (slice_equal(spellings[i], spellings[latin]) && !spelling_is_latin(places->names[i])) {
            words_join_names(words, latin, i);
            return true;
        }
    return false;
}

static void add_names(struct phrase_words *words, const struct phrase_places *places,
                      struct arena *arena)
{
    struct slice *spellings = arena_alloc(arena, (places->name_count + 1) * sizeof *spellings);

    for (size_t i = 0; spellings != NULL && i < places->name_count; i++)
        spellings[i] = spelling_in_cyrillic(places->names[i], arena);
    for (size_t i = 0; spellings != NULL && i < places->name_count; i++) {
        if (spelling_is_latin(places->names[i]) &&
            join_with_cyrillic_name(words, places, spellings, i))
            continue;
        add_name_in_cases(words, WORD_NAME, (int)i, places->names[i], arena);
        add_nominative_of_street(words, (int)i, places->names[i], arena);
        add_spellings_of_name(words, (int)i, places->names[i], spellings[i], arena);
    }
}

/* True for kinds of streets in addresses, and first words of titles that are not names. */
static bool is_street_kind(struct slice word)
{
    static const char *const kinds[] = {"ул",      "пр",       "мкр",   "бул",
                                        "пер",     "ш",        "пл",    "көшесі",
                                        "даңғылы", "проспект", "улица", "микрорайон"};

    return SLICE_IS_IN(word, kinds);
}

size_t phrase_names_of_address(struct arena *arena, struct slice address, struct slice *names,
                               size_t names_max)
{
    struct slice name = to_lower_case(arena, slice_cut(&address, ','));
    struct slice rest = name;
    const struct slice kind = slice_cut(&rest, '.');

    if (name.at == NULL)
        return 0;
    if (rest.at != NULL && is_street_kind(slice_trim(kind)))
        name = slice_trim(rest);
    /* The number is removed: "самал-2" is a numbered microdistrict. */
    while (name.len > 0 && ((name.at[name.len - 1] >= '0' && name.at[name.len - 1] <= '9') ||
                            name.at[name.len - 1] == '-'))
        name.len--;
    if (name.len < STEM_MIN || names_max == 0)
        return 0;
    names[0] = name;
    return 1;
}

static bool is_capitalized(struct slice word)
{
    int32_t point;

    return word.len > 0 && text_decode(word, 0, &point) > 0 && text_to_lower(point) != point;
}

/* The word without quotation marks and punctuation. `was_punctuated` is set if punctuation followed
 * it. */
static struct slice trim_signs(struct slice word, bool *was_punctuated)
{
    static const char *const signs[] = {"«", "»", "\"", ",", ".", ":", ")", "("};

    *was_punctuated = false;
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        const struct slice sign = slice_of(signs[i]);
        if (slice_starts(word, sign))
            word = slice_from(word, sign.len);
        if (word.len >= sign.len && memcmp(word.at + word.len - sign.len, sign.at, sign.len) == 0) {
            word.len -= sign.len;
            *was_punctuated = true;
        }
    }
    return word;
}

static struct slice strip_case_ending(struct slice name)
{
    static const char *const cases[] = {"ами", "ом", "ой", "а", "у", "е", "ы", "и"};

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct slice stem = name;
        const char *space = memrchr(name.at, ' ', name.len);
        const size_t before = space != NULL ? (size_t)(space - name.at) + 1 : 0;
        if (cut_suffix(&stem, cases[i]) && stem.len >= before + (size_t)2 * STEM_MIN)
            return stem;
    }
    return name;
}

/* Starts or continues a name with a word. Returns true if the name is complete. `was_punctuated`:
 * punctuation follows the word; `is_last`: it is the title's last word; `after_u`: it follows "у".
 */
static bool extend_name(struct slice *name, struct slice word, bool was_punctuated, bool is_last,
                        bool after_u)
{
    const bool capital = is_capitalized(word);
    /* A last word in lower case may belong to a name: "Нурлы жол"; "у цирка". */
    const bool small = !capital && is_last && (name->at != NULL || after_u);

    if (capital || small || (!capital && was_punctuated && after_u)) {
        if (name->at == NULL)
            name->at = word.at;
        name->len = (size_t)(word.at + word.len - name->at);
    }
    return name->at != NULL && (!capital || was_punctuated || is_last);
}

size_t phrase_names_of_title(struct arena *arena, struct slice title, struct slice *names,
                             size_t names_max)
{
    struct slice rest = title;
    struct slice name = SLICE_NONE;
    size_t count = 0;
    bool ends, after_u = false;

    slice_cut(&rest, ' '); /* skips the first word of a title, which always has a capital */
    while (rest.at != NULL && count < names_max) {
        const struct slice word = trim_signs(slice_cut(&rest, ' '), &ends);
        if (extend_name(&name, word, ends, rest.at == NULL, after_u)) {
            const struct slice expressions = to_lower_case(arena, strip_case_ending(name));
            const bool latin = expressions.len > 0 && (expressions.at[0] & 0x80) == 0;
            if (expressions.len >= (latin ? (size_t)STEM_MIN : (size_t)2 * STEM_MIN))
                names[count++] = expressions;
            name.at = NULL;
        }
        after_u = slice_is(word, "у");
    }
    return count;
}

const struct phrase_words *phrase_words_create(struct arena *arena,
                                               const struct phrase_places *places)
{
    struct phrase_words *words = words_create(arena, places);

    if (words == NULL)
        return NULL;
    add_names(words, places, arena);
    add_districts(words, places, arena);
    add_cities(words, places, arena);
    for (size_t i = 0; i < word_row_count; i++)
        words_add_expression(words, word_rows[i].kind, word_rows[i].value,
                             slice_of(word_rows[i].expression));
    return words;
}
