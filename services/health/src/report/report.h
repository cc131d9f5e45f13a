// SPDX-License-Identifier: MIT
/* The morning report: once a day, by each channel that tells notes, what the day before was like.
 *
 * That a channel has told it is written when the channel has taken it, so a process that is killed
 * between the two tells it again, by e-mail with the id of the first. A channel that fails is asked
 * again every ten minutes, until the report is too old (report_time.h). */
#pragma once

#include <stdio.h>

#include "report/report_text.h"

struct health_config;
struct report;

struct report_options {
    struct loop *loop;
    const struct health_config *config;
    const struct plan *plan;
    struct history *history;
    struct alerts *alerts;
    struct monitor *monitor;
};

/* As alerts_check(). */
bool report_check(const struct health_config *config, FILE *errors);
/* Returns new. FAULT_INVALID "bad_alert_report_at". */
struct report *report_start(const struct report_options *options, struct fault *fault);
void report_stop(struct report *report); /* takes NULL */
/* Tells the report where its time has come; the periodic task, and for tests. */
bool report_run(void *report, struct fault *fault) MUST_CHECK;

/* An SMS is too short and too dear for it: bit n for channel n. */
enum { REPORT_EXCLUDED = 1U << ALERT_SMS };

struct report_page {
    char subject[REPORT_SUBJECT_MAX];
    char text[REPORT_TEXT_MAX];
};
/* Today's, as it is now. In a fiber. Returns new, for free(). */
struct report_page *report_write(struct report *report, struct fault *fault);
