// SPDX-License-Identifier: MIT
/* Alerts: what is due, what is dropped, and what a kill leaves. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "history_steps.h"
#include "support/child.h"

static void quick(struct stand *stand, void *data)
{
    struct script *script = data;

    script_begin(stand, script, 0, BOTH);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 2);
    /* Telegram was told, the e-mail was not. */
    FINE(history_alert_sent(stand->history, &script->alerts[0], 9, &fault));
    FINE(history_alert_postpone(stand->history, script->alerts[1].id, US_PER_S, &fault));
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    script->incident.level = LEVEL_RED;
    FINE(history_incident_worsen(stand->history, &script->incident, EMAIL, &fault));
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0); /* it waits for the first of its channel */
    now_advance_us(2 * US_PER_S);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_int_eq(script->alerts[0].event, ALERT_FIRED);
    ck_assert_int_eq(script->alerts[0].tries, 1);
    script_end(stand, script);
    script_tell_all(stand, script);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_int_eq(script->alerts[0].channel, ALERT_TELEGRAM);
    ck_assert_int_eq(script->alerts[0].event, ALERT_RECOVERED);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0);
}

START_TEST(what_was_over_before_it_was_told_is_not_told)
{
    script_play(1, quick);
}
END_TEST

static void in_flight(struct stand *stand, void *data)
{
    struct script *script = data;
    struct alert told;

    script_begin(stand, script, 0, TELEGRAM);
    script_due(stand, script);
    told = script->alerts[0];
    script_end(stand, script);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    FINE(history_alert_sent(stand->history, &told, 5, &fault));
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_int_eq(script->alerts[0].event, ALERT_RECOVERED);
}

START_TEST(an_incident_that_ends_while_it_is_told_has_a_recovery)
{
    script_play(1, in_flight);
}
END_TEST

static void elsewhere(struct stand *stand, void *data)
{
    struct script *script = data;

    script_begin(stand, script, 0, TELEGRAM);
    script_due(stand, script);
    FINE(history_alert_copy(stand->history, script->alerts[0].id, ALERT_EMAIL, &fault));
    FINE(history_alert_copy(stand->history, script->alerts[0].id, ALERT_EMAIL, &fault));
    script_tell_all(stand, script);
    ck_assert_uint_eq(script->count, 2);
    script_end(stand, script);
    script_tell_all(stand, script);
    ck_assert_uint_eq(script->count, 2);
    script_begin(stand, script, 0, TELEGRAM);
    now_advance_us(HISTORY_DAY_US + US_PER_S);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    script_end(stand, script);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0);
}

START_TEST(an_alert_goes_to_another_channel_once_and_is_given_up_after_a_day)
{
    script_play(1, elsewhere);
}
END_TEST

static void starve(struct stand *stand, void *data)
{
    struct script *script = data;

    for (size_t i = 0; i < 2 * ROOM; i++)
        script_begin(stand, script, i, TELEGRAM);
    script_begin(stand, script, 2 * ROOM, EMAIL);
    script_due_by(stand, script, ALERT_TELEGRAM, false);
    ck_assert_uint_eq(script->count, ROOM);
    script_due_by(stand, script, ALERT_EMAIL, false);
    ck_assert_uint_eq(script->count, 1);
}

START_TEST(what_one_channel_has_not_told_holds_up_no_other)
{
    script_play(2 * ROOM + 1, starve);
}
END_TEST

static void give_up(struct stand *stand, void *data)
{
    struct script *script = data;

    script_begin(stand, script, 0, BOTH);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 2);
    FINE(history_alert_give_up(stand->history, script->alerts[0].id, &fault));
    ck_assert_int_eq(history_alerts_given_up(stand->history), 1);
    FINE(history_alert_sent(stand->history, &script->alerts[1], 0, &fault));
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    ck_assert_int_eq(history_alerts_waiting(stand->history), 0);
    script_end(stand, script);
    script_tell_all(stand, script);
    ck_assert_uint_eq(script->count, 1); /* where it was told */
    ck_assert_int_eq(script->alerts[0].channel, ALERT_EMAIL);
    script_begin(stand, script, 1, TELEGRAM);
    now_advance_us(HISTORY_DAY_US + US_PER_S);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    ck_assert_int_eq(history_alerts_given_up(stand->history), 2);
}

