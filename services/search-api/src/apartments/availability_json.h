// SPDX-License-Identifier: MIT
/* JSON of POST /v1/availability of booking-api. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

#include "apartments/availability_client.h"

void availability_encode(const struct availability_stay *stay, const struct apartment *apartments,
                         size_t count, struct buf *out);
/* Sets `availability` and `total` of the apartments. False: FAULT_UNREADABLE, or the arena is full.
 */
bool availability_read(struct slice body, struct apartment *apartments, size_t count,
                       struct arena *arena, struct fault *fault) MUST_CHECK;
