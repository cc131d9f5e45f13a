// SPDX-License-Identifier: MIT
/* The scopes of search-api. The only actors that it knows are staff. */
#pragma once

/* Bits of scopes, in the order of search_callers.scopes. */
enum {
    SCOPE_SEARCH_READ = 1 << 0,
    SCOPE_SEARCH_WRITE = 1 << 1,
    SCOPE_BOOKING_ACT = 1 << 2, /* X-Actor, as in all services */
    SCOPE_BOOKING_READ = 1 << 3 /* availability: booking-api is called with the caller's key */
};
