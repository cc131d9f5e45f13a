// SPDX-License-Identifier: MIT
/* An open ride's price and note are changed: its passenger, and staff. Between the two calls the
 * body is decoded over the ride, by ride_edit_fields. */
#pragma once

#include "api/change.h"

#include "rides/ride.h"

/* What price and note must agree with: one_of_two, required, contact_in_text. */
void ride_edit_check(const struct ride *ride, struct fault_list *problems);

/* Locks the ride, and its trip, if it has one. Refusals: "not_found" as ride_store_lock() has it,
 * "version_mismatch", those of ride_machine. `rows` keep its texts. */
bool ride_edit_begin(struct change *change, const struct uuid *id, struct db_rows *rows,
                     struct ride *out, struct fault *fault) MUST_CHECK;
/* Writes both, with all traces. Sets version and updated_at. */
bool ride_edit_end(struct change *change, struct ride *ride, struct fault *fault) MUST_CHECK;
