// SPDX-License-Identifier: MIT
/* When reminders of a critical, unacknowledged incident are sent: after 5 and 15 minutes, then
 * hourly for a day. Pure. */
#pragma once

#include <stdint.h>

/* The number of the reminder that is due when the incident has lasted so long, from 1; 0: none yet,
 * or no more. A missed reminder is not sent late: the next one is sent. */
int escalation_find_step(int64_t lasts_us);
