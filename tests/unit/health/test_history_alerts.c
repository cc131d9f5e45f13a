// SPDX-License-Identifier: MIT
/* Alerts: which are due, which are dropped, and the state after a kill. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "history_steps.h"
#include "support/child.h"
#include "support/test.h"

TEST_CASE("alerts", .timeout_s = 60);

STEPS_TEST(incident_that_ended_unsent_is_not_sent, 1)
{
    steps_begin(fixture, steps, 0, BOTH);
    expect_due(fixture, steps, 2);
    /* Telegram has sent it, e-mail has not. */
    FINE(history_alert_mark_sent(fixture->history, &steps->alerts[0], 9, &fault));
    FINE(history_alert_postpone(fixture->history, steps->alerts[1].id, US_PER_S, &fault));
    expect_due(fixture, steps, 0);
    steps->incident.level = LEVEL_RED;
    FINE(history_incident_worsen(fixture->history, &steps->incident, EMAIL, &fault));
    expect_due(fixture, steps, 0); /* it waits for the first of its channel */
    now_advance_us(2 * US_PER_S);
    expect_due(fixture, steps, 1);
    ck_assert_int_eq(steps->alerts[0].event, ALERT_FIRED);
    ck_assert_int_eq(steps->alerts[0].tries, 1);
    steps_end(fixture, steps);
    steps_send_all(fixture, steps);
    ck_assert_uint_eq(steps->count, 1);
    ck_assert_int_eq(steps->alerts[0].channel, ALERT_TELEGRAM);
    ck_assert_int_eq(steps->alerts[0].event, ALERT_RECOVERED);
    expect_due(fixture, steps, 0);
}

STEPS_TEST(incident_that_ends_during_sending_has_a_recovery, 1)
{
    struct alert sent;

    steps_begin(fixture, steps, 0, TELEGRAM);
    steps_due(fixture, steps);
    sent = steps->alerts[0];
    steps_end(fixture, steps);
    expect_due(fixture, steps, 0);
    FINE(history_alert_mark_sent(fixture->history, &sent, 5, &fault));
    expect_due(fixture, steps, 1);
    ck_assert_int_eq(steps->alerts[0].event, ALERT_RECOVERED);
}

STEPS_TEST(alert_is_copied_once_and_given_up_after_a_day, 1)
{
    steps_begin(fixture, steps, 0, TELEGRAM);
    steps_due(fixture, steps);
    FINE(history_alert_copy(fixture->history, steps->alerts[0].id, ALERT_EMAIL, &fault));
    FINE(history_alert_copy(fixture->history, steps->alerts[0].id, ALERT_EMAIL, &fault));
    steps_send_all(fixture, steps);
    ck_assert_uint_eq(steps->count, 2);
    steps_end(fixture, steps);
    steps_send_all(fixture, steps);
    ck_assert_uint_eq(steps->count, 2);
    steps_begin(fixture, steps, 0, TELEGRAM);
    now_advance_us(HISTORY_DAY_US + US_PER_S);
    expect_due(fixture, steps, 0);
    steps_end(fixture, steps);
    expect_due(fixture, steps, 0);
}

STEPS_TEST(unsent_alerts_of_a_channel_delay_no_other, 2 * ROOM + 1)
{
    for (size_t i = 0; i < 2 * ROOM; i++)
        steps_begin(fixture, steps, i, TELEGRAM);
    steps_begin(fixture, steps, 2 * ROOM, EMAIL);
    steps_due_by(fixture, steps, ALERT_TELEGRAM, false);
    ck_assert_uint_eq(steps->count, ROOM);
    steps_due_by(fixture, steps, ALERT_EMAIL, false);
    ck_assert_uint_eq(steps->count, 1);
}

