// SPDX-License-Identifier: MIT
/* A scheduled trip is changed: its driver, and staff. Between the two calls the body is decoded
 * over the trip, by trip_edit_fields. */
#pragma once

#include "api/change.h"

#include "rides/trip_rides.h"

struct trip_edit {
    struct trip was;
    struct trip trip; /* the same, its stops and prices absent */
    struct trip_tally tally;
};

/* Locks the driver, the load and the trip, ends what holds have run out on it. FAULT_NOT_FOUND
 * "not_found"; FAULT_FORBIDDEN "forbidden" for passengers and owners; "version_mismatch"; what
 * move_judge() says. `rows` keep the texts. */
bool trip_edit_begin(struct change *change, const struct uuid *id, struct db_rows *rows,
                     struct trip_edit *out, struct fault *fault) MUST_CHECK;

/* Writes the trip with all traces, holds seats that it adds for who waits, and reads it again.
 * Prices are those of new rides. Whoever agreed on another car may cancel without cost.
 * FAULT_CONFLICT "has_passengers": other stops of a trip that ever had a ride, or less than what is
 * sold of it, or another size under somebody who has taken the whole car. Else what trip_make()
 * says of what is changed: of the times, of car and seats, of prices. */
bool trip_edit_end(struct change *change, const struct trip_edit *edit, struct db_rows *rows,
                   struct trip *out, struct fault *fault) MUST_CHECK;
