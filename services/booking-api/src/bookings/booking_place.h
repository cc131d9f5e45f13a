// SPDX-License-Identifier: MIT
/* Creates a booking in this order, because each step depends on the one before: lock the guest,
 * lock the apartment, check the rules and compute the price, take the nights.
 *
 * The exclusion constraint guards the nights; the locks only keep writers from deadlocks on the
 * constraint. Two round trips, and a third if nights are taken; api_change() adds two of its
 * own. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* Creates a booking of the draft. FAULT_INVALID with each broken rule, FAULT_CONFLICT
 * "nights_taken" (with nights), "too_many_holds" or "too_many_unpaid", FAULT_FORBIDDEN. Text of
 * `out` is in the arena. */
bool booking_place(struct change *change, const struct booking_draft *draft, struct booking *out,
                   struct fault *fault) MUST_CHECK;
