// SPDX-License-Identifier: MIT
/* The scopes of health. health:* are only for API keys of the tenant "system"
 * (services/callers.txt). */
#pragma once

/* Scopes as bits, in the order of health_callers.scopes. */
enum {
    SCOPE_HEALTH_READ = 1 << 0,
    SCOPE_HEALTH_BEAT = 1 << 1,
    SCOPE_HEALTH_ADMIN = 1 << 2,
    SCOPE_BOOKING_ACT = 1 << 3 /* allows X-Actor, as in every service */
};
