// SPDX-License-Identifier: MIT
/* Incidents that follow from probes, with a slow history, and across a restart. */
#include <sys/stat.h>
#include <time.h>

#include "config.h"
#include "monitor_fixture.h"

TEST_CASE("monitor", .setup = monitor_fixture_open, .teardown = monitor_fixture_close,
          .timeout_s = 60);

/* Evaluates a probe. */
static void see(size_t check, enum probe_trouble trouble)
{
    probed(check, trouble);
    evaluate();
}

FIBER_TEST(incident_begins_once_despite_history_timeout)
{
    evaluate();
    probed(0, TROUBLE_REFUSED);
    evaluate_with_timeout();
    evaluate();
    expect_incidents(1, 1);
    see(0, TROUBLE_NONE);
    expect_incidents(1, 0);
    see(0, TROUBLE_REFUSED);
    expect_incidents(2, 1);
}

FIBER_TEST(incident_that_recovers_before_history_answers_ends)
{
    evaluate();
    probed(0, TROUBLE_REFUSED);
    evaluate_with_timeout();
    see(0, TROUBLE_NONE);
    evaluate();
    expect_incidents(1, 0);
}

/* While the first incident is written, the second check is probed. */
static void probe_second(void *data)
{
    probed(1, TROUBLE_NONE);
    atomic_store(&disk_silent, false);
}

FIBER_TEST(incident_has_the_evaluated_level)
{
    evaluate();
    probed(0, TROUBLE_REFUSED);
    probed(1, TROUBLE_REFUSED);
    atomic_store(&disk_silent, true);
    ck_ok(fiber_start(fixture.loop, probe_second, NULL, INT64_MAX, "test", &fault));
    evaluate_only();
    ck_assert_int_eq(monitor.tasks[1].incident.level, LEVEL_RED);
    evaluate();
    expect_incidents(2, 1);
}

/* --- a disk that hangs --- */

static void acknowledge(void)
{
    struct incident incident;

    ck_ok(history_incident_ack(fixture.history, &monitor.tasks[0].incident.id, "Aigul",
                               now_wall_us(), &incident, &fault));
}

FIBER_TEST(hanging_disk_delays_and_repeats_no_alert)
{
    channels = 1U << ALERT_EMAIL;
    evaluate();
    disk_hangs();
    probed(0, TROUBLE_REFUSED);
    evaluate_only();
    send_due();
    ck_assert_int_eq(sent[ALERT_FIRED], 1);
    acknowledge();
    probed(0, TROUBLE_NONE);
    evaluate_only();
    send_due();
    ck_assert_int_eq(sent[ALERT_RECOVERED], 1);
    probed(0, TROUBLE_REFUSED);
    evaluate_only();
    disk_answers();
    expect_incidents(2, 1);
    ck_rows(1, "incident WHERE acked_by = 'Aigul'");
    monitor_fixture_restart();
    send_due();
    ck_assert_int_eq(sent[ALERT_FIRED], 2);
    ck_assert_int_eq(sent[ALERT_RECOVERED], 1);
}

FIBER_TEST(samples_are_limited_while_disk_hangs)
{
    enum { ROUNDS = 3, SAMPLES = 2048, MAX = 4096 };
    const int64_t began_us = now_wall_us();

    disk_hangs(); /* with one sample */
    for (int i = 0; i < ROUNDS; i++) {
        for (int k = 0; k < SAMPLES; k++)
            history_add_sample(fixture.history, 1, VERDICT_GREEN,
                               began_us + (i * SAMPLES + k) * US_PER_S, 1000);
        ck_unavailable(history_write_to_disk(fixture.history, &fault), "history_away");
    }
    ck_assert_int_eq(history_current_gap(fixture.history).samples, ROUNDS * SAMPLES - MAX);
    disk_answers();
    ck_assert_int_eq(history_current_gap(fixture.history).samples, 0);
    ck_query(ROUNDS * SAMPLES - MAX, "SELECT samples FROM missed");
    ck_query(MAX + 1, "SELECT sum(count) FROM day");
}

