// SPDX-License-Identifier: MIT
#include "phrases/tokens.h"

#include "base/ascii.h"
#include "base/text.h"

enum {
    PHONE_DIGITS = 11,
    NUMBER_DIGITS = 9,
    SUM_MIN = 1000, /* smallest sum that is written with decimals */
    NO_BREAK_SPACE = 0xa0,
    THIN_SPACE = 0x2009,
    NARROW_SPACE = 0x202f,
    TENGE_SIGN = 0x20b8,
    EURO_SIGN = 0x20ac,
    ROUBLE_SIGN = 0x20bd,
    NUMERO_SIGN = 0x2116,
    PLUS_MINUS_SIGN = 0xb1,
    ALMOST_EQUAL_SIGN = 0x2248,
};

struct points {
    int32_t at[PHRASE_MAX];
    size_t count;
};

static int32_t code_point_at(const struct points *points, size_t at)
{
    return at < points->count ? points->at[at] : 0;
}

static bool is_space(int32_t point)
{
    return point == ' ' || point == '\t' || point == '\n' || point == NO_BREAK_SPACE ||
           point == THIN_SPACE || point == NARROW_SPACE;
}

static bool is_hyphen(int32_t point)
{
    return point == '-' || (point >= 0x2010 && point <= 0x2015) || point == 0x2212 || point == '~';
}

/* Reads the composed code points, so that a letter and a mark after it are one. Stores where each
 * begins in the text, and where the last ends. */
static bool read_points(struct slice text, struct points *out, uint32_t offsets[PHRASE_MAX + 1])
{
    size_t at = 0;

    out->count = 0;
    if (!text_is_utf8(text) || text.len > UINT32_MAX)
        return false;
    while (at < text.len) {
        if (out->count == PHRASE_MAX)
            return false;
        offsets[out->count] = (uint32_t)at;
        at += text_decode_composed(text, at, &out->at[out->count++]);
    }
    offsets[out->count] = (uint32_t)at;
    return true;
}

enum known { KNOWN_NOT, KNOWN_NEAR, KNOWN_EXACTLY };

static enum known rate_word_match(const struct phrase_words *words, struct letters *word,
                                  bool may_be_transliterated)
{
    struct word_readings readings;

    letters_unify_script(word);
    words_find(words, word, false, &readings);
    if (readings.count == 0 && may_be_transliterated && letters_are_latin(word)) {
        const struct letters cyrillic = letters_to_cyrillic(word);
        words_find(words, &cyrillic, false, &readings);
    }
    if (readings.count > 0)
        return KNOWN_EXACTLY;
    words_find(words, word, true, &readings);
    return readings.count > 0 ? KNOWN_NEAR : KNOWN_NOT;
}

/* Rates how well the words in a range are known, by the least known word. If
 * `may_be_transliterated`, words may be transliterated. `longest`: length of the longest word. */
static enum known rate_worst_word_match(const struct phrase_words *words,
                                        const struct points *points, size_t from, size_t to,
                                        bool may_be_transliterated, size_t *longest)
{
    struct letters word = {0};
    enum known least = KNOWN_EXACTLY;

    *longest = 0;
    for (size_t i = from; i <= to; i++) {
        const uint8_t letter = i < to ? letter_of(points->at[i]) : 0;
        if (letter != 0) {
            letters_add(&word, letter);
        } else if (word.len > 0 && (i == to || !letter_is_ignored(points->at[i]))) {
            const enum known known = rate_word_match(words, &word, may_be_transliterated);
            least = known < least ? known : least;
            *longest = word.len > *longest ? word.len : *longest;
            word.len = 0;
        }
    }
    return *longest > 0 ? least : KNOWN_NOT;
}

static bool is_punctuation(int32_t point)
{
    return point == ',' || point == '.' || point == ';' || point == ':' || point == '!' ||
           point == '?' || point == '/';
}

/* Converts a chunk of characters to the other keyboard layout. Punctuation at the end of the chunk
 * stays, unless it must be a letter. */
static enum known convert_chunk_layout(const struct phrase_words *words,
                                       const struct points *points, size_t from, size_t to,
                                       struct points *other, size_t *longest)
{
    size_t end = to;
    enum known known;

