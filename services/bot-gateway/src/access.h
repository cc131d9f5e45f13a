// SPDX-License-Identifier: MIT
/* The scopes of bot-gateway's API. Its only actors are staff. */
#pragma once

/* The scopes of API keys, in the order of gateway_callers.scopes. */
enum {
    SCOPE_BOT_SEND = 1 << 0,
    SCOPE_BOT_READ = 1 << 1,
    SCOPE_BOT_ADMIN = 1 << 2,
    SCOPE_BOOKING_ACT = 1 << 3 /* allows X-Actor, as in all services */
};
