// SPDX-License-Identifier: MIT
#include "import/import_values.h"

#include <inttypes.h>

#include "base/ascii.h"
#include "base/date.h"
#include "base/parse.h"
#include "base/text.h"

enum { DIGITS_MAX = 15, PARTS_MAX = 200 };

/* Length of leading white space. Excel writes no-break spaces between thousands. */
static size_t space_at(struct slice text)
{
    static const struct slice spaces[] = {
        {" ",            1},
        {"\t",           1},
        {"\n",           1},
        {"\xC2\xA0",     2},
        {"\xE2\x80\xAF", 3},
        {"\xE2\x80\x89", 3}
    };
    for (size_t i = 0; i < ARRAY_LEN(spaces); i++)
        if (slice_starts(text, spaces[i]))
            return spaces[i].len;
    return 0;
}

static bool ends_with(struct slice text, struct slice end)
{
    return text.len >= end.len && memcmp(text.at + text.len - end.len, end.at, end.len) == 0;
}

struct slice import_value_trim(struct slice text)
{
    for (size_t len = space_at(text); len > 0; len = space_at(text))
        text = slice_from(text, len);
    for (size_t len = 1; len <= 3 && len <= text.len; len++) {
        if (space_at(slice_from(text, text.len - len)) == len) {
            text.len -= len;
            len = 0;
        }
    }
    return text;
}

/* --- numbers --- */

struct number {
    bool negative;
    int64_t digits; /* without the point */
    int decimals;
};

/* Accepts digits, spaces before complete groups of three, and at most one comma or point. */
static bool read_number(struct slice text, struct number *out)
{
    struct number number = {0};
    bool pointed = false;
    bool spaced = false;
    int group = 0; /* digits since the last space */
    int count = 0;
    if (text.len > 0 && text.at[0] == '-') {
        number.negative = true;
        text = slice_from(text, 1);
    }
    while (text.len > 0) {
        size_t space = space_at(text);
        if (space > 0) {
            if (pointed || group == 0 || group > 3 || (spaced && group != 3))
                return false;
            spaced = true;
            group = 0;
            text = slice_from(text, space);
            continue;
        }
        if (*text.at == ',' || *text.at == '.') {
            if (pointed || group == 0 || (spaced && group != 3))
                return false;
            pointed = true;
        } else {
            if (!ascii_is_digit(*text.at) || ++count > DIGITS_MAX)
                return false;
            number.digits = number.digits * 10 + (*text.at - '0');
            number.decimals += pointed;
            group += !pointed;
        }
        text = slice_from(text, 1);
    }
    if (count == 0 || (pointed ? number.decimals == 0 : spaced && group != 3))
        return false;
    *out = number;
    return true;
}

static struct slice without_end(struct slice text, const struct slice *ends, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ends_with(text, ends[i])) {
            text.len -= ends[i].len;
            return import_value_trim(text);
        }
    }
    return text;
}

bool import_value_whole(struct slice cell, struct buf *json, const char **problem)
{
    static const struct slice percent = {"%", 1};
    struct number number;
    *problem = "not_whole";
    if (!read_number(without_end(cell, &percent, 1), &number))
        return false;
    for (; number.decimals > 0; number.decimals--) {
        if (number.digits % 10 != 0)
            return false;
        number.digits /= 10;
    }
    buf_i64(json, number.negative ? -number.digits : number.digits);
    return true;
}

/* "15,000" could mean fifteen or fifteen thousand, so three decimals are refused. */
bool import_value_money(struct slice cell, struct buf *json, const char **problem)
{
    static const struct slice signs[] = {
        {"₸",        sizeof "₸" - 1       },
        {"тенге", sizeof "тенге" - 1},
        {"тг.",      sizeof "тг." - 1     },
        {"тг",       sizeof "тг" - 1      },
        {"KZT",        3                      }
    };
    struct number number;
    *problem = "not_money";
    if (!read_number(without_end(cell, signs, ARRAY_LEN(signs)), &number) || number.decimals > 2)
        return false;
    for (; number.decimals < 2; number.decimals++)
        number.digits *= 10;
    buf_printf(json, "{\"amount\":%s%" PRId64 ",\"currency\":\"KZT\"}", number.negative ? "-" : "",
               number.digits);
    return true;
}

