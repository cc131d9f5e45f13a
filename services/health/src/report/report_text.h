// SPDX-License-Identifier: MIT
/* The text of the morning report, in Russian. Pure, except that times are in the time zone of the
 * process (i18n_put_time()). */
#pragma once

#include "monitor/monitor.h"
#include "report/report_time.h"

enum {
    REPORT_LINES_MAX = 10, /* lines of a list; the text says how many are omitted */
    REPORT_SUBJECT_MAX = 256,
    REPORT_TEXT_MAX = 16 * 1024
};

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
