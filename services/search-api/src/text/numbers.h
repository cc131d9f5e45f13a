// SPDX-License-Identifier: MIT
/* Numbers that people write with signs between their digits. Pure. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum { NUMBER_DIGITS_MAX = 15 }; /* E.164's longest phone */

struct number {
    char digits[NUMBER_DIGITS_MAX];
    size_t count;
    size_t len; /* bytes of the text that it takes */
};

/* A phone (a "+" or a Kazakh one of 11 digits; its word begins with the code of the country), or
 * groups of thousands: "20 000", "1,250,000". False: what stands at `at` is neither, and is read as
 * words are. */
bool number_at(struct slice text, size_t at, struct number *out);