START_TEST(what_is_given_up_is_not_told)
{
    struct stand stand;
    struct script script;

    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    stand_open(&stand, 2, 10000);
    stand_run(&stand, give_up, &script);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM alert WHERE told_us > 0"), 2);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM alert WHERE dropped = 2"), 2);
    stand_close(&stand);
    now_thaw();
}
END_TEST

/* The clock on the wall alone. */
static void set_back(int64_t us)
{
    now_freeze(now_wall_us() - us, now_mono_ns());
}

static void clock_back(struct stand *stand, void *data)
{
    struct script *script = data;

    script_begin(stand, script, 0, TELEGRAM);
    set_back(5 * HISTORY_HOUR_US);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 1);
    FINE(history_alert_postpone(stand->history, script->alerts[0].id, 60 * US_PER_S, &fault));
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    set_back(US_PER_S); /* further than the pause */
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 1);
    now_advance_us(60 * US_PER_S);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    now_advance_us(US_PER_S);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 1);
}

START_TEST(a_clock_that_is_set_back_keeps_no_alert_waiting)
{
    script_play(1, clock_back);
}
END_TEST

static void be_quiet(struct stand *stand, void *data)
{
    struct script *script = data;

    for (size_t i = 0; i < 3; i++) {
        script->incident = stand_incident(stand, i, i == 2 ? LEVEL_RED : LEVEL_YELLOW);
        script->incident.severity = i == 1 ? SEVERITY_CRITICAL : SEVERITY_WARNING;
        FINE(history_incident_begin(stand->history, &script->incident, TELEGRAM, &fault));
    }
    script_due_by(stand, script, ALERT_TELEGRAM, true);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_int_eq(history_alerts_waiting(stand->history), 1);
    ck_assert_str_eq(script->alerts[0].incident.check, "check-002");
    FINE(history_alert_sent(stand->history, &script->alerts[0], 0, &fault));
    script_due_by(stand, script, ALERT_TELEGRAM, true);
    ck_assert_uint_eq(script->count, 0);
    ck_assert_int_eq(history_alerts_waiting(stand->history), 0);
    script_list(stand, script, true);
    script->incident = script->read[2];
    ck_assert_str_eq(script->incident.check, "check-000");
    script_due_by(stand, script, ALERT_TELEGRAM, false);
    ck_assert_uint_eq(script->count, 2);
}

static void be_quiet_until_red(struct stand *stand, void *data)
{
    struct script *script = data;

    be_quiet(stand, script);
    script->incident.level = LEVEL_RED;
    FINE(history_incident_worsen(stand->history, &script->incident, TELEGRAM, &fault));
    script_due_by(stand, script, ALERT_TELEGRAM, true);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_int_eq(script->alerts[0].incident.level, LEVEL_RED);
    script_tell_all(stand, script);
    script_due_by(stand, script, ALERT_TELEGRAM, false);
    ck_assert_uint_eq(script->count, 0); /* red it was told to be already */
}

static void be_red_while_told(struct stand *stand, void *data)
{
    struct script *script = data;

    be_quiet(stand, script);
    script->incident.level = LEVEL_RED;
    FINE(history_incident_worsen(stand->history, &script->incident, TELEGRAM, &fault));
    for (size_t i = 0; i < script->count; i++)
        FINE(history_alert_sent(stand->history, &script->alerts[i], 0, &fault));
    script_due_by(stand, script, ALERT_TELEGRAM, false);
    ck_assert_uint_eq(script->count, 1); /* yellow it was told to be */
    ck_assert_int_eq(script->alerts[0].event, ALERT_WORSE);
}

