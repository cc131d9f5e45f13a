// SPDX-License-Identifier: MIT
/* Digits and number words of a text, which may be a phone number: "восемь семьсот один...". Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct dictation {
    size_t digits; /* number of digits of any script */
    size_t letters;
    size_t numbers; /* length of the longest row of number words; one other word may stand between
                       two of them */
};
struct dictation dictation_count(struct slice text);

/* Whether the text may contain a phone number: five or more digits, with anything between them, or
 * five or more consecutive number words. */
bool dictation_may_be_phone(const struct dictation *found);
