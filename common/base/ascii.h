// SPDX-License-Identifier: MIT
/* Decimal digits, and classes of ASCII characters, independent of the locale. Bytes and code points
 * above 127 are in no class. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/slice.h"

static inline bool ascii_is_digit(int32_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_is_lower(int32_t c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool ascii_is_letter(int32_t c)
{
    return ascii_is_lower(c) || (c >= 'A' && c <= 'Z');
}

static inline bool ascii_is_alnum(int32_t c)
{
    return ascii_is_letter(c) || ascii_is_digit(c);
}

/* Writes the last `count` decimal digits of `value`, without a NUL. */
static inline void ascii_format_digits(char *out, int count, int64_t value)
{
    for (int i = count - 1; i >= 0; i--, value /= 10)
        out[i] = (char)('0' + value % 10);
}

/* Reads a number of `count` decimal digits; -1 if a character is not a digit. */
static inline int ascii_parse_digits(const char *at, int count)
{
    int value = 0;

    for (int i = 0; i < count; i++) {
        if (!ascii_is_digit(at[i]))
            return -1;
        value = value * 10 + (at[i] - '0');
    }
    return value;
}

/* Whether the text is not empty and has only letters, digits and characters of `extra_chars`. */
static inline bool ascii_is_word(struct slice text, const char *extra_chars)
{
    for (size_t i = 0; i < text.len; i++)
        if (!ascii_is_alnum(text.at[i]) &&
            (text.at[i] == '\0' || strchr(extra_chars, text.at[i]) == NULL))
            return false;
    return text.len > 0;
}
