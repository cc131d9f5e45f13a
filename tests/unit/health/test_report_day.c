// SPDX-License-Identifier: MIT
/* The report of a day is sent once on each channel, also across restarts; and its data from
 * history. */
#include <time.h>

#include "api/periodic.h"

#include "app.h"
#include "history_fixture.h"
#include "notify/alerts.h"
#include "report/report.h"

/* 2026-11-22 00:00 in Almaty, which is 5 hours ahead of UTC. */
#define MIDNIGHT (INT64_C(1795287600) * US_PER_S)

static struct service service;
static struct health_app app;
static struct report report;
static struct verdict_state states[2];
static struct check_verdict verdicts[2];
static enum verdict overall;
static unsigned failing; /* bit n: channel n fails */
static int sent[ALERT_CHANNELS];
static char ids[ALERT_CHANNELS][NOTE_ID_MAX + 1];
static const struct health_config config = {.alert_report = "09:00", .public_url = ""};

__typeof__(monitor_get_view) __wrap_monitor_get_view;
void __wrap_monitor_get_view(struct monitor *monitor, struct monitor_view *out)
{
    *out = (struct monitor_view){.plan = &fixture.plan,
                                 .states = states,
                                 .verdicts = verdicts,
                                 .overall = overall,
                                 .now_us = now_wall_us()};
}

__typeof__(alerts_send_note) __wrap_alerts_send_note;
bool __wrap_alerts_send_note(struct alerts *alerts, const struct alert_note *note,
                             unsigned excluded, struct alert_delivery out[ALERT_CHANNELS],
                             size_t *count, struct fault *fault)
{
    *count = 0;
    for (unsigned i = ALERT_TELEGRAM; i <= ALERT_EMAIL; i++) {
        if ((excluded >> i & 1) != 0)
            continue;
        const bool delivered = note != NULL && (failing >> i & 1) == 0;
        out[(*count)++] = (struct alert_delivery){.number = (enum alert_channel)i,
                                                  .channel = "one",
                                                  .delivered = delivered,
                                                  .code = "away"};
        sent[i] += delivered;
        if (delivered)
            snprintf(ids[i], sizeof ids[i], "%s", note->id);
    }
    return true;
}

/* Tests run the task themselves. */
__typeof__(periodic_start) __wrap_periodic_start;
void __wrap_periodic_start(struct periodic *periodic, struct loop *loop,
                           const struct periodic_task *task, void *data)
{
}

static void start(void)
{
    service.loop = fixture.loop;
    app = (struct health_app){
        .service = &service, .config = &config, .plan = &fixture.plan, .history = fixture.history};
    ck_ok(report_start(&report, &app, &fault));
}

static void restart(void)
{
    report_stop(&report);
    history_fixture_restart();
    start();
}

static void begin(void)
{
    time_zone("Asia/Almaty");
    now_freeze(MIDNIGHT, 1);
    overall = VERDICT_GREEN;
    failing = 0;
    memset(sent, 0, sizeof sent);
    history_fixture_open(2, 10000);
    start();
}

static void end(void)
{
    report_stop(&report);
    history_fixture_close();
}

TEST_CASE("report_day", .setup = begin, .teardown = end, .timeout_s = 60);

static void run_report(int hour, int minute)
{
    now_advance_us(MIDNIGHT + (hour * 60 + minute) * 60 * US_PER_S - now_wall_us());
    ck_ok(report_send_if_due(&report, &fault));
}

static void assert_sent(int by_telegram, int by_email)
{
    ck_assert_int_eq(sent[ALERT_TELEGRAM], by_telegram);
    ck_assert_int_eq(sent[ALERT_EMAIL], by_email);
}

FIBER_TEST(day_has_one_report)
{
    run_report(8, 59);
    assert_sent(0, 0);
    run_report(9, 0);
    assert_sent(1, 1);
    run_report(9, 20);
    restart();
    run_report(9, 40);
    assert_sent(1, 1);
    run_report(33, 0); /* the next morning */
    assert_sent(2, 2);
    ck_assert_str_eq(ids[ALERT_EMAIL], "report.20261123.server1");
    restart();
    run_report(34, 0);
    assert_sent(2, 2);
}

