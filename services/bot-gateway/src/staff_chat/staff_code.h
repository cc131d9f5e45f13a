// SPDX-License-Identifier: MIT
/* The code that links a group as the staff chat of a bot, and the person who types it as a member
 * of staff: "/staff K7Q2M9XD". digest_base32_random() makes it; the database has its hash only,
 * until it is used. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"

enum {
    STAFF_CODE_LEN = 8,     /* 40 bits */
    STAFF_CODE_S = 15 * 60, /* its validity */
};

/* The hash of a typed code; false if no code looks like this (digest_base32_read()). */
bool staff_code_hash(struct slice typed, uint8_t hash[DIGEST_SHA256_LEN]) MUST_CHECK;
