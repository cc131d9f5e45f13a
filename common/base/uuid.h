// SPDX-License-Identifier: MIT
/* UUIDs (RFC 9562). Generated ids have version 7: they sort by creation time. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum { UUID_TEXT_LEN = 36 };

struct uuid {
    uint8_t bytes[16];
};

/* A new version 7 UUID: milliseconds of now_wall_us(), then a counter, then random bits. The UUIDs
 * of one process strictly increase (RFC 9562, 6.2, method 1). */
struct uuid uuid_make(void);

/* The greatest UUID (RFC 9562, 5.10). As a cursor it means the beginning of a list that is sorted
 * from newest to oldest. */
extern const struct uuid uuid_max;

/* Accepts 36 characters, upper or lower case, any version. */
bool uuid_parse(struct slice text, struct uuid *out) MUST_CHECK;

/* Writes lower case and a NUL. */
void uuid_format(const struct uuid *uuid, char out[UUID_TEXT_LEN + 1]);

bool uuid_is_nil(const struct uuid *uuid);
bool uuid_equal(const struct uuid *a, const struct uuid *b);
