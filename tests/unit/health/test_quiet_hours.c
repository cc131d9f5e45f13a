// SPDX-License-Identifier: MIT
/* When warnings wait, and when reminders are sent. */
#include <time.h>

#include "notify/escalation.h"
#include "notify/quiet_hours.h"
#include "support/test.h"

TEST_CASE("nights");

/* 2026-11-22 00:00 in Almaty, which is 5 hours ahead of UTC. */
#define DAY_S INT64_C(1795287600)

static const struct {
    const char *why, *quiet;
    int minute; /* of that day */
    bool is;
} nights[] = {
    {"a minute before the start",        "23:00-08:00", 22 * 60 + 59, false},
    {"the start",                        "23:00-08:00", 23 * 60,      true },
    {"the last minute of a day",         "23:00-08:00", 23 * 60 + 59, true },
    {"midnight",                         "23:00-08:00", 0,            true },
    {"the next midnight",                "23:00-08:00", 24 * 60,      true },
    {"the last minute",                  "23:00-08:00", 7 * 60 + 59,  true },
    {"the end",                          "23:00-08:00", 8 * 60,       false},
    {"within a day, before",             "12:30-14:00", 12 * 60 + 29, false},
    {"within a day, at the start",       "12:30-14:00", 12 * 60 + 30, true },
    {"within a day, at the end",         "12:30-14:00", 14 * 60,      false},
    {"from midnight",                    "00:00-06:00", 0,            true },
    {"from midnight, the minute before", "00:00-06:00", 23 * 60 + 59, false},
    {"until midnight, the last minute",  "22:00-00:00", 23 * 60 + 59, true },
    {"until midnight",                   "22:00-00:00", 0,            false},
    {"none",                             "",            3 * 60,       false},
};

TEST_ROWS_WHY(quiet_hours_include_start_and_exclude_end, nights)
{
    struct quiet_hours quiet;

    time_zone("Asia/Almaty");
    ck_assert(quiet_hours_read(row->quiet, &quiet));
    ck_assert(quiet_hours_contain(&quiet, (DAY_S + row->minute * 60) * US_PER_S) == row->is);
    if (row->minute > 0)
        ck_assert_msg(quiet_hours_contain(&quiet, (DAY_S + row->minute * 60) * US_PER_S +
                                                      59999999) == row->is,
                      "to the end of the minute");
}

static const char *const no_quiet[] = {"23:00",       "23:00-",      "24:00-08:00",  "23:60-08:00",
                                       "23:00 08:00", "8:00-09:00",  "23:00-08:00 ", "-23:00-08:0",
                                       "23:00-23:00", "aa:00-08:00", "2 :00-08:00",  "23:00-+8:00"};

TEST_ROWS(invalid_quiet_hours_are_refused, no_quiet)
{
    struct quiet_hours quiet = {1, 2};

    ck_assert_msg(!quiet_hours_read(no_quiet[_i], &quiet), "%s", no_quiet[_i]);
    ck_assert_int_eq(quiet.from, 1);
    ck_assert_int_eq(quiet.until, 2);
}

/* Berlin, 2026: at 01:00 UTC on March 29 02:00 becomes 03:00, on October 25 03:00 becomes 02:00. */
#define SPRING_S INT64_C(1774746000)
#define AUTUMN_S INT64_C(1792890000)

static const struct {
    const char *why, *quiet;
    int64_t at_s;
    bool is;
} changes[] = {
    {"an end within the skipped hour",            "23:00-02:30", SPRING_S - 1,             true },
    {"03:00 follows at once",                     "23:00-02:30", SPRING_S,                 false},
    {"a start within the skipped hour",           "02:30-05:00", SPRING_S - 1,             false},
    {"and follows at once",                       "02:30-05:00", SPRING_S,                 true },
    {"02:15, the first time",                     "23:00-02:30", AUTUMN_S - 2700,          true },
    {"02:45, the first time",                     "23:00-02:30", AUTUMN_S - 900,           false},
    {"02:15, the second time",                    "23:00-02:30", AUTUMN_S + 900,           true },
    {"02:45, the second time",                    "23:00-02:30", AUTUMN_S + 2700,          false},
    {"08:00 of the shorter night",                "23:00-08:00", SPRING_S + 5 * 3600,      false},
    {"a minute before 08:00 of the longer night", "23:00-08:00", AUTUMN_S + 6 * 3600 - 60, true },
};

TEST_ROWS_WHY(quiet_hours_follow_local_time, changes)
{
    struct quiet_hours quiet;

    time_zone("Europe/Berlin");
    ck_assert(quiet_hours_read(row->quiet, &quiet));
    ck_assert(quiet_hours_contain(&quiet, row->at_s * US_PER_S) == row->is);
}

#define MINUTE_US (60 * US_PER_S)
#define HOUR_US   (60 * MINUTE_US)

static const struct {
    const char *why;
    int64_t lasts_us;
    int step;
} lasting[] = {
    {"the beginning",               0,                  0 },
    {"the clock was set back",      -HOUR_US,           0 },
    {"not yet five minutes",        5 * MINUTE_US - 1,  0 },
    {"five minutes",                5 * MINUTE_US,      1 },
    {"not yet fifteen",             15 * MINUTE_US - 1, 1 },
    {"fifteen",                     15 * MINUTE_US,     2 },
    {"not yet an hour",             HOUR_US - 1,        2 },
    {"an hour",                     HOUR_US,            3 },
    {"two hours",                   2 * HOUR_US,        4 },
    {"a day",                       24 * HOUR_US,       26},
    {"the last, until an hour on",  25 * HOUR_US - 1,   26},
    {"no more reminders",           25 * HOUR_US,       0 },
    {"a clock set to another year", 9000 * HOUR_US,     0 },
};

TEST_ROWS_WHY(reminder_steps_follow_duration, lasting)
{
    ck_assert(escalation_find_due_reminder(row->lasts_us) == row->step);
}