bool import_value_degrees(struct slice cell, struct buf *json, const char **problem)
{
    struct number number;
    int64_t unit = 1;
    *problem = "not_degrees";
    if (!read_number(cell, &number))
        return false;
    for (int i = 0; i < number.decimals; i++)
        unit *= 10;
    buf_printf(json, "%s%" PRId64, number.negative ? "-" : "", number.digits / unit);
    if (number.decimals > 0)
        buf_printf(json, ".%0*" PRId64, number.decimals, number.digits % unit);
    return true;
}

/* --- words --- */

bool import_value_text(struct slice cell, struct buf *json, const char **problem)
{
    (void)problem;
    buf_json_string(json, cell);
    return true;
}

struct word {
    const char *word;
    const char *json;
};

static const char *find_word(const struct word *words, size_t count, struct slice cell)
{
    static const int32_t none[] = {0};
    for (size_t i = 0; i < count; i++)
        if (text_same_name(cell, slice_of(words[i].word), none))
            return words[i].json;
    return NULL;
}

bool import_value_yes_no(struct slice cell, struct buf *json, const char **problem)
{
    // clang-format off
    static const struct word words[] = {
        {"да", "true"}, {"нет", "false"}, {"yes", "true"}, {"no", "false"},
        {"истина", "true"}, {"ложь", "false"}, {"true", "true"}, {"false", "false"},
        {"иә", "true"}, {"жоқ", "false"}, {"1", "true"}, {"0", "false"},
        {"+", "true"},
    };
    // clang-format on
    const char *value = find_word(words, ARRAY_LEN(words), cell);
    if (value != NULL)
        buf_text(json, value);
    *problem = "not_yes_no";
    return value != NULL;
}

bool import_value_policy(struct slice cell, struct buf *json, const char **problem)
{
    // clang-format off
    static const struct word words[] = {
        {"гибкие", "flexible"}, {"гибкая", "flexible"}, {"умеренные", "moderate"},
        {"умеренная", "moderate"}, {"строгие", "strict"}, {"строгая", "strict"},
    };
    // clang-format on
    const char *value = find_word(words, ARRAY_LEN(words), cell);
    return import_value_text(value != NULL ? slice_of(value) : cell, json, problem);
}

/* --- times --- */

/* One or two digits. */
static bool read_two(struct slice text, int64_t max, int64_t *out)
{
    return text.len <= 2 && text.len > 0 && ascii_is_digit(text.at[0]) &&
           parse_i64(text, 0, max, out);
}

bool import_value_clock(struct slice cell, struct buf *json, const char **problem)
{
    enum { HH_MM = 5 };
    int64_t hours, minutes;
    *problem = "bad_time";
    if (cell.len > HH_MM && ends_with(cell, SLICE(":00")))
        cell.len -= 3; /* seconds */
    struct slice hour = slice_cut(&cell, memchr(cell.at, ':', cell.len) != NULL ? ':' : '.');
    if (!read_two(hour, 23, &hours) || !read_two(cell, 59, &minutes))
        return false;
    char text[CLOCK_TEXT_LEN + 1];
    clock_format((int32_t)(hours * 60 + minutes), text);
    buf_json_string(json, slice_of(text));
    return true;
}

/* --- lists --- */

static bool write_list(struct slice cell, const char *separators, struct buf *json,
                       const char **problem)
{
    size_t count = 0;
    buf_char(json, '[');
    while (cell.len > 0) {
        size_t len = 0;
        while (len < cell.len && memchr(separators, cell.at[len], strlen(separators)) == NULL)
            len++;
        struct slice part = import_value_trim((struct slice){cell.at, len});
        cell = slice_from(cell, len < cell.len ? len + 1 : len);
        if (part.len == 0)
            continue;
        if (++count > PARTS_MAX) {
            *problem = "too_many";
            return false;
        }
        if (count > 1)
            buf_char(json, ',');
        buf_json_string(json, part);
    }
    buf_char(json, ']');
    return true;
}

bool import_value_slugs(struct slice cell, struct buf *json, const char **problem)
{
    return write_list(cell, ",;|\n", json, problem);
}

bool import_value_urls(struct slice cell, struct buf *json, const char **problem)
{
    return write_list(cell, " |\n\t", json, problem);
}
