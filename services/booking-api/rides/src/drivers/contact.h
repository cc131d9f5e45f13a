// SPDX-License-Identifier: MIT
/* Texts that strangers read carry no phone and no account: who agrees on a ride is told both. */
#pragma once

#include <stdbool.h>

#include "base/fault.h"
#include "base/slice.h"

/* Is one of these in the text?
 * - A number of Kazakhstan: 10 digits of which the first is 7, 6 or 0, alone or behind a 7 or 8
 *   (ITU-T E.164, country code 7; trunk prefix 8). Anything but a letter may stand between its
 *   digits, as in "8 (701) 123–45–67" and "8/701/1234567".
 * - A number of any country: `+` and at least CONTACT_DIGITS_MAX digits.
 * - An account: `@` and three ASCII letters, digits or `_` behind it; a link to one, such as
 *   "t.me/askhat".
 * Dates, times and prices are none: an operator's code of three digits is written together, unless
 * a 7 or 8 stands before it or each digit stands alone. */
bool contact_in_text(struct slice text);

enum { CONTACT_DIGITS_MAX = 11 };

/* Adds "contact_in_text" for the field where there is one in its text. */
void contact_check(const char *field, struct slice text, struct fault_list *problems);
