// SPDX-License-Identifier: MIT
#pragma once

#include "db/query.h"

#include "rides/ride.h"

/* Writes price and note of a locked ride. Sets version and updated_at. FAULT_CONFLICT
 * "changed_meanwhile" if the row's version differs. */
bool ride_edit_store_write(struct db *tx, struct ride *ride, struct fault *fault) MUST_CHECK;
