// SPDX-License-Identifier: MIT
/* Which contacts of a ride its passenger, its driver and staff are shown. Pure: asked anew for each
 * answer, also for a stored one that is sent again for an Idempotency-Key. Events, feeds, logs and
 * lists of open rides carry no contacts at all. */
#pragma once

#include "moves/ride.h"

enum {
    REVEAL_DRIVER_PHONE = 1 << 0,
    REVEAL_PLATE = 1 << 1,
    REVEAL_PASSENGER_PHONE = 1 << 2,
    REVEAL_RECIPIENT_PHONE = 1 << 3, /* of a parcel */
    REVEAL_FULL_NAMES = 1 << 4,      /* else first names */
    REVEAL_LOCATION = 1 << 5,        /* the driver's last point */
    REVEAL_ALL = (1 << 6) - 1
};

/* After so many days contacts are blanked: nobody is shown them, staff neither. */
enum { REVEAL_KEPT_DAYS = 180 };
#define REVEAL_LOCATION_FROM_US (INT64_C(1) * 3600 * 1000000) /* before T */
#define REVEAL_LOCATION_KEPT_US (INT64_C(1) * 3600 * 1000000) /* after the trip has finished */

struct reveal_moment {
    int status;        /* enum ride_status, by the clock */
    int64_t depart_at; /* T, microseconds UTC; FIELD_ABSENT without a trip */
    int64_t ended_at;  /* FIELD_ABSENT before */
    int64_t now;
    int64_t linger_us; /* RIDES_CONTACT_LINGER, 0 or more */
};

/* The bits of what is shown to `who`, the part that the reader has in this very ride: MOVE_BY_GUEST
 * its passenger, MOVE_BY_DRIVER the driver of its trip, MOVE_BY_STAFF; 0 for everybody else, other
 * passengers and drivers among them, who are shown nothing.
 * From `confirmed` the passenger is shown the driver's phone and plate, the driver those of
 * passenger and recipient: while confirmed and boarded, and so long as linger_us after completed.
 * A passenger is shown the location from T - 1 h until he is dropped. Staff are shown everything
 * until it is blanked. What a reader gave himself is not judged here. */
unsigned reveal(const struct reveal_moment *ride, unsigned who);

/* Is the last point of a trip's car still kept? `finished_at`: when the trip finished or was
 * cancelled; FIELD_ABSENT: it did not. */
bool reveal_keeps_location(int64_t finished_at, int64_t now);
