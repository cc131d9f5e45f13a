// SPDX-License-Identifier: MIT
/* Records steps of bookings: each has a row of booking_history, an event and an audit row. */
#pragma once

#include "api/change.h"
#include "db/query.h"

#include "bookings/booking.h"

/* Records a step. `booking` is the state after the step; `from` is the status before it, -1 for a
 * new booking. `action` is the action in the audit log. The statements run at the commit. */
bool booking_record(struct change *change, const struct booking *booking, int from,
                    const char *action, struct slice reason, struct fault *fault) MUST_CHECK;

/* Names of a step that changes many bookings at once, for events and audit rows. */
struct booking_step_name {
    const char *event;
    const char *action; /* in the audit log */
};

/* Records the bookings that one statement has changed, 200 per statement. Each row is the booking
 * after the step, then its status before the step. `by` is the change's caller; NULL: the system,
 * for bookings of any tenant. */
bool booking_record_rows(struct change *change, const struct api_caller *by,
                         const struct db_rows *rows, const struct booking_step_name *name,
                         struct fault *fault) MUST_CHECK;
