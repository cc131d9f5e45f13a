// SPDX-License-Identifier: MIT
/* Use cases of booking-api for torture.h. A case's `before` is SQL for its apartments. In bodies
 * and queries $apartment, $other, $owner and $quote are what is there, $+10 is the day in ten days.
 */
#pragma once

#include "integration/torture.h"
#include "stand.h"

/* What is there when the use case begins. */
enum {
    GIVEN_APARTMENTS, /* two of stand_owner's, one of them "$apartment" */
    GIVEN_BLOCK,
    GIVEN_QUOTE,
    GIVEN_BOOKED, /* "$apartment" by stand_guest, in ten days for two nights */
    GIVEN_CONFIRMED,
    GIVEN_ARRIVED
};

extern const struct torture_service tortured_service;