/* --- a restart --- */

FIBER_TEST(open_incidents_are_resumed)
{
    evaluate();
    for (size_t i = 0; i < CHECKS; i++)
        see(i, TROUBLE_REFUSED);
    expect_incidents(CHECKS, CHECKS);
    monitor_fixture_restart();
    evaluate();
    for (size_t i = 0; i < CHECKS; i++)
        see(i, TROUBLE_NONE);
    expect_incidents(CHECKS, 0);
}

FIBER_TEST(incident_of_check_moved_to_peer_ends)
{
    evaluate();
    see(0, TROUBLE_REFUSED);
    fixture.checks[0].server = "server2";
    monitor_fixture_restart();
    evaluate();
    expect_incidents(1, 0);
}

/* --- reminders --- */

static const int64_t minute_us = 60 * US_PER_S;

static void red_since_now(void)
{
    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    channels = 1U << ALERT_EMAIL;
    evaluate();
    see(0, TROUBLE_REFUSED);
}

/* The number of reminders sent `us` later; the check is still bad. */
static int reminders_after(int64_t us)
{
    const int before = sent[ALERT_REMINDED];

    now_advance_us(us);
    see(0, TROUBLE_REFUSED);
    evaluate();
    send_due();
    send_due();
    return sent[ALERT_REMINDED] - before;
}

static void restart(void)
{
    monitor_fixture_restart();
    monitor.view.overall_since_us = now_wall_us();
    evaluate();
    ck_assert_int_eq(monitor.view.overall, VERDICT_UNKNOWN);
}

static void probe_all(enum probe_trouble trouble)
{
    for (size_t i = 0; i < CHECKS; i++)
        probed(i, i == 0 ? trouble : TROUBLE_NONE);
    evaluate();
}

FIBER_TEST(overall_status_start_survives_restart)
{
    now_freeze(now_wall_us(), now_mono_ns());
    evaluate();
    probe_all(TROUBLE_NONE);
    now_advance_us(100 * US_PER_S);
    probe_all(TROUBLE_REFUSED);
    const int64_t began_us = monitor.tasks[0].incident.started_us;
    now_advance_us(100 * US_PER_S);
    restart();
    now_advance_us(US_PER_S);
    probe_all(TROUBLE_REFUSED);
    ck_assert_int_eq(monitor.view.overall, VERDICT_RED);
    ck_assert_int_eq(monitor.view.overall_since_us, began_us);
    now_advance_us(100 * US_PER_S);
    probe_all(TROUBLE_NONE);
    const int64_t ended_us = now_wall_us();
    ck_assert_int_eq(monitor.view.overall_since_us, ended_us);
    now_advance_us(100 * US_PER_S);
    restart();
    now_advance_us(US_PER_S);
    probe_all(TROUBLE_NONE);
    ck_assert_int_eq(monitor.view.overall, VERDICT_GREEN);
    ck_assert_int_eq(monitor.view.overall_since_us, ended_us);
    now_advance_us(US_PER_S);
    probe_all(TROUBLE_REFUSED);
    ck_assert_int_eq(monitor.view.overall_since_us, now_wall_us());
}

/* --- the lock of a deploy --- */

static const struct {
    int age_s;
    bool counts;
} locks[] = {
    {0,          true },
    {29 * 60,    true },
    {-29 * 60,   true },
    {31 * 60,    false},
    {-31 * 60,   false},
    {100 * 3600, false},
};

FIBER_TEST_ROWS(stale_deploy_lock_is_ignored, locks)
{
    char path[] = "/tmp/tapbot-lock-XXXXXX";
    struct health_config locked = monitor_config;
    const int file = mkstemp(path);
    const time_t at = time(NULL) - row->age_s;
    const struct timespec times[] = {{.tv_sec = at}, {.tv_sec = at}};

    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(futimens(file, times), 0);
    locked.deploy_lock = path;
    app.config = &locked;
    ck_assert_int_eq(monitor_get_verdict_context(&monitor).deploying, row->counts);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_msg(!monitor_get_verdict_context(&monitor).deploying, "it is gone");
    ck_assert_int_eq(close(file), 0);
}

