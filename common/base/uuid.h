// SPDX-License-Identifier: MIT
/* UUIDs (RFC 9562). Ours are version 7: they sort by the time they were made. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum { UUID_TEXT_LEN = 36 };

struct uuid {
    uint8_t bytes[16];
};

/* A new version 7 UUID: milliseconds of now_wall_us(), then a counter so that those of one process
 * strictly increase (RFC 9562, 6.2, method 1), then random bits. */
struct uuid uuid_make(void);

/* The same, in a later millisecond than every one that this process made before: for many rows made
 * at once, whose order must show in the time alone. Its time runs ahead of the clock by up to as
 * many milliseconds as such ids were made, and so does that of all later ids until the clock has
 * caught up. */
struct uuid uuid_make_later(void);

/* Behind every other (RFC 9562, 5.10, Max UUID): where a list of the newest first begins. */
extern const struct uuid uuid_max;

/* 36 characters, either case, any version. */
bool uuid_parse(struct slice text, struct uuid *out) MUST_CHECK;

/* Lower case, with a NUL. */
void uuid_format(const struct uuid *uuid, char out[UUID_TEXT_LEN + 1]);

bool uuid_is_nil(const struct uuid *uuid);
bool uuid_equal(const struct uuid *a, const struct uuid *b);
