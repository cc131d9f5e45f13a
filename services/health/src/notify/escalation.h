// SPDX-License-Identifier: MIT
/* When a critical incident that nobody has acknowledged is told again: after 5 and 15 minutes, then
 * hourly for a day. Pure. */
#pragma once

#include <stdint.h>

/* The step that is reached, from 1; 0: none yet, or no more. One that nobody told in its time is
 * not made up for: the next one is told. */
int escalation_step(int64_t lasts_us);
