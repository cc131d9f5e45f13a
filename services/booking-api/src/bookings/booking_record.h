// SPDX-License-Identifier: MIT
/* What each step of a booking leaves behind, in its own transaction: a row of its history, an event
 * for others, a row of the audit. */
#pragma once

#include "api/change.h"
#include "db/query.h"

#include "bookings/booking.h"

/* `booking` as it is after the step; `from` the status before, -1: it was just made. `action` is
 * the audit's word. All deferred to the commit. */
bool booking_record(struct change *change, const struct booking *booking, int from,
                    const char *action, struct slice reason, struct fault *fault) MUST_CHECK;

/* What a step of many bookings is called. */
struct booking_step_name {
    const char *event;
    const char *action; /* the audit's word */
};

/* The same for many bookings that one statement has moved, at once, in one statement for hundreds
 * of them. Rows: the booking as it is after the step, then the status it had. `by` is the change's
 * caller; NULL: the system, for bookings of any tenant. */
bool booking_record_rows(struct change *change, const struct api_caller *by,
                         const struct db_rows *rows, const struct booking_step_name *name,
                         struct fault *fault) MUST_CHECK;
