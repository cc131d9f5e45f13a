// SPDX-License-Identifier: MIT
/* SQL that several stores of rides use. */
#pragma once

#include "db/query.h"

/* {event}: `data` of an event about the ride `e` over the leg `g`, equal to ride_encode_event().
 * For statements that change many rides. */
extern const struct db_part ride_event_parts[];

/* Expires the overdue holds of `trip`, with all traces; then updates the trip's next_expiry. */
extern const struct db_statement ride_expire_statement, ride_clock_statement;
