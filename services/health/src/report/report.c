// SPDX-License-Identifier: MIT
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/log.h"
#include "base/now.h"

#include "app.h"

enum {
    EVERY_MS = 20 * 1000,
    RUN_MS = 60 * 1000,
    PAGES_MAX = 5,  /* maximum number of pages of incidents that are read, newest first */
    MISSED_MAX = 64 /* maximum number of gaps of the history that are read, newest first */
};
static const int64_t retry_ns = 600 * NS_PER_S; /* pause after an attempt to send */
/* While the overall status is unknown, a report is not sent until this time after the start. */
static const int64_t settle_ns = 120 * NS_PER_S;

/* --- content --- */

struct facts {
    struct monitor_view view;
    struct uptime uptimes[CHECKS_MAX];
    struct incident incidents[PAGES_MAX * INCIDENTS_MAX];
    struct missed missed[MISSED_MAX];
    struct report_story story;
};

/* Collects the incidents that were open on the reported day, if they are among the newest PAGES_MAX
 * pages. */
static bool collect_incidents_of_day(struct report *report, struct facts *facts,
                                     struct fault *fault)
{
    const struct report_day *day = &facts->story.day;
    struct uuid before = uuid_max;
    size_t kept = 0;

    for (size_t page = 0; page < PAGES_MAX; page++) {
        struct incident *found = &facts->incidents[kept];
        size_t count = INCIDENTS_MAX, keep = 0;

        if (!history_list_incidents(report->app->history, &before, false, found, &count, fault))
            return false;
        if (count > 0)
            before = found[count - 1].id;
        for (size_t i = 0; i < count; i++)
            if (found[i].started_us < day->to_us &&
                (found[i].ended_us == 0 || found[i].ended_us > day->from_us))
                found[keep++] = found[i];
        kept += keep;
        if (count < INCIDENTS_MAX)
            break;
    }
    facts->story.incidents = facts->incidents;
    facts->story.incident_count = kept;
    return true;
}

/* The number of samples dropped in a gap that overlaps the day; 0: the gap does not overlap it. */
static int64_t missed_samples_if_overlaps(const struct missed *missed, const struct report_day *day)
{
    return missed->samples > 0 && missed->from_us < day->to_us && missed->to_us >= day->from_us
               ? missed->samples
               : 0;
}

/* Collects uptimes and gaps from the history. If the disk is unavailable, uptimes are omitted. */
static void collect_uptimes_and_gaps(struct report *report, struct facts *facts)
{
    const struct report_day *day = &facts->story.day;
    size_t count = MISSED_MAX;
    struct fault fault;

    if (history_read_uptimes(report->app->history, day->from_us, day->to_us, facts->uptimes,
                             &fault))
        facts->story.uptimes = facts->uptimes;
    if (history_list_gaps(report->app->history, facts->missed, &count, &fault))
        for (size_t i = 0; i < count; i++)
            facts->story.missed += missed_samples_if_overlaps(&facts->missed[i], day);
    const struct missed missing = history_current_gap(report->app->history);
    facts->story.missed += missed_samples_if_overlaps(&missing, day);
}

static bool write_subject_and_text(struct facts *facts, struct report_page *page,
                                   struct fault *fault)
{
    struct buf subject, text;

    buf_init_over(&subject, page->subject, sizeof page->subject - 1);
    buf_init_over(&text, page->text, sizeof page->text - 1);
    report_write_subject(&facts->story, &subject);
    report_write_text(&facts->story, &text);
    return buf_ok(&subject, fault) && buf_ok(&text, fault);
}

struct report_page *report_write_page(struct report *report, struct fault *fault)
{
    auto_free struct facts *facts = fault_calloc(sizeof *facts, "a report", fault);

    if (facts == NULL)
        return NULL;
    facts->story = (struct report_story){.view = &facts->view,
                                         .day = report_day_if_sent_at(now_wall_us()),
                                         .public_url = report->app->config->public_url};
    if (!collect_incidents_of_day(report, facts, fault))
        return NULL;
    collect_uptimes_and_gaps(report, facts);
    monitor_get_view(report->app->monitor, &facts->view); /* last: the view is valid until the
                                                           * next event-loop iteration */
    struct report_page *page = fault_calloc(sizeof *page, "a report", fault);

    if (page == NULL || write_subject_and_text(facts, page, fault))
        return page;
    free(page);
    return NULL;
}

/* --- sending --- */

static bool send_report(struct report *report, int day, unsigned excluded, struct fault *fault)
{
    auto_free struct report_page *page = report_write_page(report, fault);
    struct alert_delivery deliveries[ALERT_CHANNELS];
    char id[NOTE_ID_MAX + 1];
    size_t count;

    if (page == NULL)
        return false;
    snprintf(id, sizeof id, "report.%d.%.40s", day, report->app->plan->server);
    const struct alert_note note = {.id = id, .subject = page->subject, .text = page->text};
    report->not_before_ns = now_mono_ns() + retry_ns;
    if (!alerts_send_note(report->app->alerts, &note, excluded, deliveries, &count, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!deliveries[i].delivered)
            LOG(LOG_ERROR, "report_not_told", "The morning report was not sent",
                log_str("channel", deliveries[i].channel), log_str("code", deliveries[i].code));
        else if (!history_report_mark_sent(report->app->history, day, deliveries[i].number, fault))
            return false;
    }
    return true;
}

bool report_send_if_due(void *data, struct fault *fault)
{
    struct report *report = data;
    const int64_t now_us = now_wall_us(), now_ns = now_mono_ns();
    struct alert_delivery left[ALERT_CHANNELS];
    struct monitor_view view;
    unsigned sent;
    size_t count;

    if (!report_is_due(report->at_min, now_us) || now_ns < report->not_before_ns)
        return true;
    const int day = report_day_if_sent_at(now_us).day;

    if (!history_read_sent_report_channels(report->app->history, day, &sent, fault))
        return false;
    sent |= REPORT_EXCLUDED;
    if (!alerts_send_note(report->app->alerts, NULL, sent, left, &count, fault))
        return false;
    monitor_get_view(report->app->monitor, &view);
    if (count == 0 || (view.overall == VERDICT_UNKNOWN && now_ns < report->began_ns + settle_ns))
        return true;
    return send_report(report, day, sent, fault);
}

static bool read_report_time(const struct health_config *config, int *minute_of_day,
                             struct fault *fault)
{
    return report_parse_time(config->alert_report, minute_of_day) ||
           fault_set(fault, FAULT_INVALID, "bad_alert_report_at",
                     "ALERT_REPORT_AT must be a time of the day, like 09:00.");
}

bool report_check_config(const struct health_config *config, FILE *errors)
{
    struct fault fault;
    int minute;
    const bool ok = read_report_time(config, &minute, &fault);

    if (!ok)
        fprintf(errors, "%s\n", fault.detail);
    return ok;
}

bool report_start(struct report *report, const struct health_app *app, struct fault *fault)
{
    static const struct periodic_task task = {"morning report", report_send_if_due, EVERY_MS,
                                              RUN_MS, .at_once = false};

    *report = (struct report){.app = app, .began_ns = now_mono_ns()};
    if (!read_report_time(app->config, &report->at_min, fault))
        return false;
    periodic_start(&report->task, app->service->loop, &task, report);
    return true;
}

void report_stop(struct report *report)
{
    periodic_stop(&report->task);
}
