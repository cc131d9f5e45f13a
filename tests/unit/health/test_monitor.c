// SPDX-License-Identifier: MIT
/* What follows from probes: incidents, with a history that is slow, and over a restart. */
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "monitor_fixture.h"
#include "storage/incident_store.h"
#include "unit/base/suite.h"

START_TEST(an_incident_that_history_did_not_answer_in_time_begins_once)
{
    stand_run(&stand, conclude, NULL);
    probed(0, TROUBLE_REFUSED);
    conclude_in_vain();
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 1);
    probed(0, TROUBLE_NONE);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 0);
    probed(0, TROUBLE_REFUSED);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(incidents(), 2);
}
END_TEST

START_TEST(one_that_is_over_before_history_answers_ends)
{
    stand_run(&stand, conclude, NULL);
    probed(0, TROUBLE_REFUSED);
    conclude_in_vain();
    probed(0, TROUBLE_NONE);
    stand_run(&stand, conclude, NULL);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 0);
}
END_TEST

/* While the first incident is written, the second check is probed. */
static void probe_second(void *data)
{
    probed(1, TROUBLE_NONE);
    atomic_store(&slow, false);
}

static void conclude_slowly(struct stand *of, void *data)
{
    atomic_store(&slow, true);
    FINE(fiber_start(stand.loop, probe_second, NULL, INT64_MAX, "test", &fault));
    FINE(monitor_evaluate(&monitor, &fault));
}

START_TEST(an_incident_is_as_bad_as_what_was_concluded)
{
    stand_run(&stand, conclude, NULL);
    probed(0, TROUBLE_REFUSED);
    probed(1, TROUBLE_REFUSED);
    stand_run(&stand, conclude_slowly, NULL);
    ck_assert_int_eq(monitor.tasks[1].incident.level, LEVEL_RED);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 1);
}
END_TEST

/* --- a disk that hangs --- */

START_TEST(a_disk_that_hangs_keeps_nobody_from_being_told)
{
    channels = 1U << ALERT_EMAIL;
    stand_run(&stand, conclude, NULL);
    history_sticks();
    ck_assert_int_ne(history_gap(stand.history), 0);
    probed(0, TROUBLE_REFUSED);
    stand_run(&stand, conclude_stuck, NULL);
    ck_assert_int_eq(urgents[ALERT_FIRED], 1);
    probed(0, TROUBLE_NONE);
    stand_run(&stand, conclude_stuck, NULL);
    ck_assert_int_eq(urgents[ALERT_RECOVERED], 1);
    const struct uuid told = monitor.tasks[0].incident.id;
    /* The disk is back: what was told to be over ends, and all is as ever. */
    probed(0, TROUBLE_REFUSED);
    history_answers();
    stand_run(&stand, conclude, NULL);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 1);
    ck_assert_int_eq(history_gap(stand.history), 0);
    ck_assert(!uuid_equal(&monitor.tasks[0].incident.id, &told));
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM alert WHERE told_us = 0"), 1);
    ck_assert_int_eq(urgents[ALERT_FIRED], 1);
}
END_TEST

/* --- a restart --- */

START_TEST(all_that_lasts_is_taken_up)
{
    stand_run(&stand, conclude, NULL);
    for (size_t i = 0; i < CHECKS; i++)
        probed(i, TROUBLE_REFUSED);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), CHECKS);
    monitor_stand_end();
    stand_restart(&stand);
    monitor_stand_begin();
    stand_run(&stand, conclude, NULL);
    for (size_t i = 0; i < CHECKS; i++)
        probed(i, TROUBLE_NONE);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 0);
}
END_TEST

START_TEST(what_another_copy_watches_now_ends)
{
    stand_run(&stand, conclude, NULL);
    probed(0, TROUBLE_REFUSED);
    stand_run(&stand, conclude, NULL);
    monitor_stand_end();
    stand_restart(&stand);
    stand.checks[0].server = "server2";
    monitor_stand_begin();
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 0);
}
END_TEST

/* --- reminders --- */

static const int64_t minute_us = 60 * US_PER_S;

