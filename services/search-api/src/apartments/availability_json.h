// SPDX-License-Identifier: MIT
/* JSON of POST /v1/availability of booking-api. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

#include "apartments/apartment.h"

enum { AVAILABILITY_MAX = 500 /* apartments of a request */ };

struct availability_stay {
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
};

void availability_encode_request(const struct availability_stay *stay,
                                 const struct apartment *apartments, size_t count, struct buf *out);
/* Reads an answer, and sets `availability` and `total` of each apartment; an apartment that is
 * missing in the answer counts as taken. False: FAULT_UNREADABLE, or the arena is full. */
bool availability_read_answer(struct slice body, struct apartment *apartments, size_t count,
                              struct arena *arena, struct fault *fault) MUST_CHECK;
