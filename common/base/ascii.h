// SPDX-License-Identifier: MIT
/* Classes of ASCII characters, independent of the locale. Bytes and code points above 127 are in no
 * class. */
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

/* True if the text is not empty and has only letters, digits and characters of `others`. */
static inline bool ascii_is_word(struct slice text, const char *others)
{
    for (size_t i = 0; i < text.len; i++)
        if (!ascii_is_alnum(text.at[i]) &&
            (text.at[i] == '\0' || strchr(others, text.at[i]) == NULL))
            return false;
    return text.len > 0;
}
