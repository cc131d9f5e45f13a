// SPDX-License-Identifier: MIT
/* SQL of the figures for alerts to staff. */
#pragma once

#include "db/query.h"

struct watch_counts {
    int64_t sos_unanswered;
    int64_t trips_overdue;
    bool count; /* some ratings have become final and are not counted */
};
bool watch_store_count(struct db *db, struct watch_counts *out, struct fault *fault) MUST_CHECK;
