// SPDX-License-Identifier: MIT
/* Parses numbers in external text. No other file does, because libc's functions accept too much. */
#include "base/parse.h"

#include "base/ascii.h"
#include "base/date.h"
#include "base/now.h"

enum { DOUBLE_TEXT_MAX = 32, DECIMALS_MAX = 19, FRACTION_MAX = 9 };

/* The largest number below which a double represents all integers exactly. */
#define DOUBLE_EXACT_MAX (UINT64_C(1) << 53)

/* A number below this limit, times ten plus a digit, fits into 64 bits. */
#define DECIMAL_MANTISSA_MAX UINT64_C(1000000000000000000)

static bool parse_i64_unbounded(struct slice text, int64_t *out)
{
    bool negative = text.len > 0 && text.at[0] == '-';
    int64_t value = 0;

    if (text.len == (negative ? 1 : 0))
        return false;
    for (size_t i = negative ? 1 : 0; i < text.len; i++) {
        int digit = text.at[i] - '0';
        if (!ascii_is_digit(text.at[i]) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    *out = value;
    return true;
}

const int8_t parse_hex_digits[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

bool parse_i64(struct slice text, int64_t min, int64_t max, int64_t *out)
{
    int64_t value;

    if (!parse_i64_unbounded(text, &value) || value < min || value > max)
        return false;
    *out = value;
    return true;
}

/* Reads digits, optionally followed by a point and digits, as an integer and the number of its
 * decimals. Decimals beyond 64 bits are too small to matter and are dropped. */
static bool parse_decimal(struct slice text, uint64_t *digits, size_t *decimals)
{
    size_t point = 0; /* where digits after the point begin */
    size_t i = 0;

    *digits = 0;
    *decimals = 0;
    for (; i < text.len; i++) {
        if (text.at[i] == '.' && point == 0 && i > 0) {
            point = i + 1;
            continue;
        }
        if (!ascii_is_digit(text.at[i]))
            return false;
        if (*digits >= DECIMAL_MANTISSA_MAX && point == 0)
            return false;
        if (*digits >= DECIMAL_MANTISSA_MAX || *decimals == DECIMALS_MAX)
            continue;
        *digits = *digits * 10 + (uint64_t)(text.at[i] - '0');
        *decimals += point != 0;
    }
    return i > point;
}

bool parse_double(struct slice text, double min, double max, double *out)
{
    bool negative = text.len > 0 && text.at[0] == '-';
    long double power = 1;
    uint64_t digits;
    size_t decimals;
    double value;

    if (text.len > DOUBLE_TEXT_MAX)
        return false;
    if (negative)
        text = slice_from(text, 1);
    if (!parse_decimal(text, &digits, &decimals))
        return false;
    for (; decimals > 0; decimals--)
        power *= 10;
    /* If a double represents `digits` and `power` exactly, their quotient is the nearest double.
     * Otherwise the quotient is rounded twice: to a long double, then to a double. */
    if (digits <= DOUBLE_EXACT_MAX)
        value = (double)digits / (double)power;
    else
        value = (double)((long double)digits / power);
    value = negative ? -value : value;
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

/* Reads exactly two digits. False if they are more than `max`. */
static bool parse_two_digits(const char *at, int max, int *out)
{
    const int value = ascii_parse_digits(at, 2);

    if (value < 0 || value > max)
        return false;
    *out = value;
    return true;
}

bool parse_time_of_day(struct slice text, int *minutes)
{
    int hour, minute;

    if (text.len != 5 || text.at[2] != ':' || !parse_two_digits(text.at, 23, &hour) ||
        !parse_two_digits(text.at + 3, 59, &minute))
        return false;
    *minutes = hour * 60 + minute;
    return true;
}

/* Reads a fraction such as ".678901" at the front of `rest` as microseconds, and removes it. */
static bool cut_fraction_us(struct slice *rest, int64_t *us)
{
    int64_t value = 0;
    size_t count = 0;

    *us = 0;
    if (rest->len == 0 || rest->at[0] != '.')
        return true;
    for (size_t i = 1; i < rest->len && ascii_is_digit(rest->at[i]); i++, count++)
        if (count < 6)
            value = value * 10 + (rest->at[i] - '0');
    if (count == 0 || count > FRACTION_MAX)
        return false;
    for (size_t i = count; i < 6; i++)
        value *= 10;
    *rest = slice_from(*rest, count + 1);
    *us = value;
    return true;
}

/* Reads the whole of `rest` as an offset from UTC: "Z", "+05", "+05:30" or "+0530". */
static bool parse_utc_offset_us(struct slice rest, int64_t *us)
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
    if (!parse_two_digits(rest.at + 1, 23, &hours))
        return false;
    rest = slice_from(rest, 3);
    if (rest.len == 3 && rest.at[0] == ':')
        rest = (struct slice){rest.at + 1, 2};
    if (rest.len != 0 && (rest.len != 2 || !parse_two_digits(rest.at, 59, &minutes)))
        return false;
    *us = (int64_t)(hours * 60 + minutes) * 60 * US_PER_S * (west ? -1 : 1);
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
        !parse_two_digits(text.at + 17, 59, &seconds))
        return false;
    rest = slice_from(text, 19);
    if (!cut_fraction_us(&rest, &fraction) || !parse_utc_offset_us(rest, &offset))
        return false;
    *wall_us = ((int64_t)day * 1440 + minutes) * 60 * US_PER_S + (int64_t)seconds * US_PER_S +
               fraction - offset;
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

    while (digits < text.len && ascii_is_digit(text.at[digits]))
        digits++;
    if (!parse_i64_unbounded((struct slice){text.at, digits}, &value))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (!slice_is(slice_from(text, digits), units[i].name))
            continue;
        if (__builtin_mul_overflow(value, units[i].ms, &value) || value < min || value > max)
            return false;
        *ms = value;
        return true;
    }
    return false;
}
