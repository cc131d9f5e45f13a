// SPDX-License-Identifier: MIT
/* JSON of checks and of their histories. */
#pragma once

#include "base/buf.h"
#include "json/fields.h"

#include "monitor/monitor.h"

void status_encode(const struct monitor_view *view, struct buf *out);
void check_points_encode(const struct trend_point *points, size_t count, struct buf *out);

struct check_history_query {
    int64_t hours; /* 24 unless the query sets it */
};
extern const struct fields check_history_fields;
