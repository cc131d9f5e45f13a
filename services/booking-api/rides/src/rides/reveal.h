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
    REVEAL_FULL_NAMES = 1 << 4,      /* without this bit, first names only */
    REVEAL_LOCATION = 1 << 5,        /* the car's last position */
    REVEAL_ALL = (1 << 6) - 1
};

/* This many days after the end of a ride its contacts are erased, and not even staff see them. */
enum { REVEAL_KEPT_DAYS = 180 };
/* The passenger sees the car's position from this long before the departure of the ride. */
#define REVEAL_LOCATION_FROM_US (INT64_C(1) * 3600 * 1000000)

/* The contacts that a reader may see, as bits of REVEAL_..., by the reader's part in the ride:
 *   RIDE_BY_GUEST        the passenger: the driver's phone and full name, the plate; from one hour
 *                        before the departure the car's position
 *   RIDE_BY_DRIVER       the driver of the trip: phones and full names of passenger and recipient
 *   TRANSITION_BY_STAFF  everything, in any status
 *   0                    anyone else: nothing
 * Passenger and driver see them while the ride is confirmed or boarded, and, except the position,
 * for the time of rides_set_contact_linger() after it is completed. Contacts that the reader
 * provided are always shown to that reader; the caller adds them. From REVEAL_KEPT_DAYS after the
 * end of the ride the result is 0, for staff too. */
unsigned ride_revealed_contacts(const struct ride *ride, unsigned actor);
