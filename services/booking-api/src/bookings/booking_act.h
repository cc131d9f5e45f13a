// SPDX-License-Identifier: MIT
/* An action on a booking: confirm, claim-payment, decline, cancel, check-in, check-out, no-show,
 * contact. The table of booking_transitions.c decides whether it is allowed. Meanwhile the
 * apartment and the booking are locked. The UPDATE checks status, version and time again. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN, FAULT_CONFLICT
 * "already_<status>", "nothing_due", "too_early", FAULT_GONE "hold_expired", FAULT_INVALID
 * "contact_missing". When the caller repeats his own last action, `out` is the booking as it is.
 * Text of `out` is borrowed from `rows`. */
bool booking_act(struct change *change, const struct uuid *id, enum booking_action action,
                 const struct booking_action_body *body, struct db_rows *rows, struct booking *out,
                 struct fault *fault) MUST_CHECK;

/* Sets the guest's phone, E.164 in the arena, also where the booking has another one. The limit of
 * holds for one phone is not asked: nights are taken already, and the next hold counts this one.
 * FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN, FAULT_CONFLICT
 * "already_<status>", FAULT_GONE "hold_expired". When the booking has this phone already, `out` is
 * the booking as it is. Text of `out` is borrowed from `rows` and the arena. */
bool booking_act_set_contact(struct change *change, const struct uuid *id, struct slice phone,
                             struct db_rows *rows, struct booking *out,
                             struct fault *fault) MUST_CHECK;
