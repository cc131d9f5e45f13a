// SPDX-License-Identifier: MIT
/* The code by which a parcel is handed over: its sender is told it and tells the recipient. */
#pragma once

#include "moves/move.h"

/* Digits. After so many wrong ones only staff deliver: guessing one of 10^6 is then 1 in 200,000.
 */
enum { DELIVERY_CODE_LEN = 6, DELIVERY_TRIES_MAX = 5 };

/* A random code of digits, with a NUL. */
void delivery_code_make(char out[DELIVERY_CODE_LEN + 1]);

/* May the parcel be handed over? `code`: absent or empty, only staff deliver it. `given`: what the
 * recipient said, spaces in it do not matter; absent or empty is wrong. `tries`: wrong ones before.
 * Staff need no code. Else FAULT_INVALID "wrong_code", which the caller counts as a try;
 * FAULT_FORBIDDEN "forbidden" once DELIVERY_TRIES_MAX were wrong, even for the right code. The time
 * does not depend on how much of it is right. */
bool delivery_judge(struct slice code, struct slice given, int64_t tries, unsigned who,
                    struct fault *fault) MUST_CHECK;