    *other = *points;
    for (size_t i = from; i < to; i++)
        other->at[i] = letter_other_layout(points->at[i]);
    while (end > from && is_punctuation(points->at[end - 1]))
        end--;
    known = rate_worst_word_match(words, other, from, end, false, longest);
    if (known == KNOWN_EXACTLY || end == to) {
        for (size_t i = end; i < to; i++)
            other->at[i] = points->at[i];
        return known;
    }
    return rate_worst_word_match(words, other, from, to, false, longest);
}

/* Converts chunks (text between spaces) that are words only in the other keyboard layout. Unless
 * `converts_short`, a chunk stays if none of its words has LONG_ENOUGH letters, or if it is a
 * transliterated word. Returns the number of converted chunks. */
static size_t convert_layout(const struct phrase_words *words, struct points *points,
                             bool converts_short)
{
    enum { LONG_ENOUGH = 4 };
    struct points other;
    size_t converted = 0, longest = 0;

    for (size_t from = 0, to; from < points->count; from = to + 1) {
        for (to = from; to < points->count && !is_space(points->at[to]);)
            to++;
        const enum known as_is =
            rate_worst_word_match(words, points, from, to, !converts_short, &longest);
        if (as_is == KNOWN_EXACTLY)
            continue;
        const enum known known = convert_chunk_layout(words, points, from, to, &other, &longest);
        if ((known == KNOWN_EXACTLY ||
             (known == KNOWN_NEAR && as_is == KNOWN_NOT && longest > 5)) &&
            (converts_short || longest >= LONG_ENOUGH)) {
            *points = other;
            converted++;
        }
    }
    return converted;
}

/* Reads a number of at most `digits_max` digits. Returns its length; 0 if there is no such number.
 */
static size_t read_digits_at(const struct points *points, size_t at, size_t digits_max,
                             int32_t *number)
{
    size_t len = 0;

    *number = 0;
    while (ascii_is_digit(code_point_at(points, at + len))) {
        if (len == digits_max)
            return 0;
        *number = *number * 10 + (code_point_at(points, at + len) - '0');
        len++;
    }
    return len;
}

static size_t read_iso_date(const struct points *points, size_t at, struct token *token)
{
    int32_t year, month, day;
    const size_t a = read_digits_at(points, at, 4, &year);
    const int32_t sign = code_point_at(points, at + a);

    if (a != 4 || (sign != '-' && sign != '.' && sign != '/'))
        return 0;
    const size_t b = read_digits_at(points, at + 5, 2, &month);
    if (b == 0 || code_point_at(points, at + 5 + b) != sign)
        return 0;
    const size_t c = read_digits_at(points, at + 6 + b, 2, &day);
    if (c == 0)
        return 0;
    token->kind = TOKEN_DATE;
    token->year = (int)year;
    token->month = (int)month;
    token->day = (int)day;
    return 6 + b + c;
}

/* Reads "5.12" or "5/12", also with a year, and "5-12-2026". Returns the length. */
static size_t read_short_date(const struct points *points, size_t at, struct token *token)
{
    int32_t day, month, year = 0;
    const size_t a = read_digits_at(points, at, 2, &day);
    const int32_t sign = code_point_at(points, at + a);

    if (a == 0 || (sign != '.' && sign != '/' && sign != '-'))
        return 0;
    const size_t b = read_digits_at(points, at + a + 1, 2, &month);
    size_t len = a + 1 + b;
    if (b == 0)
        return 0;
    if (code_point_at(points, at + len) == sign) {
        const size_t c = read_digits_at(points, at + len + 1, 4, &year);
        if (c == 2 || c == 4) {
            token->year = (int)(c == 2 ? 2000 + year : year);
            len += 1 + c;
        }
    }
    if ((sign == '-' && token->year == 0) || (sign == '.' && (month > 12 || day > 31)) ||
        day == 0 || month == 0)
        return 0;
    token->kind = TOKEN_DATE;
    token->day = (int)day;
    token->month = (int)month;
    token->slashed = sign == '/';
    return len;
}