static void be_quiet_until_over(struct stand *stand, void *data)
{
    struct script *script = data;

    be_quiet(stand, script);
    script_end(stand, script);
    script_due_by(stand, script, ALERT_TELEGRAM, false);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_str_eq(script->alerts[0].incident.check, "check-001");
}

static void (*const quiet_ends[])(struct stand *stand, void *data) = {
    be_quiet_until_red, be_red_while_told, be_quiet_until_over};

START_TEST(warnings_wait_in_quiet_hours)
{
    struct stand stand;
    struct script script;

    stand_open(&stand, 3, 10000);
    stand_run(&stand, quiet_ends[_i], &script);
    stand_close(&stand);
}
END_TEST

static void remind(struct stand *stand, struct script *script, int step)
{
    FINE(history_incident_remind(stand->history, &script->incident.id, step, BOTH, &fault));
    script_due(stand, script);
}

static void reminders(struct stand *stand, void *data)
{
    struct script *script = data;
    const struct uuid nobody = uuid_make();
    struct incident acked;

    FAILS(history_incident_remind(stand->history, &nobody, 1, BOTH, &fault), "not_found");
    script_begin(stand, script, 0, TELEGRAM);
    remind(stand, script, 1);
    ck_assert_uint_eq(script->count, 2);
    ck_assert_int_eq(script->alerts[0].event, ALERT_FIRED); /* still to be told */
    ck_assert_int_eq(script->alerts[1].event, ALERT_REMINDED);
    ck_assert_int_eq(script->alerts[1].channel, ALERT_EMAIL);
    ck_assert_int_eq(script->alerts[1].step, 1);
    script_tell_all(stand, script);
    remind(stand, script, 2);
    ck_assert_uint_eq(script->count, 2);
    script_tell_all(stand, script);
    remind(stand, script, 2);
    ck_assert_uint_eq(script->count, 0);
    remind(stand, script, 3);
    ck_assert_uint_eq(script->count, 2);
    FINE(history_incident_ack(stand->history, &script->incident.id, "Aigul", 77, &acked, &fault));
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    remind(stand, script, 4);
    ck_assert_uint_eq(script->count, 0);
    script_end(stand, script);
    script_tell_all(stand, script);
    ck_assert_uint_eq(script->count, 2); /* on the channel of reminders alone, too */
    ck_assert_int_eq(script->alerts[1].event, ALERT_RECOVERED);
    script_begin(stand, script, 0, BOTH);
    script_tell_all(stand, script);
    script_end(stand, script);
    script_tell_all(stand, script);
    remind(stand, script, 1);
    ck_assert_uint_eq(script->count, 0);
}

START_TEST(a_step_is_reminded_of_once_until_somebody_takes_it_or_it_is_over)
{
    script_play(1, reminders);
}
END_TEST

/* --- kill -9 --- */

/* What the child has told, a line for each alert of which history_alert_sent() has returned. */
struct told {
    struct uuid incident;
    int64_t event, step;
};
static int told_pipe;

enum { STEPS = 3 };

static void tell_and_say(struct stand *stand, struct script *script)
{
    script_due(stand, script);
    for (size_t i = 0; i < script->count; i++) {
        const struct alert *alert = &script->alerts[i];
        const struct told told = {alert->incident.id, alert->event, alert->step};

        FINE(history_alert_sent(stand->history, alert, 0, &fault));
        ck_assert_int_eq(write(told_pipe, &told, sizeof(told)), sizeof(told));
    }
}

static void live_and_die(struct stand *stand, void *data)
{
    struct script script;

    for (;;) {
        script_list(stand, &script, true);
        if (script.count == 0)
            script_begin(stand, &script, 0, TELEGRAM);
        else
            script.incident = script.read[0];
        history_add_sample(stand->history, 0, VERDICT_RED, now_wall_us(), 1000);
        tell_and_say(stand, &script);
        for (int step = 1; step <= STEPS; step++) {
            FINE(history_incident_remind(stand->history, &script.incident.id, step, TELEGRAM,
                                         &fault));
            tell_and_say(stand, &script);
        }
        FINE(history_write(stand->history, &fault));
        script_end(stand, &script);
        script_tell_all(stand, &script);
    }
}

