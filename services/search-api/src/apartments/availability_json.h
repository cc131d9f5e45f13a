// SPDX-License-Identifier: MIT
/* JSON of POST /v1/availability of booking-api. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

#include "apartments/criteria.h"

enum { AVAILABILITY_MAX = 500 /* apartments of a request */ };

/* Asks about the dates and the guests of the criteria, without guests about one. */
void availability_encode_request(const struct criteria *criteria,
                                 const struct apartment *apartments, size_t count, struct buf *out);
/* Reads an answer, and sets `availability` and `total` of each apartment; an apartment that is
 * missing in the answer counts as taken. False: FAULT_UNREADABLE, or the arena is full. */
bool availability_read_answer(struct slice body, struct apartment *apartments, size_t count,
                              struct arena *arena, struct fault *fault) MUST_CHECK;
