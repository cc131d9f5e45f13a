// SPDX-License-Identifier: MIT
/* Which contacts of a ride the passenger, the driver and staff may see. Evaluated for each
 * answer, including a stored one sent again for an Idempotency-Key. Events, feeds, logs and lists
 * of open rides contain no contacts. */
#pragma once

#include "rides/ride.h"

enum {
    REVEAL_DRIVER_PHONE = 1 << 0,
    REVEAL_PLATE = 1 << 1,
    REVEAL_PASSENGER_PHONE = 1 << 2,
    REVEAL_RECIPIENT_PHONE = 1 << 3, /* of a parcel */
    REVEAL_FULL_NAMES = 1 << 4,      /* otherwise first names only */
    REVEAL_LOCATION = 1 << 5,        /* the car's last position */
    REVEAL_ALL = (1 << 6) - 1
};

/* After this many days contacts are erased and not shown to anyone, including staff. */
enum { REVEAL_KEPT_DAYS = 180 };
#define REVEAL_LOCATION_FROM_US (INT64_C(1) * 3600 * 1000000) /* before T */

/* The contacts visible to `actor`, the reader's part in this ride: RIDE_BY_GUEST is its
 * passenger, RIDE_BY_DRIVER the driver of its trip; 0, anyone else, sees nothing.
 * From `confirmed` the passenger sees the driver's phone and plate, the driver the phones of
 * passenger and recipient: while confirmed or boarded, and for the time of
 * rides_set_contact_linger() after completed. The passenger sees the car's position from T - 1 h
 * until dropped. Staff see everything until it is erased. Contacts that the reader provided are not
 * decided here. */
unsigned ride_reveal(const struct ride *ride, unsigned actor);
