// SPDX-License-Identifier: MIT
/* The delivery code of a parcel. The sender receives it and passes it to the recipient. */
#pragma once

#include <stdint.h>

#include "base/fault.h"

/* Length in digits. After DELIVERY_TRIES_MAX wrong codes only staff can deliver, so the chance of
 * guessing one of 10^6 codes is 1 in 200,000. */
enum { DELIVERY_CODE_LEN = 6, DELIVERY_TRIES_MAX = 5 };

/* Writes a random code of digits, NUL-terminated. */
void delivery_code_create(char out[DELIVERY_CODE_LEN + 1]);

/* May the parcel be handed over? Staff need no code. `code`: if absent or empty, only staff
 * deliver. `given`: the recipient's code; spaces are ignored. `tries`: wrong codes before. Takes
 * constant time. FAULT_INVALID "wrong_code": the caller counts a try. FAULT_FORBIDDEN "forbidden":
 * DELIVERY_TRIES_MAX codes were wrong, even if this one is right. */
bool delivery_check(struct slice code, struct slice given, int64_t tries, unsigned actor,
                    struct fault *fault) MUST_CHECK;
