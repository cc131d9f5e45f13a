// SPDX-License-Identifier: MIT
/* SQL of the erasure of a driver. The driver must be locked. */
#pragma once

#include "db/query.h"

bool driver_erase_store_live(struct db *tx, const struct uuid *id, bool *live,
                             struct fault *fault) MUST_CHECK;
/* Removes the driver's personal data from all tables and stored answers. `version`: of the driver's
 * row. */
bool driver_erase_store_blank(struct db *tx, const struct uuid *id, int64_t *version,
                              struct fault *fault) MUST_CHECK;
