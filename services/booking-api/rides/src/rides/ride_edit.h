// SPDX-License-Identifier: MIT
/* Editing price and note of an open ride, by its passenger or staff. Between the two calls the body
 * is decoded over the ride by ride_edit_fields. */
#pragma once

#include "api/change.h"

#include "rides/ride.h"

/* Validates price and note: one_of_two, required, contact_in_text. */
void ride_edit_check(const struct ride *ride, struct fault_list *problems);

/* Locks the ride and its trip, if any. Refusals: "not_found" as ride_store_lock(),
 * "version_mismatch", those of ride_machine. Text is kept by `rows`. */
bool ride_edit_begin(struct change *change, const struct uuid *id, struct db_rows *rows,
                     struct ride *out, struct fault *fault) MUST_CHECK;
/* Writes price and note with history, event and audit. Sets version and updated_at. */
bool ride_edit_end(struct change *change, struct ride *ride, struct fault *fault) MUST_CHECK;