/* Reads a time of day: "14:00", and with zero minutes also "14.00", "14-00". Returns the length. */
static size_t read_time_of_day(const struct points *points, size_t at, struct token *token)
{
    int32_t hour, minute;
    const size_t a = read_digits_at(points, at, 2, &hour);
    const int32_t sign = code_point_at(points, at + a);
    const size_t b = read_digits_at(points, at + a + 1, 2, &minute);

    if (a == 0 || b != 2 || hour > 24 || minute > 59 ||
        !(sign == ':' || ((sign == '.' || sign == '-') && minute == 0)))
        return 0;
    token->kind = TOKEN_TIME;
    token->number = hour * 60 + minute;
    return a + 1 + b;
}

/* Reads a phone number, digits in groups: +7 701 510 12 26, 87015101226. Returns the length. */
static size_t read_phone(const struct points *points, size_t at, struct token *token)
{
    const bool plus = code_point_at(points, at) == '+';
    size_t len = plus, digits = 0, end = 0;
    int32_t first = 0, second = 0;

    for (int32_t point; (point = code_point_at(points, at + len)) != 0; len++) {
        if (ascii_is_digit(point)) {
            first = digits == 0 ? point : first;
            second = digits == 1 ? point : second;
            digits++;
            if (digits == PHONE_DIGITS)
                end = len + 1;
        } else if ((!is_space(point) && !is_hyphen(point) && point != '(' && point != ')') ||
                   digits >= PHONE_DIGITS) {
            break;
        }
    }
    if (end == 0 || ascii_is_digit(code_point_at(points, at + end)) ||
        !(plus || ((first == '8' || first == '7') && (second == '7' || end == PHONE_DIGITS))))
        return 0;
    token->kind = TOKEN_NOTHING;
    return end;
}

static bool is_group_sign(int32_t point)
{
    return is_space(point) || point == '.' || point == ',' || point == '\'';
}

/* The length of the decimals of a sum at `at`: ",00" in "15 000,00"; 0: there are none. */
static size_t decimals_len(const struct points *points, size_t at)
{
    enum { DECIMALS_LEN = 3 };
    const int32_t point = code_point_at(points, at);

    return (point == ',' || point == '.') && code_point_at(points, at + 1) == '0' &&
                   code_point_at(points, at + 2) == '0' &&
                   !ascii_is_digit(code_point_at(points, at + DECIMALS_LEN))
               ? DECIMALS_LEN
               : 0;
}

static size_t read_plain_number(const struct points *points, size_t at, struct token *token)
{
    int32_t group;
    size_t len = read_digits_at(points, at, NUMBER_DIGITS, &token->number);

    token->kind = TOKEN_NUMBER;
    while (len > 0 && (len <= 3 || token->grouped) && token->number > 0 &&
           is_group_sign(code_point_at(points, at + len)) &&
           read_digits_at(points, at + len + 1, 3, &group) == 3 && token->number < 1000000) {
        token->number = token->number * 1000 + group;
        token->grouped = true;
        len += 4;
    }
    if (token->number >= SUM_MIN)
        len += decimals_len(points, at + len);
    if (len == 0) { /* a number too long to have a meaning */
        token->kind = TOKEN_NOTHING;
        while (ascii_is_digit(code_point_at(points, at + len)))
            len++;
    }
    return len;
}

static size_t read_digits(const struct points *points, size_t at, struct token *token)
{
    size_t (*const readers[])(const struct points *, size_t, struct token *) = {
        read_phone, read_iso_date, read_time_of_day, read_short_date, read_plain_number,
    };
    size_t len = 0;

    for (size_t i = 0; len == 0 && i < ARRAY_LEN(readers); i++)
        len = readers[i](points, at, token);
    return len;
}

static size_t read_word(const struct points *points, size_t at, struct token *token)
{
    size_t len = 0;
    uint8_t letter;

    token->kind = TOKEN_WORD;
    while ((letter = letter_of(code_point_at(points, at + len))) != 0 ||
           (len > 0 && letter_is_ignored(code_point_at(points, at + len)))) {
        if (letter != 0)
            letters_add(&token->letters, letter);
        len++;
    }
    letters_unify_script(&token->letters);
    return len;
}

static bool is_left_arrow(const struct points *points, size_t at)
{
    enum { LONG_ARROW = 0x27f5, DOUBLE_ARROW = 0x21d0, EMOJI = 0x2b05 };
    const int32_t point = points->at[at];

    return point == TOKEN_LEFT_ARROW || point == LONG_ARROW || point == DOUBLE_ARROW ||
           point == EMOJI || (point == '<' && is_hyphen(code_point_at(points, at + 1)));
}

