// SPDX-License-Identifier: MIT
/* Hours in which warnings wait. Pure, but for the zone of the process, TZ. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

/* Minutes of the day. Equal: no quiet hours. */
struct quiet_hours {
    int from, until;
};

/* "09:00", two digits each, up to 23:59. False: it is none, and `out` is untouched. */
bool quiet_hours_read_time(const char *text, size_t len, int *out) MUST_CHECK;
/* "23:00-08:00"; "": none. False: it is neither, and `out` is untouched. */
bool quiet_hours_read(const char *text, struct quiet_hours *out) MUST_CHECK;
/* As a clock on the wall shows it: the hour that a change of the clocks repeats is as quiet as the
 * first time. */
bool quiet_hours_contain(const struct quiet_hours *quiet, int64_t now_us);
