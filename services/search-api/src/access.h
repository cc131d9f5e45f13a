// SPDX-License-Identifier: MIT
/* Who may call search-api: its scopes. It knows no actors beside staff. */
#pragma once

/* In the order of search_callers.scopes. */
enum {
    SCOPE_SEARCH_READ = 1 << 0,
    SCOPE_SEARCH_WRITE = 1 << 1,
    SCOPE_BOOKING_ACT = 1 << 2, /* X-Actor, as with all services */
    SCOPE_BOOKING_READ =
        1 << 3 /* whether apartments can be had: booking-api is asked in his name */
};
