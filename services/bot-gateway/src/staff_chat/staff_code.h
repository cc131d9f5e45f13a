// SPDX-License-Identifier: MIT
/* The code that links a group as the staff chat of a bot, and the person who types it as a member
 * of staff: "/staff K7Q2M9XD". The database has its hash only, until it is used. Pure, except that
 * a new code is random. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"

enum {
    STAFF_CODE_LEN = 8,     /* 40 bits */
    STAFF_CODE_S = 15 * 60, /* its validity */
};

void staff_code_make(char out[STAFF_CODE_LEN + 1]);

/* The hash of a typed code, in capital or small letters, also with O for 0, I and L for 1. False if
 * no code looks like this. */
bool staff_code_hash(struct slice typed, uint8_t hash[DIGEST_SHA256_LEN]) MUST_CHECK;
