// SPDX-License-Identifier: MIT
/* Alerts: which are due, which are dropped, and the state after a kill. */
#include <sys/wait.h>

#include "history_steps.h"
#include "support/child.h"

TEST_CASE("alerts", .setup = steps_open, .teardown = history_fixture_close, .timeout_s = 60);

FIBER_TEST(incident_that_ended_unsent_is_not_sent)
{
    steps_begin(0, BOTH);
    expect_due(2);
    /* Telegram has sent it, e-mail has not. */
    ck_ok(history_alert_mark_sent(fixture.history, &steps.alerts[0], 9, &fault));
    ck_ok(history_alert_postpone(fixture.history, steps.alerts[1].id, US_PER_S, &fault));
    expect_due(0);
    steps_worsen(EMAIL);
    expect_due(0); /* it waits for the first of its channel */
    now_advance_us(2 * US_PER_S);
    expect_due(1);
    ck_assert_int_eq(steps.alerts[0].event, ALERT_FIRED);
    ck_assert_int_eq(steps.alerts[0].tries, 1);
    steps_end();
    expect_sent(1);
    ck_assert_int_eq(steps.alerts[0].channel, ALERT_TELEGRAM);
    ck_assert_int_eq(steps.alerts[0].event, ALERT_RECOVERED);
    expect_due(0);
}

FIBER_TEST(incident_that_ends_during_sending_has_a_recovery)
{
    steps_begin(0, TELEGRAM);
    steps_due();
    struct alert sent = steps.alerts[0];
    steps_end();
    expect_due(0);
    ck_ok(history_alert_mark_sent(fixture.history, &sent, 5, &fault));
    expect_due(1);
    ck_assert_int_eq(steps.alerts[0].event, ALERT_RECOVERED);
}

FIBER_TEST(alert_that_reached_one_chat_has_a_recovery)
{
    steps_begin(0, BOTH);
    expect_due(2);
    for (size_t i = 0; i < 2; i++)
        ck_ok(history_alert_postpone(fixture.history, steps.alerts[i].id, US_PER_S, &fault));
    const struct alert_message message = {
        .chat_id = 101, .message_id = 1, .event = ALERT_FIRED, .incident = steps.incident};
    ck_ok(history_add_message(fixture.history, &message, &fault));
    steps_end();
    expect_sent(1);
    ck_assert_int_eq(steps.alerts[0].channel, ALERT_TELEGRAM);
    ck_assert_int_eq(steps.alerts[0].event, ALERT_RECOVERED);
    expect_due(0);
}

FIBER_TEST(alert_is_copied_once_and_given_up_after_a_day)
{
    steps_begin(0, TELEGRAM);
    steps_due();
    ck_ok(history_alert_copy_to_channel(fixture.history, steps.alerts[0].id, ALERT_EMAIL, &fault));
    ck_ok(history_alert_copy_to_channel(fixture.history, steps.alerts[0].id, ALERT_EMAIL, &fault));
    expect_sent(2);
    steps_end();
    expect_sent(2);
    steps_begin(0, TELEGRAM);
    expect_sent(1);
    steps_end();
    now_advance_us(HISTORY_DAY_US + US_PER_S);
    expect_due(0);
}

FIBER_TEST(alerts_of_an_open_incident_outlast_a_clock_that_was_set_ahead)
{
    steps_begin(0, TELEGRAM);
    steps_worsen(EMAIL);
    now_advance_us(3 * HISTORY_DAY_US);
    expect_sent(2);
    ck_assert_int_eq(steps.alerts[0].event, ALERT_FIRED);
    ck_assert_int_eq(steps.alerts[1].event, ALERT_WORSE);
    ck_assert_int_eq(history_count_given_up_alerts(fixture.history), 0);
    steps_end();
    expect_sent(2);
    ck_assert_int_eq(steps.alerts[0].event, ALERT_RECOVERED);
}

FIBER_TEST(incident_of_months_has_a_recovery)
{
    steps_begin(0, TELEGRAM);
    expect_sent(1);
    steps_begin(1, TELEGRAM);
    expect_sent(1);
    steps_end();
    expect_sent(1);
    history_fixture_write();
    now_advance_us(HISTORY_ALERTS_US + US_PER_S);
    history_fixture_write();
    ck_rows(1, "alert"); /* of the open one */
    history_fixture_restart();
    ck_ok(
        history_list_incidents(fixture.history, NULL, true, &steps.incident, &(size_t){1}, &fault));
    steps_end();
    history_fixture_write();
    expect_sent(1);
    ck_assert_int_eq(steps.alerts[0].event, ALERT_RECOVERED);
    now_advance_us(HISTORY_ALERTS_US + US_PER_S);
    history_fixture_write();
    ck_rows(0, "alert");
}

FIBER_TEST(unsent_alerts_of_a_channel_delay_no_other)
{
    for (size_t i = 0; i < 2 * ROOM; i++)
        steps_begin(i, TELEGRAM);
    steps_begin(2 * ROOM, EMAIL);
    expect_due_by(ALERT_TELEGRAM, false, ROOM);
    expect_due_by(ALERT_EMAIL, false, 1);
}