static void red_since_now(void)
{
    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    channels = 1U << ALERT_EMAIL;
    stand_run(&stand, conclude, NULL);
    probed(0, TROUBLE_REFUSED);
    stand_run(&stand, conclude, NULL);
}

/* How many reminders are told `us` later; the check is still bad. */
static int reminders_after(int64_t us)
{
    int reminders = 0;

    now_advance_us(us);
    probed(0, TROUBLE_REFUSED);
    stand_run(&stand, conclude, NULL);
    stand_run(&stand, conclude, NULL);
    stand_run(&stand, tell_reminders, &reminders);
    stand_run(&stand, tell_reminders, &reminders);
    return reminders;
}

static void restart(void)
{
    monitor_stand_end();
    stand_restart(&stand);
    monitor_stand_begin();
    monitor.overall_since_us = now_wall_us();
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(monitor.overall, VERDICT_UNKNOWN);
}

static void probe_all(enum probe_trouble trouble)
{
    for (size_t i = 0; i < CHECKS; i++)
        probed(i, i == 0 ? trouble : TROUBLE_NONE);
    stand_run(&stand, conclude, NULL);
}

START_TEST(all_is_as_it_is_since_before_the_restart)
{
    now_freeze(now_wall_us(), now_mono_ns());
    stand_run(&stand, conclude, NULL);
    probe_all(TROUBLE_NONE);
    now_advance_us(100 * US_PER_S);
    probe_all(TROUBLE_REFUSED);
    const int64_t began_us = monitor.tasks[0].incident.started_us;
    now_advance_us(100 * US_PER_S);
    restart();
    now_advance_us(US_PER_S);
    probe_all(TROUBLE_REFUSED);
    ck_assert_int_eq(monitor.overall, VERDICT_RED);
    ck_assert_int_eq(monitor.overall_since_us, began_us);
    now_advance_us(100 * US_PER_S);
    probe_all(TROUBLE_NONE);
    const int64_t ended_us = now_wall_us();
    ck_assert_int_eq(monitor.overall_since_us, ended_us);
    now_advance_us(100 * US_PER_S);
    restart();
    now_advance_us(US_PER_S);
    probe_all(TROUBLE_NONE);
    ck_assert_int_eq(monitor.overall, VERDICT_GREEN);
    ck_assert_int_eq(monitor.overall_since_us, ended_us);
    now_advance_us(US_PER_S);
    probe_all(TROUBLE_REFUSED);
    ck_assert_int_eq(monitor.overall_since_us, now_wall_us());
    now_thaw();
}
END_TEST

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

START_TEST(a_lock_that_a_deploy_has_left_hides_nothing)
{
    char path[] = "/tmp/tapbot-lock-XXXXXX";
    struct health_config locked = monitor_config;
    const int file = mkstemp(path);
    const time_t at = time(NULL) - locks[_i].age_s;
    const struct timespec times[] = {{.tv_sec = at}, {.tv_sec = at}};

    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(futimens(file, times), 0);
    locked.deploy_lock = path;
    monitor.options.config = &locked;
    ck_assert_int_eq(monitor_times(&monitor).deploying, locks[_i].counts);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_msg(!monitor_times(&monitor).deploying, "it is gone");
    ck_assert_int_eq(close(file), 0);
}
END_TEST

START_TEST(what_nobody_takes_is_told_again_over_restarts_too)
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
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM alert WHERE event = 3"), 3);
}
END_TEST

/* A warning is yellow. */
static int reminders_as(enum severity severity, int64_t us)
{
    stand.checks[0].severity = severity;
    return reminders_after(us);
}

START_TEST(what_is_red_again_is_told_again_as_if_it_had_stayed_so)
{
    red_since_now();
    ck_assert_int_eq(reminders_after(0), 0);
    ck_assert_int_eq(reminders_after(61 * minute_us), 1);
    ck_assert_int_eq(reminders_as(SEVERITY_WARNING, 9 * minute_us), 0);
    ck_assert_int_eq(reminders_as(SEVERITY_WARNING, 60 * minute_us), 0);
    ck_assert_int_eq(reminders_as(SEVERITY_CRITICAL, minute_us), 1);
    ck_assert_int_eq(reminders_after(48 * minute_us), 0);
    ck_assert_int_eq(reminders_after(minute_us), 1);
}
END_TEST

