// SPDX-License-Identifier: MIT
/* Detects phone numbers and accounts in texts that others can read. Contacts are revealed only to
 * parties who have agreed on a ride (rides/reveal.h). */
#pragma once

#include <stdbool.h>

#include "base/fault.h"
#include "base/slice.h"

/* Whether the text contains a contact. Contacts are:
 * - A number of Kazakhstan: 10 digits of which the first is 7, 6 or 0, alone or after a 7 or 8
 *   (ITU-T E.164, country code 7; trunk prefix 8). Anything but a letter may separate its
 *   digits, as in "8 (701) 123–45–67" and "8/701/1234567".
 * - A number of any country: `+` and at least CONTACT_DIGITS_MAX digits.
 *   Digits of other scripts and full-width forms count as ASCII.
 * - An account: `@` followed by at least three ASCII letters, digits or `_`; a link to an account,
 *   such as "t.me/askhat".
 * Dates, times and prices do not count: an operator's code of three digits is written together,
 * unless a 7 or 8 precedes it or each digit stands alone. */
bool contact_in_text(struct slice text);

enum { CONTACT_DIGITS_MAX = 11 };

/* Adds "contact_in_text" for the field if its text contains a contact. */
void contact_refuse_in_text(const char *field, struct slice text, struct fault_list *problems);
