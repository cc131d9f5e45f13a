// SPDX-License-Identifier: MIT
#include "rides/reveal.h"

#include "rides.h"

#define DAY (INT64_C(24) * 3600 * 1000000)

/* Set once at the start of the service, before the first request. */
static int64_t linger_us = DAY;

void rides_set_contact_linger(int64_t linger_ms)
{
    linger_us = linger_ms * 1000;
}

/* Do both sides need each other's contacts: was the ride agreed, and not ended too long ago? */
static bool are_contacts_needed(const struct ride *ride)
{
    switch (ride->status) {
    case RIDE_CONFIRMED:
    case RIDE_BOARDED:
        return true;
    case RIDE_COMPLETED:
        return ride->now < ride->ended_at + linger_us;
    default:
        return false;
    }
}

static bool is_location_visible(const struct ride *ride)
{
    return (ride->status == RIDE_CONFIRMED || ride->status == RIDE_BOARDED) &&
           ride->now >= ride->depart_at - REVEAL_LOCATION_FROM_US;
}

unsigned ride_revealed_contacts(const struct ride *ride, unsigned actor)
{
    const unsigned to_guest = REVEAL_DRIVER_PHONE | REVEAL_PLATE | REVEAL_FULL_NAMES;
    const unsigned to_driver = REVEAL_PASSENGER_PHONE | REVEAL_RECIPIENT_PHONE | REVEAL_FULL_NAMES;

    if (ride->ended_at != FIELD_ABSENT && ride->now >= ride->ended_at + REVEAL_KEPT_DAYS * DAY)
        return 0;
    if (actor == TRANSITION_BY_STAFF)
        return REVEAL_ALL;
    if (!are_contacts_needed(ride))
        return 0;
    if (actor == RIDE_BY_GUEST)
        return is_location_visible(ride) ? to_guest | REVEAL_LOCATION : to_guest;
    return actor == RIDE_BY_DRIVER ? to_driver : 0;
}