static void give_up(struct history_fixture *fixture, void *data)
{
    struct history_steps *steps = data;

    steps_begin(fixture, steps, 0, BOTH);
    expect_due(fixture, steps, 2);
    FINE(history_alert_give_up(fixture->history, steps->alerts[0].id, &fault));
    ck_assert_int_eq(history_count_given_up_alerts(fixture->history), 1);
    FINE(history_alert_mark_sent(fixture->history, &steps->alerts[1], 0, &fault));
    expect_due(fixture, steps, 0);
    ck_assert_int_eq(history_count_waiting_alerts(fixture->history), 0);
    steps_end(fixture, steps);
    steps_send_all(fixture, steps);
    ck_assert_uint_eq(steps->count, 1); /* where it was sent */
    ck_assert_int_eq(steps->alerts[0].channel, ALERT_EMAIL);
    steps_begin(fixture, steps, 1, TELEGRAM);
    now_advance_us(HISTORY_DAY_US + US_PER_S);
    expect_due(fixture, steps, 0);
    ck_assert_int_eq(history_count_given_up_alerts(fixture->history), 2);
}

TEST(given_up_alert_is_not_sent)
{
    struct history_fixture fixture;
    struct history_steps steps;

    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    history_fixture_open(&fixture, 2, 10000);
    history_fixture_run(&fixture, give_up, &steps);
    ck_assert_int_eq(
        history_fixture_query(&fixture, "SELECT count(*) FROM alert WHERE told_us > 0"), 2);
    ck_assert_int_eq(
        history_fixture_query(&fixture, "SELECT count(*) FROM alert WHERE dropped = 2"), 2);
    history_fixture_close(&fixture);
    now_thaw();
}

/* Sets back only the wall clock. */
static void set_back(int64_t us)
{
    now_freeze(now_wall_us() - us, now_mono_ns());
}

STEPS_TEST(clock_set_back_delays_no_alert, 1)
{
    steps_begin(fixture, steps, 0, TELEGRAM);
    set_back(5 * HISTORY_HOUR_US);
    expect_due(fixture, steps, 1);
    FINE(history_alert_postpone(fixture->history, steps->alerts[0].id, 60 * US_PER_S, &fault));
    expect_due(fixture, steps, 0);
    set_back(US_PER_S); /* further than the pause */
    expect_due(fixture, steps, 1);
    now_advance_us(60 * US_PER_S);
    expect_due(fixture, steps, 0);
    now_advance_us(US_PER_S);
    expect_due(fixture, steps, 1);
}

static void be_quiet(struct history_fixture *fixture, void *data)
{
    struct history_steps *steps = data;

    for (size_t i = 0; i < 3; i++) {
        steps->incident = history_fixture_incident(fixture, i, i == 2 ? LEVEL_RED : LEVEL_YELLOW);
        steps->incident.severity = i == 1 ? SEVERITY_CRITICAL : SEVERITY_WARNING;
        FINE(history_incident_begin(fixture->history, &steps->incident, TELEGRAM, &fault));
    }
    steps_due_by(fixture, steps, ALERT_TELEGRAM, true);
    ck_assert_uint_eq(steps->count, 1);
    ck_assert_int_eq(history_count_waiting_alerts(fixture->history), 1);
    ck_assert_str_eq(steps->alerts[0].incident.check, "check-002");
    FINE(history_alert_mark_sent(fixture->history, &steps->alerts[0], 0, &fault));
    steps_due_by(fixture, steps, ALERT_TELEGRAM, true);
    ck_assert_uint_eq(steps->count, 0);
    ck_assert_int_eq(history_count_waiting_alerts(fixture->history), 0);
    steps_list(fixture, steps, true);
    steps->incident = steps->read[2];
    ck_assert_str_eq(steps->incident.check, "check-000");
    steps_due_by(fixture, steps, ALERT_TELEGRAM, false);
    ck_assert_uint_eq(steps->count, 2);
}

static void be_quiet_until_red(struct history_fixture *fixture, void *data)
{
    struct history_steps *steps = data;

    be_quiet(fixture, steps);
    steps->incident.level = LEVEL_RED;
    FINE(history_incident_worsen(fixture->history, &steps->incident, TELEGRAM, &fault));
    steps_due_by(fixture, steps, ALERT_TELEGRAM, true);
    ck_assert_uint_eq(steps->count, 1);
    ck_assert_int_eq(steps->alerts[0].incident.level, LEVEL_RED);
    steps_send_all(fixture, steps);
    steps_due_by(fixture, steps, ALERT_TELEGRAM, false);
    ck_assert_uint_eq(steps->count, 0); /* it was already sent as red */
}

