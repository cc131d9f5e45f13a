// SPDX-License-Identifier: MIT
/* The names of checks on the disk. A check that left the plan keeps its id. */
#pragma once

#include "config/plan.h"
#include "storage/sqlite.h"

/* Gets the ids of the plan's checks; unknown names are added. */
bool check_name_store_ids(struct sqlite *sqlite, const struct plan *plan, int64_t *ids,
                          struct fault *fault) MUST_CHECK;
