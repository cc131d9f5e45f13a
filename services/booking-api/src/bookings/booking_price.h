// SPDX-License-Identifier: MIT
/* What a stay costs today, as a booking or a quote keeps it. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* Today's price of the draft's stay becomes the booking's: lines (in the arena), total, deposit. */
bool booking_price(struct change *change, const struct apartment *flat,
                   const struct booking_draft *draft, struct booking *booking,
                   struct fault *fault) MUST_CHECK;
