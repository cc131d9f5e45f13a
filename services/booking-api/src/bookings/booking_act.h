// SPDX-License-Identifier: MIT
/* An action on a booking: confirm, claim-payment, decline, cancel, check-in, check-out, no-show.
 * The table of booking_moves.c decides whether it is allowed. Meanwhile the flat and the booking
 * are locked. The UPDATE checks status, version and time again. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN, FAULT_CONFLICT
 * "already_<status>", "nothing_due", "too_early", FAULT_GONE "hold_expired", FAULT_INVALID
 * "contact_missing". When the caller repeats his own last action, `out` is the booking as it is.
 * Text of `out` is borrowed from `rows`. */
bool booking_act(struct change *change, const struct uuid *id, enum booking_action action,
                 const struct booking_note *note, struct db_rows *rows, struct booking *out,
                 struct fault *fault) MUST_CHECK;
