// SPDX-License-Identifier: MIT
/* Incidents of a count of which each rise is alerted: the unanswered calls for help. */
#include "monitor_fixture.h"

TEST_CASE("calls", .setup = monitor_fixture_open, .teardown = monitor_fixture_close,
          .timeout_s = 60);

enum { SOS = 1 }; /* index of the check of the calls */

static void probed_sos(double count)
{
    const struct verdict_context context = monitor_get_verdict_context(&monitor);
    const struct probe_result result = {.readings = {{MEASURE_sos_unanswered, count}},
                                        .reading_count = 1,
                                        .began_us = now_wall_us()};

    verdict_apply_result(&fixture.checks[SOS], &monitor.states[SOS], &result, &context);
    evaluate();
}

static void use_sos_check(void)
{
    fixture.checks[SOS].kind = CHECK_BUSINESS;
    fixture.checks[SOS].limits[0] = (struct limit){MEASURE_sos_unanswered, NO_THRESHOLD, 0};
    fixture.checks[SOS].limit_count = 1;
    fixture.checks[SOS].always = true;
    evaluate();
    probed_sos(0);
}

FIBER_TEST(call_for_help_begins_an_incident_during_an_outage)
{
    use_sos_check();
    probed(0, TROUBLE_STATUS);
    evaluate();
    probed(SOS, TROUBLE_REFUSED);
    evaluate();
    expect_incidents(1, 1);
    probed_sos(1);
    expect_incidents(2, 2);
    ck_rows(1, "incident WHERE measure = 'sos_unanswered' AND trouble = 'none'");
    probed(SOS, TROUBLE_REFUSED);
    evaluate();
    expect_incidents(2, 2);
    probed_sos(0);
    expect_incidents(2, 1);
}

static void acknowledge(void)
{
    struct incident incident;

    ck_ok(history_incident_ack(fixture.history, &monitor.tasks[SOS].incident.id, "Aigul",
                               now_wall_us(), &incident, &fault));
}

/* `count`: the calls that the open incident shows. */
static void expect_calls_alerted(int worse, int count)
{
    history_fixture_write();
    send_due();
    ck_assert_int_eq(sent[ALERT_FIRED], 1);
    ck_assert_int_eq(sent[ALERT_WORSE], worse);
    ck_query(count, "SELECT value FROM incident WHERE ended_us = 0");
}

FIBER_TEST(each_call_for_help_is_alerted)
{
    channels = 1U << ALERT_EMAIL;
    use_sos_check();
    probed_sos(1);
    probed_sos(1);
    expect_calls_alerted(0, 1);
    for (int calls = 2; calls < 5; calls++) {
        acknowledge();
        probed_sos(calls);
        probed_sos(calls);
        expect_calls_alerted(calls - 1, calls);
        ck_rows(1, "incident WHERE ended_us = 0 AND acked_us = 0 AND acked_by = ''");
    }
    acknowledge();
    probed_sos(3);
    expect_calls_alerted(3, 4);
    ck_rows(1, "incident WHERE ended_us = 0 AND acked_us <> 0");
    probed_sos(4);
    expect_calls_alerted(4, 4);
}

FIBER_TEST(first_alert_shows_all_calls_for_help)
{
    channels = 1U << ALERT_EMAIL;
    use_sos_check();
    fixture.checks[SOS].bad_to_fail = 3;
    probed_sos(1);
    probed_sos(2);
    expect_incidents(0, 0);
    probed_sos(2);
    probed_sos(2);
    expect_calls_alerted(0, 2);
}

FIBER_TEST(call_for_help_after_the_answer_is_alerted)
{
    channels = 1U << ALERT_EMAIL;
    use_sos_check();
    fixture.checks[SOS].good_to_pass = 2;
    probed_sos(1);
    expect_calls_alerted(0, 1);
    acknowledge();
    probed_sos(0);
    probed_sos(1);
    expect_incidents(1, 1);
    expect_calls_alerted(1, 1);
    ck_rows(1, "incident WHERE acked_us = 0");
}

FIBER_TEST(call_for_help_after_a_restart_is_alerted)
{
    channels = 1U << ALERT_EMAIL;
    use_sos_check();
    probed_sos(1);
    expect_calls_alerted(0, 1);
    probed_sos(2);
    expect_calls_alerted(1, 2);
    for (int calls = 3; calls < 5; calls++) {
        acknowledge();
        monitor_fixture_restart();
        evaluate();
        probed_sos(calls - 1);
        expect_calls_alerted(calls - 2, calls - 1);
        probed_sos(calls);
        expect_calls_alerted(calls - 1, calls);
    }
}

static void silence(const char *match)
{
    monitor.matches[0] = (struct silence_match){.match = match, .until_us = INT64_MAX};
    monitor.view.silence_count = 1;
}

FIBER_TEST(call_for_help_is_alerted_during_maintenance)
{
    channels = 1U << ALERT_EMAIL;
    use_sos_check();
    silence("*");
    probed_sos(1);
    expect_calls_alerted(0, 1);
    probed_sos(2);
    expect_calls_alerted(1, 2);
}

FIBER_TEST(call_for_help_during_a_silence_of_its_check_is_alerted_after_it)
{
    channels = 1U << ALERT_EMAIL;
    use_sos_check();
    probed_sos(1);
    expect_calls_alerted(0, 1);
    silence(fixture.checks[SOS].name);
    probed_sos(2);
    expect_calls_alerted(0, 1);
    monitor.view.silence_count = 0;
    evaluate();
    expect_calls_alerted(1, 2);
}

/* Without and with restarts. */
FIBER_TEST_LOOP(call_for_help_has_reminders_of_its_own, 0, 2)
{
    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    channels = 1U << ALERT_EMAIL;
    use_sos_check();
    for (int calls = 1; calls < 4; calls++) {
        now_advance_us(US_PER_S);
        probed_sos(calls);
        send_due();
        if (_i > 0) {
            monitor_fixture_restart();
            evaluate();
            now_advance_us(US_PER_S);
            probed_sos(calls);
        }
        now_advance_us(5 * HISTORY_MINUTE_US);
        probed_sos(calls);
        send_due();
        ck_assert_int_eq(sent[ALERT_REMINDED], 2 * calls - 1);
        now_advance_us(10 * HISTORY_MINUTE_US);
        probed_sos(calls);
        send_due();
        ck_assert_int_eq(sent[ALERT_REMINDED], 2 * calls);
        acknowledge();
        now_advance_us(60 * HISTORY_MINUTE_US);
        probed_sos(calls);
        send_due();
        ck_assert_int_eq(sent[ALERT_REMINDED], 2 * calls);
    }
}
