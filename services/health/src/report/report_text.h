// SPDX-License-Identifier: MIT
/* The text of the morning report, in Russian. Pure, except that times are in the time zone of the
 * process (i18n_time()). */
#pragma once

#include "monitor/monitor.h"
#include "report/report_time.h"

enum {
    REPORT_LINES_MAX = 10, /* of a list; the text gives the number of the others */
    REPORT_SUBJECT_MAX = 256,
    REPORT_TEXT_MAX = 16 * 1024
};

struct report_story {
    const struct monitor_view *view; /* current */
    struct report_day day;
    const struct uptime *uptimes;     /* of that day, in the plan's order; NULL: history is
                                       * unavailable */
    const struct incident *incidents; /* that were open on that day, newest first */
    size_t incident_count;
    int64_t missed; /* samples of that day */
    const char *public_url;
};

/* One line: "Утро 22.11, server2: всё работает". */
void report_subject(const struct report_story *story, struct buf *out);
/* Several lines, each with its line end. */
void report_text(const struct report_story *story, struct buf *out);
