// SPDX-License-Identifier: MIT
/* Actions on a booking: confirm, claim-payment, decline, cancel, check-in, check-out, no-show,
 * contact, rate. The table in booking_transitions.c decides which are allowed. The apartment and
 * the booking are locked, and the UPDATE checks status, version and time again. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* Applies an action to a booking. FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN,
 * FAULT_CONFLICT "already_<status>", "nothing_due", "too_early", "too_many_unpaid", FAULT_GONE
 * "hold_expired", FAULT_INVALID "contact_missing". If the caller repeats the last action, `out` is
 * the unchanged booking; a claim with another receipt becomes BOOKING_RECEIPT. Text of `out` is
 * borrowed from `rows`. */
bool booking_act(struct change *change, const struct uuid *id, enum booking_action action,
                 const struct booking_action_body *body, struct db_rows *rows, struct booking *out,
                 struct fault *fault) MUST_CHECK;

/* Sets or replaces the guest's phone (E.164, in the arena). The limit of holds per phone is not
 * checked here: the nights are occupied already, and the next hold counts this booking.
 * FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN, FAULT_CONFLICT
 * "already_<status>", FAULT_GONE "hold_expired". If the phone is unchanged, so is `out`. Text of
 * `out` is borrowed from `rows` and the arena. */
bool booking_act_set_contact(struct change *change, const struct uuid *id, struct slice phone,
                             struct db_rows *rows, struct booking *out,
                             struct fault *fault) MUST_CHECK;

/* Sets or replaces the rating of a completed stay, in the same way. */
bool booking_act_rate(struct change *change, const struct uuid *id, int64_t rating,
                      struct db_rows *rows, struct booking *out, struct fault *fault) MUST_CHECK;
