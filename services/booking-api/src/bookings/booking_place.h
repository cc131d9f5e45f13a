// SPDX-License-Identifier: MIT
/* Makes a booking, in this order, because each step needs the one before: lock the guest, lock the
 * apartment, check its rules and compute the price, take the nights.
 *
 * The exclusion constraint guards the nights. The locks only keep writers from deadlocks on it. Two
 * round trips, one more where the nights are taken; api_change() has two of its own. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* FAULT_INVALID with each rule that is broken, FAULT_CONFLICT "nights_taken" (with the nights) or
 * "too_many_holds", FAULT_FORBIDDEN. Text of `out` is in the arena. */
bool booking_place(struct change *change, const struct booking_draft *draft, struct booking *out,
                   struct fault *fault) MUST_CHECK;
