// SPDX-License-Identifier: MIT
/* What the morning report says, in Russian. Pure, but for the zone of the process, in which
 * i18n_time() tells times. */
#pragma once

#include "monitor/monitor.h"
#include "report/report_time.h"

enum {
    REPORT_LINES_MAX = 10, /* of a list; how many more there are is told */
    REPORT_SUBJECT_MAX = 256,
    REPORT_TEXT_MAX = 16 * 1024
};

struct report_story {
    const struct monitor_view *view; /* now */
    struct report_day day;
    const struct uptime *uptimes;     /* of that day, in the plan's order; NULL: history is away */
    const struct incident *incidents; /* that lasted on that day, the newest first */
    size_t incident_count;
    int64_t missed; /* samples of that day */
    const char *public_url;
};

/* One line: "Утро 22.11, server2: всё работает". */
void report_subject(const struct report_story *story, struct buf *out);
/* Several lines, each with its end. */
void report_text(const struct report_story *story, struct buf *out);
