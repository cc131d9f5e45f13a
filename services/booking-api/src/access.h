// SPDX-License-Identifier: MIT
/* Authorisation in booking-api: scopes of API keys, and kinds of actor other than staff. */
#pragma once

#include "api/caller.h"

/* The scopes of API keys, in the order of booking_callers.scopes. */
enum {
    SCOPE_BOOKING_READ = 1 << 0,
    SCOPE_BOOKING_WRITE = 1 << 1,
    SCOPE_BOOKING_ADMIN = 1 << 2,
    SCOPE_BOOKING_ACT = 1 << 3
    /* The next bits are the scopes of ride_callers.h. */
};

/* Kinds of actor, in the order of booking_callers.actors, which lists the scopes of each. */
enum {
    ACTOR_GUEST = ACTOR_OWN, /* actor_number is the guest's telegram_id */
    ACTOR_OWNER              /* actor_id is the owner's id */
    /* The next value is RIDE_ACTOR_DRIVER of ride_callers.h. */
};
#define ACTOR_GUEST_MAX (INT64_C(1) << 52) /* Telegram ids fit into 52 bits */