static void become_red_while_sending(struct history_fixture *fixture, void *data)
{
    struct history_steps *steps = data;

    be_quiet(fixture, steps);
    steps->incident.level = LEVEL_RED;
    FINE(history_incident_worsen(fixture->history, &steps->incident, TELEGRAM, &fault));
    for (size_t i = 0; i < steps->count; i++)
        FINE(history_alert_mark_sent(fixture->history, &steps->alerts[i], 0, &fault));
    steps_due_by(fixture, steps, ALERT_TELEGRAM, false);
    ck_assert_uint_eq(steps->count, 1); /* it was sent as yellow */
    ck_assert_int_eq(steps->alerts[0].event, ALERT_WORSE);
}

static void be_quiet_until_over(struct history_fixture *fixture, void *data)
{
    struct history_steps *steps = data;

    be_quiet(fixture, steps);
    steps_end(fixture, steps);
    steps_due_by(fixture, steps, ALERT_TELEGRAM, false);
    ck_assert_uint_eq(steps->count, 1);
    ck_assert_str_eq(steps->alerts[0].incident.check, "check-001");
}

static void (*const quiet_ends[])(struct history_fixture *fixture, void *data) = {
    be_quiet_until_red, become_red_while_sending, be_quiet_until_over};

TEST_ROWS(warnings_wait_in_quiet_hours, quiet_ends)
{
    struct history_fixture fixture;
    struct history_steps steps;

    history_fixture_open(&fixture, 3, 10000);
    history_fixture_run(&fixture, quiet_ends[_i], &steps);
    history_fixture_close(&fixture);
}

static void remind(struct history_fixture *fixture, struct history_steps *steps, int step)
{
    FINE(history_incident_remind(fixture->history, &steps->incident.id, step, BOTH, &fault));
    steps_due(fixture, steps);
}

STEPS_TEST(reminder_is_sent_once_per_step_until_ack_or_end, 1)
{
    const struct uuid nobody = uuid_make();
    struct incident acked;

    FAILS(history_incident_remind(fixture->history, &nobody, 1, BOTH, &fault), "not_found");
    steps_begin(fixture, steps, 0, TELEGRAM);
    remind(fixture, steps, 1);
    ck_assert_uint_eq(steps->count, 2);
    ck_assert_int_eq(steps->alerts[0].event, ALERT_FIRED); /* not sent yet */
    ck_assert_int_eq(steps->alerts[1].event, ALERT_REMINDED);
    ck_assert_int_eq(steps->alerts[1].channel, ALERT_EMAIL);
    ck_assert_int_eq(steps->alerts[1].step, 1);
    steps_send_all(fixture, steps);
    remind(fixture, steps, 2);
    ck_assert_uint_eq(steps->count, 2);
    steps_send_all(fixture, steps);
    remind(fixture, steps, 2);
    ck_assert_uint_eq(steps->count, 0);
    remind(fixture, steps, 3);
    ck_assert_uint_eq(steps->count, 2);
    FINE(history_incident_ack(fixture->history, &steps->incident.id, "Aigul", 77, &acked, &fault));
    expect_due(fixture, steps, 0);
    remind(fixture, steps, 4);
    ck_assert_uint_eq(steps->count, 0);
    steps_end(fixture, steps);
    steps_send_all(fixture, steps);
    ck_assert_uint_eq(steps->count, 2); /* also if the channel has only reminders */
    ck_assert_int_eq(steps->alerts[1].event, ALERT_RECOVERED);
    steps_begin(fixture, steps, 0, BOTH);
    steps_send_all(fixture, steps);
    steps_end(fixture, steps);
    steps_send_all(fixture, steps);
    remind(fixture, steps, 1);
    ck_assert_uint_eq(steps->count, 0);
}

/* --- kill -9 --- */

/* A line of the child's output for each alert whose history_alert_mark_sent() has returned. */
struct sent {
    struct uuid incident;
    int64_t event, step;
};
static int sent_pipe;

enum { STEPS = 3 };

