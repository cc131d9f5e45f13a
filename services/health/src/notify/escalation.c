// SPDX-License-Identifier: MIT
#include "notify/escalation.h"

#include "base/array.h"
#include "base/now.h"

enum { HOURS_MAX = 24 };
static const int64_t minute_us = 60 * US_PER_S, hour_us = 3600 * US_PER_S;

/* Minutes after which the reminders before the hourly ones are sent. */
static const int minutes[] = {5, 15};
enum { STEPS = ARRAY_LEN(minutes) };

int escalation_find_due_reminder(int64_t incident_age_us)
{
    const int64_t hours = incident_age_us / hour_us;
    int step = 0;

    if (hours > HOURS_MAX)
        return 0;
    while (step < STEPS && incident_age_us >= minutes[step] * minute_us)
        step++;
    return hours > 0 ? STEPS + (int)hours : step;
}
