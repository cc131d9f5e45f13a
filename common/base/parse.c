// SPDX-License-Identifier: MIT
/* Text from outside becomes a number here or nowhere: strtol and friends accept too much. */
#include "base/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"

enum { DOUBLE_TEXT_MAX = 32, FRACTION_MAX = 9, MINUTE_US = 60000000 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool read_i64(struct slice text, int64_t *out)
{
    bool negative = text.len > 0 && text.at[0] == '-';
    int64_t value = 0;

    if (text.len == (negative ? 1 : 0))
        return false;
    for (size_t i = negative ? 1 : 0; i < text.len; i++) {
        int digit = text.at[i] - '0';
        if (!is_digit(text.at[i]) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    *out = value;
    return true;
}

bool parse_i64(struct slice text, int64_t min, int64_t max, int64_t *out)
{
    int64_t value;

    if (!read_i64(text, &value) || value < min || value > max)
        return false;
    *out = value;
    return true;
}

/* Digits, then perhaps a point and digits. */
static bool is_plain_decimal(struct slice text)
{
    size_t i = 0;
    size_t whole;

    while (i < text.len && is_digit(text.at[i]))
        i++;
    whole = i;
    if (whole == 0)
        return false;
    if (i == text.len)
        return true;
    if (text.at[i] != '.')
        return false;
    for (i++; i < text.len && is_digit(text.at[i]);)
        i++;
    return i == text.len && i > whole + 1;
}

bool parse_double(struct slice text, double min, double max, double *out)
{
    char copy[DOUBLE_TEXT_MAX + 1];
    struct slice unsigned_part = text;
    double value;

    if (text.len == 0 || text.len > DOUBLE_TEXT_MAX)
        return false;
    if (text.at[0] == '-')
        unsigned_part = (struct slice){text.at + 1, text.len - 1};
    if (!is_plain_decimal(unsigned_part))
        return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    value = strtod(copy, NULL);
    if (value < min || value > max)
        return false;
    *out = value;
    return true;
}

bool parse_bool(struct slice text, bool *out)
{
    if (slice_is(text, "true"))
        *out = true;
    else if (slice_is(text, "false"))
        *out = false;
    else
        return false;
    return true;
}

/* Exactly two digits, at most `max`. */
static bool two_digits(const char *at, int max, int *out)
{
    int value;

    if (!is_digit(at[0]) || !is_digit(at[1]))
        return false;
    value = (at[0] - '0') * 10 + (at[1] - '0');
    if (value > max)
        return false;
    *out = value;
    return true;
}

bool parse_time_of_day(struct slice text, int *minutes)
{
    int hour, minute;

    if (text.len != 5 || text.at[2] != ':' || !two_digits(text.at, 23, &hour) ||
        !two_digits(text.at + 3, 59, &minute))
        return false;
    *minutes = hour * 60 + minute;
    return true;
}

/* ".678901" at the front of `rest`, which moves behind it; microseconds, what is finer is cut. */
static bool take_fraction(struct slice *rest, int64_t *us)
{
    int64_t value = 0;
    size_t count = 0;

    *us = 0;
    if (rest->len == 0 || rest->at[0] != '.')
        return true;
    for (size_t i = 1; i < rest->len && is_digit(rest->at[i]); i++, count++)
        if (count < 6)
            value = value * 10 + (rest->at[i] - '0');
    if (count == 0 || count > FRACTION_MAX)
        return false;
    for (size_t i = count; i < 6; i++)
        value *= 10;
    rest->at += count + 1;
    rest->len -= count + 1;
    *us = value;
    return true;
}

/* "Z", "+05", "+05:30" or "+0530", the whole of `rest`. */
static bool read_offset(struct slice rest, int64_t *us)
{
    int hours, minutes = 0;
    bool west;

    if (rest.len == 1 && (rest.at[0] == 'Z' || rest.at[0] == 'z')) {
        *us = 0;
        return true;
    }
    if (rest.len < 3 || (rest.at[0] != '+' && rest.at[0] != '-'))
        return false;
    west = rest.at[0] == '-';
    if (!two_digits(rest.at + 1, 23, &hours))
        return false;
    rest = (struct slice){rest.at + 3, rest.len - 3};
    if (rest.len == 3 && rest.at[0] == ':')
        rest = (struct slice){rest.at + 1, 2};
    if (rest.len != 0 && (rest.len != 2 || !two_digits(rest.at, 59, &minutes)))
        return false;
    *us = (int64_t)(hours * 60 + minutes) * MINUTE_US * (west ? -1 : 1);
    return true;
}

bool parse_timestamp(struct slice text, int64_t *wall_us)
{
    int32_t day;
    int minutes, seconds;
    int64_t fraction, offset;
    struct slice rest;

    if (text.len < 20 || !date_parse((struct slice){text.at, DATE_TEXT_LEN}, &day))
        return false;
    if (text.at[10] != ' ' && text.at[10] != 'T' && text.at[10] != 't')
        return false;
    if (!parse_time_of_day((struct slice){text.at + 11, 5}, &minutes) || text.at[16] != ':' ||
        !two_digits(text.at + 17, 59, &seconds))
        return false;
    rest = (struct slice){text.at + 19, text.len - 19};
    if (!take_fraction(&rest, &fraction) || !read_offset(rest, &offset))
        return false;
    *wall_us = ((int64_t)day * 1440 + minutes) * MINUTE_US + (int64_t)seconds * 1000000 + fraction -
               offset;
    return true;
}

bool parse_duration_ms(struct slice text, int64_t min, int64_t max, int64_t *ms)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {
        {"ms", 1      },
        {"s",  1000   },
        {"m",  60000  },
        {"h",  3600000}
    };
    size_t digits = 0;
    int64_t value;

    while (digits < text.len && is_digit(text.at[digits]))
        digits++;
    if (!read_i64((struct slice){text.at, digits}, &value))
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (!slice_is((struct slice){text.at + digits, text.len - digits}, units[i].name))
            continue;
        if (__builtin_mul_overflow(value, units[i].ms, &value) || value < min || value > max)
            return false;
        *ms = value;
        return true;
    }
    return false;
}