FIBER_TEST(unacknowledged_incident_has_reminders_across_restarts)
{
    red_since_now();
    ck_assert_int_eq(reminders_after(0), 0);
    ck_assert_int_eq(reminders_after(4 * minute_us), 0);
    ck_assert_int_eq(reminders_after(minute_us), 1);
    restart();
    ck_assert_int_eq(reminders_after(minute_us), 0);
    restart();
    ck_assert_int_eq(reminders_after(10 * minute_us), 1);
    ck_assert_int_eq(reminders_after(45 * minute_us), 1);
    ck_assert_int_eq(reminders_after(minute_us), 0);
    ck_rows(3, "alert WHERE event = 3");
}

FIBER_TEST(clock_that_is_set_back_does_not_stop_reminders)
{
    red_since_now();
    ck_assert_int_eq(reminders_after(0), 0);
    now_freeze(now_wall_us() - 48 * 60 * minute_us, now_mono_ns());
    ck_assert_int_eq(reminders_after(0), 0);
    ck_assert_int_eq(reminders_after(5 * minute_us), 1);
    ck_assert_int_eq(reminders_after(10 * minute_us), 1);
}

/* A warning is yellow. */
static int reminders_as(enum severity severity, int64_t us)
{
    fixture.checks[0].severity = severity;
    return reminders_after(us);
}

FIBER_TEST(reminders_start_over_after_recovery_to_yellow)
{
    red_since_now();
    ck_assert_int_eq(reminders_after(0), 0);
    ck_assert_int_eq(reminders_after(61 * minute_us), 1);
    ck_assert_int_eq(reminders_as(SEVERITY_WARNING, 9 * minute_us), 0);
    ck_assert_int_eq(reminders_as(SEVERITY_WARNING, 60 * minute_us), 0);
    ck_assert_int_eq(sent[ALERT_WORSE], 0);
    ck_assert_int_eq(reminders_as(SEVERITY_CRITICAL, minute_us), 0);
    ck_assert_int_eq(sent[ALERT_WORSE], 1);
    ck_assert_int_eq(reminders_after(4 * minute_us), 0);
    ck_assert_int_eq(reminders_after(minute_us), 1);
    ck_assert_int_eq(reminders_after(10 * minute_us), 1);
    ck_assert_int_eq(sent[ALERT_WORSE], 1);
}

FIBER_TEST(no_reminder_after_a_restart_before_a_red_probe)
{
    red_since_now();
    ck_assert_int_eq(reminders_after(0), 0);
    fixture.checks[0].good_to_pass = 2;
    restart();
    ck_assert_int_eq(reminders_as(SEVERITY_WARNING, 6 * minute_us), 0);
    ck_assert_int_eq(monitor.verdicts[0].verdict, VERDICT_RED);
    ck_assert_int_eq(reminders_as(SEVERITY_CRITICAL, minute_us), 1);
}

/* Red probes have another trouble than the first one. `expected`: the number of worsenings sent so
 * far. */
static void see_as(enum severity severity, int probes, int expected)
{
    fixture.checks[0].severity = severity;
    for (int i = 0; i < probes; i++) {
        now_advance_us(10 * US_PER_S);
        see(0, severity == SEVERITY_CRITICAL ? TROUBLE_TIMEOUT : TROUBLE_REFUSED);
        send_due();
    }
    ck_assert_int_eq(sent[ALERT_WORSE], expected);
}

