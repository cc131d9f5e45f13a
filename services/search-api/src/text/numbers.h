// SPDX-License-Identifier: MIT
/* Numbers that people write with separators between their digits. Pure. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum { NUMBER_DIGITS_MAX = 15 }; /* the longest phone number of E.164 */

struct number {
    char digits[NUMBER_DIGITS_MAX];
    size_t count;
    size_t len; /* bytes of the text */
};

/* Reads the number that begins at `at`: a phone number with "+" or with the 11 digits of a Kazakh
 * one, whose digits then begin with the code of the country, or groups of thousands such as "20
 * 000" and "1,250,000". False: there is neither. */
bool number_read_at(struct slice text, size_t at, struct number *out);