/* True for a sign with a meaning. A tilde has one unless it joins two numbers: "15~20 тысяч". */
static bool is_sign(const struct points *points, size_t at)
{
    const int32_t point = points->at[at];

    return point == '$' || point == EURO_SIGN || point == ROUBLE_SIGN || point == TENGE_SIGN ||
           point == '+' || point == '&' || point == NUMERO_SIGN || point == '#' ||
           point == PLUS_MINUS_SIGN || point == ALMOST_EQUAL_SIGN || is_left_arrow(points, at) ||
           (point == '~' && (at == 0 || is_space(points->at[at - 1])) &&
            code_point_at(points, at + 1) != 0 && !is_space(code_point_at(points, at + 1)));
}

/* True for a slash between two dates, as ISO 8601 writes an interval: "2026-12-12/2026-12-14". */
static bool is_interval_slash(const struct points *points, size_t at)
{
    struct token next = {.year = 0};

    return code_point_at(points, at) == '/' &&
           (read_iso_date(points, at + 1, &next) > 0 ||
            (read_short_date(points, at + 1, &next) > 0 && !next.slashed));
}

/* True for the dot after a date before a hyphen: "12.12. - 14.12." */
static bool is_dot_before_hyphen(const struct points *points, size_t at)
{
    if (points->at[at] != '.')
        return false;
    do {
        at++;
    } while (is_space(code_point_at(points, at)));
    return is_hyphen(code_point_at(points, at)) || is_interval_slash(points, at);
}

static enum gap gap_of_point(const struct points *points, size_t at, const struct tokens *out)
{
    enum { ABBREVIATION_MAX = 4 };
    const int32_t point = points->at[at];
    const struct token *last = out->count > 0 ? &out->list[out->count - 1] : NULL;

    if (is_hyphen(point))
        return GAP_HYPHEN;
    if (last != NULL && last->kind == TOKEN_DATE && is_interval_slash(points, at))
        return GAP_HYPHEN;
    if (last != NULL && last->kind == TOKEN_DATE && is_dot_before_hyphen(points, at))
        return GAP_SPACE;
    if (point == '.' && code_point_at(points, at + 1) == '+') /* "20 тыс.+" */
        return GAP_NONE;
    if (point == '.' && last != NULL && last->kind == TOKEN_WORD &&
        last->letters.len <= ABBREVIATION_MAX)
        return GAP_SPACE;
    return (is_punctuation(point) && point != ':') || point == '\n' || point == '(' ||
                   point == ')' || point == 0x2026
               ? GAP_CLAUSE
               : GAP_SPACE;
}

bool tokens_split(const struct phrase_words *words, struct slice text, struct tokens *out)
{
    struct points points;
    enum gap gap = GAP_CLAUSE;
    bool slash = false;

    out->count = 0;
    if (!read_points(text, &points, out->offsets))
        return false;
    if (convert_layout(words, &points, false) > 0)
        convert_layout(words, &points, true);
    for (size_t at = 0; at < points.count;) {
        struct token *token = &out->list[out->count];
        const int32_t point = points.at[at];
        *token = (struct token){.gap = gap, .after_slash = slash};
        size_t len = 0;
        if (ascii_is_digit(point) || point == '+')
            len = point == '+' ? read_phone(&points, at, token) : read_digits(&points, at, token);
        else if (letter_of(point) != 0)
            len = read_word(&points, at, token);
        if (len == 0 && is_sign(&points, at)) {
            token->kind = TOKEN_SIGN;
            token->number = is_left_arrow(&points, at) ? TOKEN_LEFT_ARROW : point;
            len = 1;
        }
        if (len > 0) {
            token->begin = (uint8_t)at;
            token->end = (uint8_t)(at + len);
            out->count++;
            gap = GAP_NONE;
        } else {
            const enum gap found = gap_of_point(&points, at, out);
            gap = found > gap ? found : gap;
            len = 1;
        }
        slash = point == '/' || point == '(' || (slash && is_space(point));
        at += len;
    }
    return true;
}