FIBER_TEST(check_that_is_red_again_after_yellow_is_alerted_again)
{
    red_since_now();
    ck_assert_int_eq(reminders_after(0), 0);
    acknowledge();
    ck_assert_int_eq(reminders_after(48 * 60 * minute_us), 0);
    fixture.checks[0].bad_to_fail = 3;
    fixture.checks[0].good_to_pass = 2;
    see_as(SEVERITY_WARNING, 1, 0); /* not yellow yet */
    see_as(SEVERITY_CRITICAL, 5, 0);
    see_as(SEVERITY_WARNING, 2, 0);
    ck_assert_int_eq(monitor.tasks[0].incident.level, LEVEL_RED);
    see_as(SEVERITY_CRITICAL, 2, 0); /* not red yet */
    see_as(SEVERITY_WARNING, 1, 0);
    see_as(SEVERITY_CRITICAL, 3, 1);
    see_as(SEVERITY_CRITICAL, 3, 1);
    ck_rows(1, "incident WHERE acked_us = 0 AND trouble = 'timeout'");
    ck_assert_int_eq(reminders_after(5 * minute_us), 1);
    expect_incidents(1, 1);
}

FIBER_TEST_LOOP(reminders_count_from_red_not_yellow, 0, 2)
{
    fixture.checks[0].severity = SEVERITY_WARNING;
    red_since_now();
    ck_assert_int_eq(reminders_after(30 * 60 * minute_us), 0);
    ck_assert_int_eq(reminders_as(SEVERITY_CRITICAL, minute_us), 0);
    ck_assert_int_eq(reminders_after(4 * minute_us), 0);
    if (_i > 0)
        restart();
    ck_assert_int_eq(reminders_after(minute_us), 1);
    if (_i > 0)
        restart();
    ck_assert_int_eq(reminders_after(minute_us), 0);
    ck_assert_int_eq(reminders_after(9 * minute_us), 1);
}

FIBER_TEST(acknowledged_warning_that_worsens_has_reminders)
{
    fixture.checks[0].severity = SEVERITY_WARNING;
    red_since_now();
    ck_assert_int_eq(reminders_after(0), 0);
    acknowledge();
    ck_assert_int_eq(reminders_as(SEVERITY_CRITICAL, minute_us), 0);
    ck_assert_int_eq(sent[ALERT_WORSE], 1);
    ck_assert_int_eq(reminders_after(5 * minute_us), 1);
    acknowledge();
    ck_assert_int_eq(reminders_after(10 * minute_us), 0);
}

static void acked(void)
{
    acknowledge();
}

static void silenced(void)
{
    monitor.matches[0] = (struct silence_match){.match = "*", .until_us = INT64_MAX};
    monitor.view.silence_count = 1;
}

static void uncounted(void)
{
    fixture.checks[0].counted = false;
}

static void warned(void)
{
    monitor.tasks[0].incident.severity = SEVERITY_WARNING;
}

static void yellow(void)
{
    monitor.tasks[0].incident.level = LEVEL_YELLOW;
    monitor.states[0].level = LEVEL_YELLOW;
    fixture.checks[0].severity = SEVERITY_WARNING;
}

static void recovered(void)
{
    see(0, TROUBLE_NONE);
}

static void (*const excuses[])(void) = {acked, silenced, uncounted, warned, yellow, recovered};

FIBER_TEST_ROWS(no_reminder_if_no_action_is_needed, excuses)
{
    red_since_now();
    ck_assert_int_eq(reminders_after(0), 0);
    excuses[_i]();
    ck_assert_int_eq(reminders_after(6 * minute_us), 0);
}

/* --- heartbeats --- */

FIBER_TEST(late_heartbeat_is_seen_before_next_interval)
{
    const struct check daily = {.kind = CHECK_HEARTBEAT, .interval_ms = 24 * 3600 * 1000};
    const struct check often = {.kind = CHECK_HEARTBEAT, .interval_ms = 1000};
    const struct check other = {.kind = CHECK_HTTP, .interval_ms = 24 * 3600 * 1000};

    ck_assert_int_le(monitor_probe_interval_ms(&daily), 30 * 1000);
    ck_assert_int_eq(monitor_probe_interval_ms(&often), often.interval_ms);
    ck_assert_int_eq(monitor_probe_interval_ms(&other), other.interval_ms);
}
