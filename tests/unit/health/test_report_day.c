// SPDX-License-Identifier: MIT
/* The report of a day goes out once by each channel, over restarts; and what it asks of history. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "api/periodic.h"

#include "config.h"
#include "history_fixture.h"
#include "notify/alerts.h"
#include "report/report.h"

/* 2026-11-22 00:00 in Almaty, which is 5 hours ahead of UTC. */
#define MIDNIGHT (INT64_C(1795287600) * US_PER_S)

static struct stand stand;
static struct report *report;
static struct verdict_state states[2];
static struct check_verdict verdicts[2];
static enum verdict overall;
static unsigned failing; /* bit n: channel n takes nothing */
static int said[ALERT_CHANNELS];
static char ids[ALERT_CHANNELS][NOTE_ID_MAX + 1];
static const struct health_config config = {.alert_report = "09:00", .public_url = ""};

void __wrap_monitor_view(struct monitor *monitor, struct monitor_view *out);
void __wrap_monitor_view(struct monitor *monitor, struct monitor_view *out)
{
    *out = (struct monitor_view){.plan = &stand.plan,
                                 .states = states,
                                 .verdicts = verdicts,
                                 .overall = overall,
                                 .now_us = now_wall_us()};
}

bool __wrap_alerts_send_note(struct alerts *alerts, const struct alert_note *note,
                             unsigned excluded, struct alert_delivery out[ALERT_CHANNELS],
                             size_t *count, struct fault *fault);
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
        said[i] += delivered;
        if (delivered)
            snprintf(ids[i], sizeof ids[i], "%s", note->id);
    }
    return true;
}

/* Tests look by themselves. */
struct periodic *__wrap_periodic_start(struct loop *loop, const struct periodic_options *options,
                                       struct fault *fault);
struct periodic *__wrap_periodic_start(struct loop *loop, const struct periodic_options *options,
                                       struct fault *fault)
{
    static int here;

    return (struct periodic *)(void *)&here;
}

void __wrap_periodic_stop(struct periodic *periodic);
void __wrap_periodic_stop(struct periodic *periodic)
{
}

static void start(void)
{
    const struct report_options options = {
        .loop = stand.loop, .config = &config, .plan = &stand.plan, .history = stand.history};

    FINE((report = report_start(&options, &fault)) != NULL);
}

static void restart(void)
{
    report_stop(report);
    stand_restart(&stand);
    start();
}

static void begin(void)
{
    setenv("TZ", "Asia/Almaty", 1);
    tzset();
    now_freeze(MIDNIGHT, 1);
    overall = VERDICT_GREEN;
    failing = 0;
    memset(said, 0, sizeof said);
    stand_open(&stand, 2, 10000);
    start();
}

static void end(void)
{
    report_stop(report);
    stand_close(&stand);
    now_thaw();
}

static void look_now(struct stand *of, void *data)
{
    FINE(report_run(report, &fault));
}

static void look(int hour, int minute)
{
    now_advance_us(MIDNIGHT + (hour * 60 + minute) * 60 * US_PER_S - now_wall_us());
    stand_run(&stand, look_now, NULL);
}

static void told(int by_telegram, int by_email)
{
    ck_assert_int_eq(said[ALERT_TELEGRAM], by_telegram);
    ck_assert_int_eq(said[ALERT_EMAIL], by_email);
}

START_TEST(a_day_has_one_report)
{
    look(8, 59);
    told(0, 0);
    look(9, 0);
    told(1, 1);
    look(9, 20);
    restart();
    look(9, 40);
    told(1, 1);
    look(33, 0); /* the next morning */
    told(2, 2);
    ck_assert_str_eq(ids[ALERT_EMAIL], "report.20261123.server1");
    restart();
    look(34, 0);
    told(2, 2);
}
END_TEST

START_TEST(a_channel_that_fails_is_asked_again_until_it_is_too_late)
{
    failing = 1U << ALERT_EMAIL;
    look(9, 0);
    told(1, 0);
    failing = 0;
    look(9, 9);
    told(1, 0);
    look(9, 11);
    told(1, 1);
    ck_assert_str_eq(ids[ALERT_EMAIL], "report.20261122.server1");
    failing = 1U << ALERT_TELEGRAM;
    look(33, 0);
    failing = 0;
    look(36, 0); /* noon */
    told(1, 2);
}
END_TEST

