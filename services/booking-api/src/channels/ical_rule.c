// SPDX-License-Identifier: MIT
#include "channels/ical_rule.h"

#include <stdlib.h>

static bool is_given(const short *list)
{
    return list[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

static int smallest(const short *list)
{
    int least = abs(list[0]);

    for (size_t i = 1; list[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
        if (abs(list[i]) < least)
            least = abs(list[i]);
    return least;
}

/* The smallest N of the days "N MO" or "-N MO" of a list; 0 if a day has no number. */
static int smallest_position(const short *days)
{
    int least = abs(icalrecurrencetype_day_position(days[0]));

    for (size_t i = 1; days[i] != ICAL_RECURRENCE_ARRAY_MAX; i++) {
        const int position = abs(icalrecurrencetype_day_position(days[i]));
        if (position < least)
            least = position;
    }
    return least;
}

/* A monthly rule matches in one month of each year at least: each month has days 1 to 28 and four
 * of each day of the week. */
static bool matches_often(const struct icalrecurrencetype *rule)
{
    const bool has_days = is_given(rule->by_day), has_dates = is_given(rule->by_month_day);
    const int position = has_days ? smallest_position(rule->by_day) : 0;
    const int chosen = is_given(rule->by_set_pos) ? smallest(rule->by_set_pos) : 1;

    if (has_dates && smallest(rule->by_month_day) > (is_given(rule->by_month) ? 28 : 31))
        return false;
    if (has_days && has_dates)
        return position == 0 && chosen == 1;
    return position <= 5 && (chosen == 1 || (has_days && position == 0 && chosen <= 4));
}

bool ical_rule_is_cheap(const struct icalrecurrencetype *rule)
{
    switch (rule->freq) {
    case ICAL_SECONDLY_RECURRENCE:
    case ICAL_MINUTELY_RECURRENCE:
    case ICAL_HOURLY_RECURRENCE:
        return !is_given(rule->by_second) && !is_given(rule->by_minute) &&
               !is_given(rule->by_hour) && !is_given(rule->by_day) &&
               !is_given(rule->by_month_day) && !is_given(rule->by_year_day) &&
               !is_given(rule->by_week_no) && !is_given(rule->by_month) &&
               !is_given(rule->by_set_pos);
    case ICAL_MONTHLY_RECURRENCE:
        return matches_often(rule);
    case ICAL_DAILY_RECURRENCE:
    case ICAL_WEEKLY_RECURRENCE:
    case ICAL_YEARLY_RECURRENCE:
    case ICAL_NO_RECURRENCE:
        break;
    }
    return true;
}
