// SPDX-License-Identifier: MIT
/* Who may call health: its scopes, which only keys of the tenant system have
 * (services/callers.txt). It knows no actors beside staff. */
#pragma once

#include "api/caller.h"

/* In the order of health_callers.scopes. */
enum {
    SCOPE_HEALTH_READ = 1 << 0,
    SCOPE_HEALTH_BEAT = 1 << 1,
    SCOPE_HEALTH_ADMIN = 1 << 2,
    SCOPE_BOOKING_ACT = 1 << 3 /* X-Actor, as with all services */
};