FIBER_TEST(given_up_alert_is_not_sent)
{
    steps_begin(0, BOTH);
    expect_due(2);
    ck_ok(history_alert_give_up(fixture.history, steps.alerts[0].id, &fault));
    ck_assert_int_eq(history_count_given_up_alerts(fixture.history), 1);
    ck_ok(history_alert_mark_sent(fixture.history, &steps.alerts[1], 0, &fault));
    expect_due(0);
    ck_assert_int_eq(history_count_waiting_alerts(fixture.history), 0);
    steps_end();
    expect_sent(1); /* where it was sent */
    ck_assert_int_eq(steps.alerts[0].channel, ALERT_EMAIL);
    steps_begin(1, TELEGRAM);
    expect_sent(1);
    steps_end();
    now_advance_us(HISTORY_DAY_US + US_PER_S);
    expect_due(0);
    ck_assert_int_eq(history_count_given_up_alerts(fixture.history), 2);
    ck_rows(3, "alert WHERE told_us > 0");
    ck_rows(2, "alert WHERE dropped = 2");
}

FIBER_TEST(clock_set_back_delays_no_alert)
{
    steps_begin(0, TELEGRAM);
    /* Only the wall clock. */
    now_freeze(now_wall_us() - 5 * HISTORY_HOUR_US, now_mono_ns());
    expect_due(1);
    ck_ok(history_alert_postpone(fixture.history, steps.alerts[0].id, 60 * US_PER_S, &fault));
    expect_due(0);
    now_freeze(now_wall_us() - US_PER_S, now_mono_ns()); /* further than the pause */
    expect_due(1);
    now_advance_us(60 * US_PER_S);
    expect_due(0);
    now_advance_us(US_PER_S);
    expect_due(1);
}

static void be_quiet_until_red(void)
{
    steps_worsen(TELEGRAM);
    expect_due_by(ALERT_TELEGRAM, true, 1);
    ck_assert_int_eq(steps.alerts[0].incident.level, LEVEL_RED);
    expect_sent(2);
    expect_due_by(ALERT_TELEGRAM, false, 0); /* it was already sent as red */
}

static void become_red_while_sending(void)
{
    steps_worsen(TELEGRAM);
    for (size_t i = 0; i < steps.count; i++)
        ck_ok(history_alert_mark_sent(fixture.history, &steps.alerts[i], 0, &fault));
    expect_due_by(ALERT_TELEGRAM, false, 1); /* it was sent as yellow */
    ck_assert_int_eq(steps.alerts[0].event, ALERT_WORSE);
}

FIBER_TEST(worsening_while_sending_is_sent)
{
    steps_begin(0, TELEGRAM);
    steps_worsen(TELEGRAM);
    expect_due(1);
    const struct alert first = steps.alerts[0];
    steps.incident.reading.value++;
    ck_ok(history_incident_worsen(fixture.history, &steps.incident, 100, TELEGRAM, &fault));
    ck_ok(history_alert_mark_sent(fixture.history, &first, 0, &fault));
    expect_due(1);
    ck_assert_int_eq(steps.alerts[0].event, ALERT_WORSE);
    ck_assert_int_eq(steps.alerts[0].step, 100);
    expect_sent(1);
    expect_due(0);
}

static void be_quiet_until_over(void)
{
    steps_end();
    expect_due_by(ALERT_TELEGRAM, false, 1);
    ck_assert_str_eq(steps.alerts[0].incident.check, "check-001");
}

static void (*const quiet_ends[])(void) = {be_quiet_until_red, become_red_while_sending,
                                           be_quiet_until_over};

FIBER_TEST_ROWS(warnings_wait_in_quiet_hours, quiet_ends)
{
    for (size_t i = 0; i < 3; i++) {
        steps.incident = history_fixture_incident(i, i == 2 ? LEVEL_RED : LEVEL_YELLOW);
        steps.incident.severity = i == 1 ? SEVERITY_CRITICAL : SEVERITY_WARNING;
        ck_ok(history_incident_begin(fixture.history, &steps.incident, TELEGRAM, &fault));
    }
    expect_due_by(ALERT_TELEGRAM, true, 1);
    ck_assert_int_eq(history_count_waiting_alerts(fixture.history), 1);
    ck_assert_str_eq(steps.alerts[0].incident.check, "check-002");
    ck_ok(history_alert_mark_sent(fixture.history, &steps.alerts[0], 0, &fault));
    expect_due_by(ALERT_TELEGRAM, true, 0);
    ck_assert_int_eq(history_count_waiting_alerts(fixture.history), 0);
    expect_incidents(true, 3);
    steps.incident = steps.read[2];
    ck_assert_str_eq(steps.incident.check, "check-000");
    expect_due_by(ALERT_TELEGRAM, false, 2);
    quiet_ends[_i]();
}

