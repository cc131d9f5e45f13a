// SPDX-License-Identifier: MIT
/* SQL of the erasure of a driver, who is locked. */
#pragma once

#include "db/query.h"

/* Is a trip of his scheduled or started? */
bool driver_erase_store_live(struct db *tx, const struct uuid *id, bool *live,
                             struct fault *fault) MUST_CHECK;
/* Blanks what tells of him in all tables, and in answers that are stored. `version`: his row's. */
bool driver_erase_store_blank(struct db *tx, const struct uuid *id, int64_t *version,
                              struct fault *fault) MUST_CHECK;
