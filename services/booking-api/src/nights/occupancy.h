// SPDX-License-Identifier: MIT
/* Which rows of table occupancy take nights, for all SQL alike. The lists are spelled as in the
 * predicates of the schema, so that its partial indexes serve. */
#pragma once

/* What takes nights, by status: the predicate of occupancy_no_overlap. */
#define OCCUPANCY_BLOCKING                                                                         \
    "('held', 'requested', 'payment_claimed', 'confirmed', 'checked_in', 'blocked')"
/* What waits for somebody until expires_at. */
#define OCCUPANCY_WAITING "('held', 'requested', 'payment_claimed')"
/* Sure stays that are not over. */
#define OCCUPANCY_STAYING "('confirmed', 'checked_in')"
/* What did not take place. */
#define OCCUPANCY_CALLED_OFF "('declined', 'cancelled', 'no_show')"

/* What takes nights now: less those whose time has run out, swept or not. `alias` is a string
 * literal. */
#define OCCUPANCY_TAKES(alias)                                                                     \
    alias ".status IN " OCCUPANCY_BLOCKING " AND (" alias ".status NOT IN " OCCUPANCY_WAITING      \
          " OR " alias ".expires_at > now())"