static void send_and_report(struct history_fixture *fixture, struct history_steps *steps)
{
    steps_due(fixture, steps);
    for (size_t i = 0; i < steps->count; i++) {
        const struct alert *alert = &steps->alerts[i];
        const struct sent sent = {alert->incident.id, alert->event, alert->step};

        FINE(history_alert_mark_sent(fixture->history, alert, 0, &fault));
        ck_assert_int_eq(write(sent_pipe, &sent, sizeof(sent)), sizeof(sent));
    }
}

static void send_until_killed(struct history_fixture *fixture, void *data)
{
    struct history_steps steps;

    for (;;) {
        steps_list(fixture, &steps, true);
        if (steps.count == 0)
            steps_begin(fixture, &steps, 0, TELEGRAM);
        else
            steps.incident = steps.read[0];
        history_add_sample(fixture->history, 0, VERDICT_RED, now_wall_us(), 1000);
        send_and_report(fixture, &steps);
        for (int step = 1; step <= STEPS; step++) {
            FINE(history_incident_remind(fixture->history, &steps.incident.id, step, TELEGRAM,
                                         &fault));
            send_and_report(fixture, &steps);
        }
        FINE(history_write(fixture->history, &fault));
        steps_end(fixture, &steps);
        steps_send_all(fixture, &steps);
    }
}

static void child(struct history_fixture *fixture)
{
    struct fault fault;

    fixture->loop = loop_create(&fault);
    fixture->history = history_open(fixture->loop, fixture->path, &fixture->plan, &fault);
    history_fixture_run(fixture, send_until_killed, NULL);
}

enum { ROUNDS = 12, TOLD_MAX = 1024 };

/* Starts a child, waits until it has sent a few alerts, and kills it some time later. */
static size_t round_of(struct history_fixture *fixture, struct sent *sent)
{
    const size_t few = 1 + (size_t)(rand() % 4);
    size_t count = 0;
    int ends[2];
    int status;

    ck_assert_int_eq(pipe(ends), 0);
    sent_pipe = ends[1];
    const pid_t pid = child_fork();
    if (pid == 0) {
        child(fixture);
        _exit(0);
    }
    close(ends[1]);
    while (count < few && read(ends[0], &sent[count], sizeof(*sent)) == sizeof(*sent))
        count++;
    ck_assert_uint_eq(count, few);
    usleep((useconds_t)(rand() % 5000));
    kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status));
    while (count < TOLD_MAX / ROUNDS && read(ends[0], &sent[count], sizeof(*sent)) == sizeof(*sent))
        count++;
    close(ends[0]);
    return count;
}

TEST(killed_process_neither_repeats_nor_loses_alerts)
{
    static struct sent sent[TOLD_MAX];
    struct history_fixture fixture;
    size_t count = 0;

    history_fixture_open(&fixture, 1, 10000);
    history_close(fixture.history);
    srand(7);
    for (int i = 0; i < ROUNDS; i++)
        count += round_of(&fixture, &sent[count]);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(memcmp(&sent[i], &sent[j], sizeof(sent[i])) != 0, "sent twice");
    ck_assert_int_eq(
        history_fixture_query(&fixture, "SELECT quick_check = 'ok' FROM pragma_quick_check"), 1);
    ck_assert_int_eq(history_fixture_query(&fixture, "SELECT (SELECT count(*) FROM sample)"
                                                     " - (SELECT sum(count) FROM day)"),
                     0);
    ck_assert_int_le(
        history_fixture_query(&fixture, "SELECT count(*) FROM incident WHERE ended_us = 0"), 1);
    ck_assert_int_eq(history_fixture_query(&fixture,
                                           "SELECT count(*) FROM incident i WHERE ended_us > 0 AND"
                                           " (SELECT count(*) FROM alert WHERE incident_id = i.id"
                                           " AND event = 3 AND told_us > 0) <> 3"),
                     0);
    /* All sent alerts are on the disk. */
    ck_assert_int_ge(
        history_fixture_query(&fixture, "SELECT count(*) FROM alert WHERE told_us > 0"),
        (int64_t)count);
    FINE((fixture.history = history_open(fixture.loop, fixture.path, &fixture.plan, &fault)) !=
         NULL);
    history_fixture_close(&fixture);
}
