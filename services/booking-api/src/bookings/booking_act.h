// SPDX-License-Identifier: MIT
/* Somebody moves a booking: confirm, claim-payment, decline, cancel, check-in, check-out, no-show.
 * The table in booking_moves.c decides, the flat and the booking are locked meanwhile, and the
 * update is guarded by status, version and clock. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN, FAULT_CONFLICT
 * "already_<status>", "nothing_due", "too_early", FAULT_GONE "hold_expired", FAULT_INVALID
 * "contact_missing". What this caller did already is no fault: `out` is the booking as it is. Text
 * of `out` is borrowed from `rows`. */
bool booking_act(struct change *change, const struct uuid *id, enum booking_action action,
                 const struct booking_note *note, struct db_rows *rows, struct booking *out,
                 struct fault *fault) MUST_CHECK;
