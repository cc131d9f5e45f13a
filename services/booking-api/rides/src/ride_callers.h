// SPDX-License-Identifier: MIT
/* Scopes and actors of rides. The values are positions in the service's table of scopes and actors,
 * which asserts that they match. */
#pragma once

#include "api/transition.h"

enum { SCOPE_RIDE_READ = 1 << 4, SCOPE_RIDE_WRITE = 1 << 5, SCOPE_RIDE_ADMIN = 1 << 6 };

enum {
    RIDE_ACTOR_GUEST = ACTOR_OWN,     /* actor_number is the passenger's telegram_id */
    RIDE_ACTOR_DRIVER = ACTOR_OWN + 2 /* actor_id is the driver's id */
};
/* The bits of these actors in the tables of api/transition.h. */
enum { RIDE_BY_GUEST = 1 << RIDE_ACTOR_GUEST, RIDE_BY_DRIVER = 1 << RIDE_ACTOR_DRIVER };
#define RIDE_GUEST_MAX (INT64_C(1) << 52) /* Telegram's ids fit 52 bits */
