// SPDX-License-Identifier: MIT
/* What each step of a booking leaves behind, in its own transaction: a row of its history, an event
 * for others, a row of the audit. */
#pragma once

#include "api/change.h"

#include "booking.h"

/* `booking` as it is after the step; `from` the status before, -1: it was just made. `action` is
 * the audit's word. All deferred to the commit. */
bool booking_record(struct change *change, const struct booking *booking, int from,
                    const char *action, struct slice reason, struct fault *fault) MUST_CHECK;
