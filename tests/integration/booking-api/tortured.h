// SPDX-License-Identifier: MIT
/* Use cases of booking-api for torture.h. `before` of a case is SQL. In bodies and queries
 * $apartment, $other, $owner and $quote are existing ids, and $+10 is the date in ten days. */
#pragma once

#include "integration/torture.h"
#include "stand.h"

/* The state when the use case begins. */
enum {
    GIVEN_APARTMENTS, /* two of stand_owner, one of them "$apartment" */
    GIVEN_BLOCK,
    GIVEN_LINK,
    GIVEN_FEED,     /* of "$apartment" */
    GIVEN_CONFLICT, /* of the feed with a confirmed stay */
    GIVEN_QUOTE,
    GIVEN_WEBHOOK, /* of all events of bookings */
    GIVEN_BOOKED,  /* "$apartment" booked by stand_guest for two nights in ten days */
    GIVEN_CONFIRMED,
    GIVEN_ARRIVED,
    GIVEN_LEFT
};

extern const struct torture_service tortured_service;
