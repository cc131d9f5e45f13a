// SPDX-License-Identifier: MIT
/* Which rows of table occupancy take nights, for every reader alike: what blocks by status (the
 * predicate of occupancy_no_overlap) and whose time has not run out, swept or not. */
#pragma once

/* `alias` is a string literal. */
#define OCCUPANCY_TAKES(alias)                                                                     \
    alias ".status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'checked_in',"         \
          " 'blocked')"                                                                            \
          " AND (" alias ".status NOT IN ('held', 'requested', 'payment_claimed')"                 \
          " OR " alias ".expires_at > now())"
