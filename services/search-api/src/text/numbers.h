// SPDX-License-Identifier: MIT
/* Numbers that people write with separators between their digits. Pure. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum { NUMBER_DIGITS_MAX = 15 }; /* the longest phone number of E.164 */

struct number {
    char digits[NUMBER_DIGITS_MAX];
    size_t count; /* number of digits */
    size_t len;   /* bytes of the number in the text, with separators */
};

/* Reads the number that begins at `at`: a phone number that text_normalize_phone() accepts, whose *
 * digits are those of E.164, or groups of thousands such as "20 000" and "1,250,000". False: *
 * neither begins there. */
bool number_read_phone_or_grouped_at(struct slice text, size_t at, struct number *out);
