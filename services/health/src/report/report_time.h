// SPDX-License-Identifier: MIT
/* When the morning report is sent, and for which day. Pure, except for the time zone, TZ. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

enum {
    REPORT_NEVER = -1,
    REPORT_LATE_MIN = 3 * 60 /* minutes after its time, within which the report is still sent */
};

/* Reads "09:00" as a minute of the day, "" as REPORT_NEVER. False for other text; `out` is
 * unchanged. */
bool report_at_read(const char *text, int *out) MUST_CHECK;
/* True if the report is due: from minute `at_min` on for REPORT_LATE_MIN, on the same day. */
bool report_is_due(int at_min, int64_t now_us);

struct report_day {
    int day;                /* 20261122: the day on which the report is sent */
    int64_t from_us, to_us; /* the reported day, from midnight to midnight */
};
struct report_day report_day_of(int64_t now_us);
