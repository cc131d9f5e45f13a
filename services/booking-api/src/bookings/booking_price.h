// SPDX-License-Identifier: MIT
/* The price of a stay today, in the form that a booking and a quote keep. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* Sets lines (in the arena), total, deposit and policy_price of `booking`. */
bool booking_price(struct change *change, const struct apartment *apartment,
                   const struct booking_draft *draft, struct booking *booking,
                   struct fault *fault) MUST_CHECK;
