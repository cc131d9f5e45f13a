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

/* Reads a phone number at `at` ("+", or 11 digits of a Kazakh number; the word begins with the code
 * of the country) or groups of thousands: "20 000", "1,250,000". False: neither; the tokenizer
 * reads ordinary words then. */
bool number_at(struct slice text, size_t at, struct number *out);
