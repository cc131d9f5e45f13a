// SPDX-License-Identifier: MIT
/* The morning report: once a day a summary of the previous day, sent on each channel that sends
 * notes.
 *
 * A channel is marked after it has accepted the report, so a process that is killed before the mark
 * sends it again; the e-mail then has the same id. A channel that fails is retried every ten
 * minutes until the report is too old (report_text.h). */
#pragma once

#include <stdio.h>

#include "report/report_text.h"

struct health_app;
struct health_config;
struct report;

/* True if report_start() could use the variables. Otherwise prints mistakes like alerts_check(). */
bool report_check(const struct health_config *config, FILE *errors);
/* Returns new; borrows the parts of `app` that were started before. FAULT_INVALID
 * "bad_alert_report_at". */
struct report *report_start(const struct health_app *app, struct fault *fault);
void report_stop(struct report *report); /* takes NULL */
/* Sends the report if it is due. For the periodic task and for tests. */
bool report_run(void *report, struct fault *fault) MUST_CHECK;

/* Channels that do not send the report (bit n for channel n), because SMS are expensive. */
enum { REPORT_EXCLUDED = 1U << ALERT_SMS };

struct report_page {
    char subject[REPORT_SUBJECT_MAX];
    char text[REPORT_TEXT_MAX];
};
/* Must run in a fiber. Today's report up to now. Returns new, to be freed by free(). */
struct report_page *report_write(struct report *report, struct fault *fault);