FIBER_TEST(failed_channel_is_retried_until_too_late)
{
    failing = 1U << ALERT_EMAIL;
    run_report(9, 0);
    assert_sent(1, 0);
    failing = 0;
    run_report(9, 9);
    assert_sent(1, 0);
    run_report(9, 11);
    assert_sent(1, 1);
    ck_assert_str_eq(ids[ALERT_EMAIL], "report.20261122.server1");
    failing = 1U << ALERT_TELEGRAM;
    run_report(33, 0);
    failing = 0;
    run_report(36, 0); /* noon */
    assert_sent(1, 2);
}

FIBER_TEST(report_is_sent_late_but_not_in_the_afternoon)
{
    run_report(11, 59);
    assert_sent(1, 1);
    run_report(24 + 12, 0);
    assert_sent(1, 1);
}

FIBER_TEST(new_process_probes_before_reporting)
{
    overall = VERDICT_UNKNOWN;
    now_advance_us(10 * 3600 * US_PER_S);
    restart();
    run_report(10, 1);
    assert_sent(0, 0);
    overall = VERDICT_GREEN;
    run_report(10, 1);
    assert_sent(1, 1);
}

FIBER_TEST(report_is_sent_even_if_status_stays_unknown)
{
    overall = VERDICT_UNKNOWN;
    run_report(9, 0);
    assert_sent(1, 1);
}

/* --- data from history --- */

static void ask(struct uptime uptimes[2])
{
    fixture.checks[1].outside = true;
    history_fixture_write();
    ck_ok(history_read_uptimes(fixture.history, MIDNIGHT - HISTORY_DAY_US, MIDNIGHT, uptimes,
                               &fault));
}

FIBER_TEST(day_is_summed_in_its_time_zone)
{
    struct uptime uptimes[2];

    for (int i = -1; i <= 100; i++) { /* one before the day, one after it */
        const int64_t at_us = i == -1    ? MIDNIGHT - HISTORY_DAY_US - 10 * US_PER_S
                              : i == 100 ? MIDNIGHT
                                         : MIDNIGHT - (100 - i) * 10 * US_PER_S;
        const bool within = i >= 0 && i < 100;

        history_add_sample(fixture.history, 0, within && i >= 25 ? VERDICT_GREEN : VERDICT_RED,
                           at_us, 1000);
        if (within)
            history_add_sample(fixture.history, 1, VERDICT_GREEN, at_us, (i + 1) * 1000);
    }
    ask(uptimes);
    ck_assert_double_eq_tol((double)uptimes[0].up, 0.75, 1e-6);
    ck_assert(isnan(uptimes[0].p95_ms));
    ck_assert_double_eq((double)uptimes[1].up, 1);
    ck_assert_double_eq_tol((double)uptimes[1].p95_ms, 95, 1e-6);
}

FIBER_TEST(day_without_samples_is_unknown)
{
    struct uptime uptimes[2];

    ask(uptimes);
    ck_assert(isnan(uptimes[0].up) && isnan(uptimes[1].up) && isnan(uptimes[1].p95_ms));
}

FIBER_TEST(incidents_of_that_day_are_reported)
{
    static const int64_t hours[][2] = {
        {-30, -25},
        {-5,  1  },
        {3,   4  },
        {23,  25 },
        {25,  26 }
    };
    const int64_t day_us = MIDNIGHT - HISTORY_DAY_US;
    struct report_page *page;

    for (size_t i = 0; i < ARRAY_LEN(hours); i++) {
        struct incident incident = history_fixture_incident(0, LEVEL_RED);

        incident.started_us = day_us + hours[i][0] * HISTORY_HOUR_US;
        ck_ok(history_incident_begin(fixture.history, &incident, 0, &fault));
        ck_ok(history_incident_end(fixture.history, &incident.id,
                                   day_us + hours[i][1] * HISTORY_HOUR_US, &fault));
    }
    now_advance_us(9 * HISTORY_HOUR_US);
    ck_ok((page = report_write_page(&report, &fault)) != NULL);
    ck_has(page->text, "Сбоев и предупреждений: 3\n");
    free(page);
}
