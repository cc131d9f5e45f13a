// SPDX-License-Identifier: MIT
/* The current offset of a time zone in the tables of this machine (RFC 9636, tzfile(5)). Tables
 * from before March 2024 still have Almaty at +06. */
#pragma once

#include "base/fault.h"
#include "base/slice.h"

enum { TIME_ZONE_ALMATY_MINUTES = 5 * 60, TIME_ZONE_FILE_MAX = 16 * 1024 };

/* From the footer of a TZif file of version 2 or later, for a zone without summer time:
 * "<+05>-5". */
bool time_zone_footer_offset(struct slice file, int *minutes) MUST_CHECK;
bool time_zone_offset(const char *name, int *minutes) MUST_CHECK;
