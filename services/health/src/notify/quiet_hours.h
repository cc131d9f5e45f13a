// SPDX-License-Identifier: MIT
/* Quiet hours, in which warnings wait. Pure, except for the time zone of the process, TZ. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

/* First minute of the quiet hours, and first minute after them, counted from midnight. If both are
 * equal, there are no quiet hours. */
struct quiet_hours {
    int from, until;
};

/* Reads "23:00-08:00", or "" for none. False for any other text; `out` is then unchanged. */
bool quiet_hours_read(const char *text, struct quiet_hours *out) MUST_CHECK;
/* Whether the local time is in the quiet hours. An hour that is repeated when clocks change is
 * quiet both times. */
bool quiet_hours_contain(const struct quiet_hours *quiet, int64_t now_us);
