// SPDX-License-Identifier: MIT
/* The delivery code of a parcel. The sender receives it and passes it to the recipient. */
#pragma once

#include "base/fault.h"

/* Length in digits. After DELIVERY_TRIES_MAX wrong codes only staff can deliver (ride_machine), so
 * the chance of guessing one of 10^6 codes is 1 in 200,000. */
enum { DELIVERY_CODE_LEN = 6, DELIVERY_TRIES_MAX = 5 };

/* Writes a random code of digits, NUL-terminated. */
void delivery_code_generate(char out[DELIVERY_CODE_LEN + 1]);

/* Whether the actor may mark the parcel as delivered. Staff need no code.
 * `code`: of the ride; if absent or empty, only staff may. `typed_code`: from the recipient; spaces
 * are ignored. The codes are compared in constant time. The caller must count wrong codes. */
bool delivery_code_is_right(struct slice code, struct slice typed_code, unsigned actor) MUST_CHECK;
