// SPDX-License-Identifier: MIT
/* The present offset of a time zone, as this machine's tables have it (RFC 9636, tzfile(5)). A
 * machine with tables of before March 2024 still has Almaty at +06. */
#pragma once

#include "base/fault.h"
#include "base/slice.h"

enum { TIME_ZONE_ALMATY_MINUTES = 5 * 60, TIME_ZONE_FILE_MAX = 16 * 1024 };

/* Of the footer of a TZif file of version 2 or later, a zone without summer time: "<+05>-5". */
bool time_zone_footer_offset(struct slice file, int *minutes) MUST_CHECK;
bool time_zone_offset(const char *name, int *minutes) MUST_CHECK;