START_TEST(what_was_long_yellow_is_told_again_since_it_is_red)
{
    stand.checks[0].severity = SEVERITY_WARNING;
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
END_TEST

static void acknowledge(struct stand *of, void *data)
{
    struct incident incident;

    FINE(history_incident_ack(stand.history, &monitor.tasks[0].incident.id, "Aigul", now_wall_us(),
                              &incident, &fault));
}

static void acked(void)
{
    stand_run(&stand, acknowledge, NULL);
}

static void silenced(void)
{
    monitor.matches[0] = (struct silence_match){.match = "*", .until_us = INT64_MAX};
    monitor.match_count = 1;
}

static void maintained(void)
{
    monitor.maintenance_until_us = INT64_MAX;
}

static void uncounted(void)
{
    stand.checks[0].counted = false;
}

static void warned(void)
{
    monitor.tasks[0].incident.severity = SEVERITY_WARNING;
}

static void yellow(void)
{
    monitor.tasks[0].incident.level = LEVEL_YELLOW;
    monitor.states[0].level = LEVEL_YELLOW;
    stand.checks[0].severity = SEVERITY_WARNING;
}

static void recovered(void)
{
    probed(0, TROUBLE_NONE);
    stand_run(&stand, conclude, NULL);
}

static void (*const excuses[])(void) = {acked,  silenced, maintained, uncounted,
                                        warned, yellow,   recovered};

START_TEST(what_needs_nobody_is_not_told_again)
{
    red_since_now();
    ck_assert_int_eq(reminders_after(0), 0);
    excuses[_i]();
    ck_assert_int_eq(reminders_after(6 * minute_us), 0);
}
END_TEST

/* --- heartbeats --- */

START_TEST(a_late_heartbeat_is_seen_long_before_its_next_interval)
{
    const struct check daily = {.kind = CHECK_HEARTBEAT, .interval_ms = 24 * 3600 * 1000};
    const struct check often = {.kind = CHECK_HEARTBEAT, .interval_ms = 1000};
    const struct check other = {.kind = CHECK_HTTP, .interval_ms = 24 * 3600 * 1000};

    ck_assert_int_le(monitor_pause_ms(&daily), 30 * 1000);
    ck_assert_int_eq(monitor_pause_ms(&often), often.interval_ms);
    ck_assert_int_eq(monitor_pause_ms(&other), other.interval_ms);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("watch");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, monitor_stand_open, monitor_stand_close);
    tcase_add_test(tests, an_incident_that_history_did_not_answer_in_time_begins_once);
    tcase_add_test(tests, one_that_is_over_before_history_answers_ends);
    tcase_add_test(tests, an_incident_is_as_bad_as_what_was_concluded);
    tcase_add_test(tests, a_disk_that_hangs_keeps_nobody_from_being_told);
    tcase_add_test(tests, all_that_lasts_is_taken_up);
    tcase_add_test(tests, what_another_copy_watches_now_ends);
    tcase_add_test(tests, all_is_as_it_is_since_before_the_restart);
    tcase_add_loop_test(tests, a_lock_that_a_deploy_has_left_hides_nothing, 0, COUNT(locks));
    tcase_add_test(tests, what_nobody_takes_is_told_again_over_restarts_too);
    tcase_add_test(tests, what_is_red_again_is_told_again_as_if_it_had_stayed_so);
    tcase_add_loop_test(tests, what_was_long_yellow_is_told_again_since_it_is_red, 0, 2);
    tcase_add_loop_test(tests, what_needs_nobody_is_not_told_again, 0,
                        sizeof excuses / sizeof excuses[0]);
    tcase_add_test(tests, a_late_heartbeat_is_seen_long_before_its_next_interval);
    return stand_main("watch", tests);
}
