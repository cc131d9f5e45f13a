// SPDX-License-Identifier: MIT
/* When reminders of a critical, unacknowledged incident are sent: after 5 and 15 minutes, then
 * hourly for a day. Pure. */
#pragma once

#include <stdint.h>

/* The number, from 1, of the latest reminder that is due when the incident has lasted
 * `incident_age_us`. 0: no reminder is due yet, or the incident lasts too long. If several
 * reminders were missed, only the latest is sent. */
int escalation_find_due_reminder(int64_t incident_age_us);
