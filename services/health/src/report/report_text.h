// SPDX-License-Identifier: MIT
/* When the morning report is sent, for which day, and its text, in Russian. Pure, except that times
 * are in the time zone of the process, TZ. */
#pragma once

#include "monitor/monitor.h"

enum {
    REPORT_NEVER = -1,
    REPORT_LATE_MIN = 3 * 60, /* minutes after ALERT_REPORT_AT in which the report may be sent */
    REPORT_LINES_MAX = 10, /* maximum lines of a list; one more has the number of omitted lines */
    REPORT_SUBJECT_MAX = 256,
    REPORT_TEXT_MAX = 16 * 1024
};

/* Reads "09:00" as a minute of the day, "" as REPORT_NEVER. For any other text returns false and
 * leaves `minute_of_day` unchanged. */
bool report_parse_time(const char *text, int *minute_of_day) MUST_CHECK;
/* Whether the report is due: for REPORT_LATE_MIN minutes from minute `at_min` of the day, but not
 * after midnight. */
bool report_is_due(int at_min, int64_t now_us);

struct report_day {
    int day;                /* the day on which the report is sent, such as 20261122 */
    int64_t from_us, to_us; /* midnight before and after the reported day, the day before `day` */
};
struct report_day report_day_if_sent_at(int64_t now_us);

struct report_story {
    const struct monitor_view *view; /* the present state */
    struct report_day day;
    /* Uptimes of the reported day, in the plan's order; NULL: the history is unavailable. */
    const struct uptime *uptimes;
    const struct incident *incidents; /* those that were open on the reported day, newest first */
    size_t incident_count;
    int64_t missed; /* number of samples in gaps that overlap the reported day */
    const char *public_url;
};

/* Writes one line: "Утро 22.11, server2: всё работает". */
void report_write_subject(const struct report_story *story, struct buf *out);
/* Writes several lines, each with its line end. */
void report_write_text(const struct report_story *story, struct buf *out);