static void child(struct stand *stand)
{
    struct fault fault;

    stand->loop = loop_create(&fault);
    stand->history = history_open(stand->loop, stand->path, &stand->plan, &fault);
    stand_run(stand, live_and_die, NULL);
}

enum { ROUNDS = 12, TOLD_MAX = 1024 };

/* Lets a child live until it has told a few, and kills it some time after that. */
static size_t round_of(struct stand *stand, struct told *told)
{
    const size_t few = 1 + (size_t)(rand() % 4);
    size_t count = 0;
    int ends[2];
    int status;

    ck_assert_int_eq(pipe(ends), 0);
    told_pipe = ends[1];
    const pid_t pid = child_fork();
    if (pid == 0) {
        child(stand);
        _exit(0);
    }
    close(ends[1]);
    while (count < few && read(ends[0], &told[count], sizeof(*told)) == sizeof(*told))
        count++;
    ck_assert_uint_eq(count, few);
    usleep((useconds_t)(rand() % 5000));
    kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status));
    while (count < TOLD_MAX / ROUNDS && read(ends[0], &told[count], sizeof(*told)) == sizeof(*told))
        count++;
    close(ends[0]);
    return count;
}

START_TEST(nothing_is_told_twice_nor_lost_when_the_process_is_killed)
{
    static struct told told[TOLD_MAX];
    struct stand stand;
    size_t count = 0;

    stand_open(&stand, 1, 10000);
    history_close(stand.history);
    srand(7);
    for (int i = 0; i < ROUNDS; i++)
        count += round_of(&stand, &told[count]);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(memcmp(&told[i], &told[j], sizeof(told[i])) != 0, "told twice");
    ck_assert_int_eq(stand_ask(&stand, "SELECT quick_check = 'ok' FROM pragma_quick_check"), 1);
    ck_assert_int_eq(stand_ask(&stand, "SELECT (SELECT count(*) FROM sample)"
                                       " - (SELECT sum(count) FROM day)"),
                     0);
    ck_assert_int_le(stand_ask(&stand, "SELECT count(*) FROM incident WHERE ended_us = 0"), 1);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM incident i WHERE ended_us > 0 AND"
                                       " (SELECT count(*) FROM alert WHERE incident_id = i.id"
                                       " AND event = 3 AND told_us > 0) <> 3"),
                     0);
    /* What was told is on the disk, all of it. */
    ck_assert_int_ge(stand_ask(&stand, "SELECT count(*) FROM alert WHERE told_us > 0"),
                     (int64_t)count);
    FINE((stand.history = history_open(stand.loop, stand.path, &stand.plan, &fault)) != NULL);
    stand_close(&stand);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("alerts");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, what_was_over_before_it_was_told_is_not_told);
    tcase_add_test(tests, an_incident_that_ends_while_it_is_told_has_a_recovery);
    tcase_add_test(tests, an_alert_goes_to_another_channel_once_and_is_given_up_after_a_day);
    tcase_add_test(tests, what_one_channel_has_not_told_holds_up_no_other);
    tcase_add_test(tests, what_is_given_up_is_not_told);
    tcase_add_test(tests, a_clock_that_is_set_back_keeps_no_alert_waiting);
    tcase_add_loop_test(tests, warnings_wait_in_quiet_hours, 0,
                        sizeof quiet_ends / sizeof quiet_ends[0]);
    tcase_add_test(tests, a_step_is_reminded_of_once_until_somebody_takes_it_or_it_is_over);
    tcase_add_test(tests, nothing_is_told_twice_nor_lost_when_the_process_is_killed);
    return stand_main("history_alerts", tests);
}
