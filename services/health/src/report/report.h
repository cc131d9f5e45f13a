// SPDX-License-Identifier: MIT
/* The morning report: once a day a summary of the previous day, sent on each configured channel
 * except REPORT_EXCLUDED.
 *
 * A channel is marked after it has accepted the report. If the process is killed between these two
 * steps, the report is sent again on this channel; the e-mail then has the same Message-ID. A
 * channel that fails is retried every ten minutes until the report is too old (REPORT_LATE_MIN). */
#pragma once

#include <stdio.h>

#include "api/periodic.h"

#include "report/report_text.h"

/* Whether report_start() can use the variables. Otherwise prints mistakes like
 * alerts_check_config(). */
bool report_check_config(const struct health_config *config, FILE *errors);

struct report {
    const struct health_app *app;
    int at_min;            /* minute of the day, or REPORT_NEVER */
    int64_t began_ns;      /* start of the process */
    int64_t not_before_ns; /* end of the pause after the last attempt */
    struct periodic task;
};
/* Borrows the parts of `app` that were started before. Fails with FAULT_INVALID
 * "bad_alert_report_at". */
bool report_start(struct report *report, const struct health_app *app, struct fault *fault);
void report_stop(struct report *report); /* may have not been started */
/* Sends the report of today if it is due and not yet sent. For the periodic task and for tests. */
bool report_send_if_due(void *report, struct fault *fault) MUST_CHECK;

/* Channels that do not send the report (bit n for channel n), because SMS are expensive. */
enum { REPORT_EXCLUDED = 1U << ALERT_SMS };

struct report_page {
    char subject[REPORT_SUBJECT_MAX];
    char text[REPORT_TEXT_MAX];
};
/* Must run in a fiber. Writes the report as it would be sent now. Returns new, to be freed by
 * free(). */
struct report_page *report_write_page(struct report *report, struct fault *fault);