START_TEST(a_process_that_was_down_tells_it_late_but_not_in_the_afternoon)
{
    look(11, 59);
    told(1, 1);
    look(24 + 12, 0);
    told(1, 1);
}
END_TEST

START_TEST(one_that_has_just_begun_first_looks)
{
    overall = VERDICT_UNKNOWN;
    now_advance_us(10 * 3600 * US_PER_S);
    restart();
    look(10, 1);
    told(0, 0);
    overall = VERDICT_GREEN;
    look(10, 1);
    told(1, 1);
}
END_TEST

START_TEST(one_that_never_knows_tells_it_all_the_same)
{
    overall = VERDICT_UNKNOWN;
    look(9, 0);
    told(1, 1);
}
END_TEST

/* --- what it asks of history --- */

static void ask(struct stand *of, void *data)
{
    struct uptime *uptimes = data;

    FINE(history_write(stand.history, &fault));
    FINE(history_uptime(stand.history, MIDNIGHT - HISTORY_DAY_US, MIDNIGHT, uptimes, &fault));
}

START_TEST(a_day_of_a_zone_is_added_up)
{
    struct uptime uptimes[2];

    stand.checks[1].outside = true;
    for (int i = -1; i <= 100; i++) { /* one before the day, one behind it */
        const int64_t at_us = i == -1    ? MIDNIGHT - HISTORY_DAY_US - 10 * US_PER_S
                              : i == 100 ? MIDNIGHT
                                         : MIDNIGHT - (100 - i) * 10 * US_PER_S;
        const bool within = i >= 0 && i < 100;

        history_add_sample(stand.history, 0, within && i >= 25 ? VERDICT_GREEN : VERDICT_RED, at_us,
                           1000);
        if (within)
            history_add_sample(stand.history, 1, VERDICT_GREEN, at_us, (i + 1) * 1000);
    }
    stand_run(&stand, ask, uptimes);
    ck_assert_double_eq_tol((double)uptimes[0].up, 0.75, 1e-6);
    ck_assert(isnan(uptimes[0].p95_ms));
    ck_assert_double_eq((double)uptimes[1].up, 1);
    ck_assert_double_eq_tol((double)uptimes[1].p95_ms, 95, 1e-6);
}
END_TEST

START_TEST(a_day_without_samples_is_not_known)
{
    struct uptime uptimes[2];

    stand.checks[1].outside = true;
    stand_run(&stand, ask, uptimes);
    ck_assert(isnan(uptimes[0].up) && isnan(uptimes[1].up) && isnan(uptimes[1].p95_ms));
}
END_TEST

static void had_incidents(struct stand *of, void *data)
{
    const int64_t day_us = MIDNIGHT - HISTORY_DAY_US;
    static const int64_t hours[][2] = {
        {-30, -25},
        {-5,  1  },
        {3,   4  },
        {23,  25 },
        {25,  26 }
    };

    for (size_t i = 0; i < 5; i++) {
        struct incident incident = stand_incident(&stand, 0, LEVEL_RED);

        incident.started_us = day_us + hours[i][0] * HISTORY_HOUR_US;
        FINE(history_incident_begin(stand.history, &incident, 0, &fault));
        FINE(history_incident_end(stand.history, &incident.id,
                                  day_us + hours[i][1] * HISTORY_HOUR_US, &fault));
    }
}

static void write_report(struct stand *of, void *data)
{
    struct report_page *page;

    FINE((page = report_write(report, &fault)) != NULL);
    ck_assert_ptr_nonnull(strstr(page->text, "Сбоев и предупреждений: 3\n"));
    free(page);
}

START_TEST(incidents_that_lasted_on_that_day_are_told)
{
    stand_run(&stand, had_incidents, NULL);
    now_advance_us(9 * HISTORY_HOUR_US);
    stand_run(&stand, write_report, NULL);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("report_day");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, a_day_has_one_report);
    tcase_add_test(tests, a_channel_that_fails_is_asked_again_until_it_is_too_late);
    tcase_add_test(tests, a_process_that_was_down_tells_it_late_but_not_in_the_afternoon);
    tcase_add_test(tests, one_that_has_just_begun_first_looks);
    tcase_add_test(tests, one_that_never_knows_tells_it_all_the_same);
    tcase_add_test(tests, a_day_of_a_zone_is_added_up);
    tcase_add_test(tests, a_day_without_samples_is_not_known);
    tcase_add_test(tests, incidents_that_lasted_on_that_day_are_told);
    return stand_main("report_day", tests);
}
