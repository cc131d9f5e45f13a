// SPDX-License-Identifier: MIT
/* The current price of a stay, in the form that bookings and quotes store. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* Computes the current price of the draft: sets lines (in the arena), total, deposit and
 * policy_price of `booking`. */
bool booking_price(struct change *change, const struct apartment *apartment,
                   const struct booking_draft *draft, struct booking *booking,
                   struct fault *fault) MUST_CHECK;
