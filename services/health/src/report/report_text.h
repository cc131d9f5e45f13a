// SPDX-License-Identifier: MIT
/* When the morning report is sent, for which day, and its text, in Russian. Pure, except that times
 * are in the time zone of the process, TZ. */
#pragma once

#include "monitor/monitor.h"

enum {
    REPORT_NEVER = -1,
    REPORT_LATE_MIN = 3 * 60, /* minutes after its time, within which the report is still sent */
    REPORT_LINES_MAX = 10,    /* lines of a list; the text says how many are omitted */
    REPORT_SUBJECT_MAX = 256,
    REPORT_TEXT_MAX = 16 * 1024
};

/* Reads "09:00" as a minute of the day, "" as REPORT_NEVER. False for other text; `out` is
 * unchanged. */
bool report_at_read(const char *text, int *out) MUST_CHECK;
/* True if the report is due: from minute `at_min` on for REPORT_LATE_MIN, on the same day. */
bool report_is_due(int at_min, int64_t now_us);

struct report_day {
    int day;                /* 20261122: the day on which the report is sent */
    int64_t from_us, to_us; /* the reported day, from midnight to midnight */
};
struct report_day report_day_of(int64_t now_us);

struct report_story {
    const struct monitor_view *view; /* the present state */
    struct report_day day;
    /* Uptimes of the reported day, in the plan's order; NULL: the history is unavailable. */
    const struct uptime *uptimes;
    const struct incident *incidents; /* those that were open on the reported day, newest first */
    size_t incident_count;
    int64_t missed; /* samples of the reported day that were not written */
    const char *public_url;
};

/* Writes one line: "Утро 22.11, server2: всё работает". */
void report_write_subject(const struct report_story *story, struct buf *out);
/* Writes several lines, each with its line end. */
void report_write_text(const struct report_story *story, struct buf *out);
