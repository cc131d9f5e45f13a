// SPDX-License-Identifier: MIT
/* SQL of what staff must hear of at once. */
#pragma once

#include "db/query.h"

struct watch_counts {
    int64_t sos_unanswered;
    int64_t trips_overdue;
    bool count; /* there are ratings to be counted */
};
bool watch_store_count(struct db *db, struct watch_counts *out, struct fault *fault) MUST_CHECK;