static void remind(int step, size_t due)
{
    ck_ok(history_incident_queue_reminder(fixture.history, &steps.incident.id, step, BOTH, &fault));
    expect_due(due);
}

FIBER_TEST(reminder_is_sent_once_per_step_until_ack_or_end)
{
    const struct uuid nobody = uuid_make();

    ck_fault(history_incident_queue_reminder(fixture.history, &nobody, 1, BOTH, &fault),
             "not_found", FAULT_NOT_FOUND);
    steps_begin(0, TELEGRAM);
    remind(1, 2);
    ck_assert_int_eq(steps.alerts[0].event, ALERT_FIRED); /* not sent yet */
    ck_assert_int_eq(steps.alerts[1].event, ALERT_REMINDED);
    ck_assert_int_eq(steps.alerts[1].channel, ALERT_EMAIL);
    ck_assert_int_eq(steps.alerts[1].step, 1);
    expect_sent(2);
    remind(2, 2);
    expect_sent(2);
    remind(2, 0);
    remind(3, 2);
    (void)steps_ack("Aigul", 77);
    expect_due(0);
    remind(4, 0);
    steps_end();
    expect_sent(2); /* also if the channel has only reminders */
    ck_assert_int_eq(steps.alerts[1].event, ALERT_RECOVERED);
    steps_begin(0, BOTH);
    expect_sent(2);
    steps_end();
    expect_sent(2);
    remind(1, 0);
}

/* A line of the child's output for each alert whose history_alert_mark_sent() has returned. */
struct sent {
    struct uuid incident;
    int64_t event, step;
};
static int sent_pipe;

enum { STEPS = 3 };

static void send_and_report(void)
{
    steps_due();
    for (size_t i = 0; i < steps.count; i++) {
        const struct alert *alert = &steps.alerts[i];
        const struct sent sent = {alert->incident.id, alert->event, alert->step};

        ck_ok(history_alert_mark_sent(fixture.history, alert, 0, &fault));
        ck_assert_int_eq(write(sent_pipe, &sent, sizeof sent), sizeof sent);
    }
}

static void send_until_killed(void *data)
{
    size_t open = 1;

    for (;; open = 0) {
        ck_ok(history_list_incidents(fixture.history, NULL, true, &steps.incident, &open, &fault));
        if (open == 0)
            steps_begin(0, TELEGRAM);
        history_add_sample(fixture.history, 0, VERDICT_RED, now_wall_us(), 1000);
        send_and_report();
        for (int step = 1; step <= STEPS; step++) {
            ck_ok(history_incident_queue_reminder(fixture.history, &steps.incident.id, step,
                                                  TELEGRAM, &fault));
            send_and_report();
        }
        history_fixture_write();
        steps_end();
        send_and_report();
    }
}

static void child(void)
{
    ck_ok((fixture.loop = loop_create(&fault)) != NULL);
    history_fixture_reopen();
    history_fixture_run(send_until_killed, NULL);
}

enum { ROUNDS = 12, TOLD_MAX = 1024 };

/* Starts a child, waits until it has sent a few alerts, and kills it some time later. */
static size_t round_of(struct sent *sent)
{
    const size_t few = 1 + (size_t)(rand() % 4);
    size_t count = 0;
    int ends[2], status;

    ck_assert_int_eq(pipe(ends), 0);
    sent_pipe = ends[1];
    const pid_t pid = child_fork();
    if (pid == 0) {
        child();
        _exit(0);
    }
    close(ends[1]);
    while (count < few && read(ends[0], &sent[count], sizeof *sent) == sizeof *sent)
        count++;
    ck_assert_uint_eq(count, few);
    usleep((useconds_t)(rand() % 5000));
    kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status));
    while (count < TOLD_MAX / ROUNDS && read(ends[0], &sent[count], sizeof *sent) == sizeof *sent)
        count++;
    close(ends[0]);
    return count;
}

TEST(killed_process_neither_repeats_nor_loses_alerts)
{
    static struct sent sent[TOLD_MAX];
    size_t count = 0;

    now_thaw();
    history_close(fixture.history);
    srand(7);
    for (int i = 0; i < ROUNDS; i++)
        count += round_of(&sent[count]);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(memcmp(&sent[i], &sent[j], sizeof sent[i]) != 0, "sent twice");
    ck_query(1, "SELECT quick_check = 'ok' FROM pragma_quick_check");
    ck_query(0, "SELECT (SELECT count(*) FROM sample) - (SELECT sum(count) FROM day)");
    ck_query(1, "SELECT count(*) <= 1 FROM incident WHERE ended_us = 0");
    ck_rows(0, "incident i WHERE ended_us > 0 AND (SELECT count(*) FROM alert"
               " WHERE incident_id = i.id AND event = 3 AND told_us > 0) <> 3");
    /* All sent alerts are on the disk. */
    ck_assert_int_ge(history_fixture_query("SELECT count(*) FROM alert WHERE told_us > 0"),
                     (int64_t)count);
    history_fixture_reopen();
}
