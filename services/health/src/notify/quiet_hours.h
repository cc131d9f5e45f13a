// SPDX-License-Identifier: MIT
/* Hours in which warnings wait. Pure, except for the time zone of the process, TZ. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

/* Minutes of the day. Equal: no quiet hours. */
struct quiet_hours {
    int from, until;
};

/* "23:00-08:00"; "": none. False: neither; `out` is unchanged. */
bool quiet_hours_read(const char *text, struct quiet_hours *out) MUST_CHECK;
/* By local time: an hour that is repeated when clocks change is quiet both times. */
bool quiet_hours_contain(const struct quiet_hours *quiet, int64_t now_us);
