// SPDX-License-Identifier: MIT
/* What each step of a booking writes in its own transaction: a row of booking_history, an event, a
 * row of the audit. */
#pragma once

#include "api/change.h"
#include "db/query.h"

#include "bookings/booking.h"

/* `booking` is as it is after the step; `from` is the status before, -1 for a new booking. `action`
 * is the word for the audit. The statements are deferred to the commit. */
bool booking_record(struct change *change, const struct booking *booking, int from,
                    const char *action, struct slice reason, struct fault *fault) MUST_CHECK;

/* The names of a step that many bookings make. */
struct booking_step_name {
    const char *event;
    const char *action; /* the word for the audit */
};

/* The same for all bookings that one statement has changed, by one statement for every 200 of them.
 * A row is the booking as it is after the step, then the status it had. `by` is the change's
 * caller; NULL means the system, for bookings of any tenant. */
bool booking_record_rows(struct change *change, const struct api_caller *by,
                         const struct db_rows *rows, const struct booking_step_name *name,
                         struct fault *fault) MUST_CHECK;
