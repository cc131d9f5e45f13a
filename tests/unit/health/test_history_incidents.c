// SPDX-License-Identifier: MIT
/* Incidents and their alerts, silences, heartbeats. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "history_stand.h"
#include "support/child.h"

enum {
    TELEGRAM = 1 << ALERT_TELEGRAM,
    EMAIL = 1 << ALERT_EMAIL,
    BOTH = TELEGRAM | EMAIL,
    ROOM = 8
};

struct script {
    struct incident incident;
    struct incident read[ROOM];
    struct alert alerts[ROOM];
    size_t count;
};

/* The alerts that are due now. */
static void due(struct stand *stand, struct script *script)
{
    script->count = ROOM;
    FINE(history_alerts_due(stand->history, now_wall_us(), script->alerts, &script->count, &fault));
}

static void tell_all(struct stand *stand, struct script *script)
{
    due(stand, script);
    for (size_t i = 0; i < script->count; i++)
        FINE(history_alert_told(stand->history, script->alerts[i].id, 0, &fault));
}

static void list(struct stand *stand, struct script *script, bool only_open)
{
    script->count = ROOM;
    FINE(history_incidents(stand->history, NULL, only_open, script->read, &script->count, &fault));
}

static void begin(struct stand *stand, struct script *script, size_t check, unsigned channels)
{
    script->incident = stand_incident(stand, check, LEVEL_YELLOW);
    FINE(history_incident_begin(stand->history, &script->incident, channels, &fault));
}

static void end(struct stand *stand, struct script *script)
{
    FINE(history_incident_end(stand->history, &script->incident.id, now_wall_us(), &fault));
}

static void lives(struct stand *stand, void *data)
{
    struct script *script = data;
    struct incident acked;

    begin(stand, script, 1, BOTH);
    due(stand, script);
    ck_assert_uint_eq(script->count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct incident *incident = &script->alerts[i].incident;

        ck_assert_int_eq(script->alerts[i].event, ALERT_FIRED);
        ck_assert_int_eq(script->alerts[i].channel, (int)i);
        ck_assert(uuid_equal(&incident->id, &script->incident.id));
        ck_assert_str_eq(incident->check, "check-001");
        ck_assert_int_eq(incident->trouble, TROUBLE_REFUSED);
        ck_assert_str_eq(incident->detail, "port 5432");
        ck_assert_int_eq(incident->reading.measure, MEASURE_connections);
        ck_assert_double_eq(incident->reading.value, 46.5);
        ck_assert_int_eq(incident->started_us, script->incident.started_us);
        ck_assert_int_eq(incident->ended_us, 0);
    }
    tell_all(stand, script);
    due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    script->incident.level = LEVEL_RED;
    FINE(history_incident_worsen(stand->history, &script->incident, TELEGRAM, &fault));
    tell_all(stand, script);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_int_eq(script->alerts[0].event, ALERT_WORSE);
    ck_assert_int_eq(script->alerts[0].incident.level, LEVEL_RED);
    FINE(history_incident_ack(stand->history, &script->incident.id, "Aigul", 77, &acked, &fault));
    FINE(history_incident_ack(stand->history, &script->incident.id, "Ivan", 78, &acked, &fault));
    ck_assert_str_eq(acked.acked_by, "Aigul");
    ck_assert_int_eq(acked.acked_us, 77);
    list(stand, script, true);
    ck_assert_uint_eq(script->count, 1);
    end(stand, script);
    end(stand, script);
    tell_all(stand, script);
    ck_assert_uint_eq(script->count, 2);
    ck_assert_int_eq(script->alerts[0].event, ALERT_RECOVERED);
    ck_assert_int_eq(script->alerts[1].event, ALERT_RECOVERED);
    list(stand, script, true);
    ck_assert_uint_eq(script->count, 0);
    list(stand, script, false);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_int_eq(script->read[0].level, LEVEL_RED);
    ck_assert_int_ne(script->read[0].ended_us, 0);
}

START_TEST(an_incident_is_told_once_when_it_begins_worsens_and_ends)
{
    struct stand stand;
    struct script script;

    stand_open(&stand, 3, 10000);
    stand_run(&stand, lives, &script);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM alert WHERE told_us > 0"), 5);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM incident WHERE ended_us > 0"), 1);
    stand_close(&stand);
}
END_TEST

static void refused(struct stand *stand, void *data)
{
    struct script *script = data;
    struct incident other;
    const struct uuid nobody = uuid_make();

    begin(stand, script, 0, TELEGRAM);
    FINE(history_incident_begin(stand->history, &script->incident, TELEGRAM, &fault));
    tell_all(stand, script);
    ck_assert_uint_eq(script->count, 1);
    other = stand_incident(stand, 0, LEVEL_RED);
    FAILS(history_incident_begin(stand->history, &other, TELEGRAM, &fault), "incident_open");
    FAILS(history_incident_end(stand->history, &nobody, 1, &fault), "not_found");
    FAILS(history_incident_ack(stand->history, &nobody, "x", 1, &other, &fault), "not_found");
    ck_assert_int_eq(other.level, LEVEL_RED);
    due(stand, script);
    ck_assert_uint_eq(script->count, 0);
}

START_TEST(a_check_has_one_incident_at_a_time)
{
    struct stand stand;
    struct script script;

    stand_open(&stand, 1, 10000);
    stand_run(&stand, refused, &script);
    stand_close(&stand);
}
END_TEST

static void quick(struct stand *stand, void *data)
{
    struct script *script = data;

    begin(stand, script, 0, BOTH);
    due(stand, script);
    ck_assert_uint_eq(script->count, 2);
    /* Telegram was told, the e-mail was not. */
    FINE(history_alert_told(stand->history, script->alerts[0].id, 9, &fault));
    FINE(history_alert_later(stand->history, script->alerts[1].id, now_wall_us() + US_PER_S,
                             &fault));
    due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    script->incident.level = LEVEL_RED;
    FINE(history_incident_worsen(stand->history, &script->incident, EMAIL, &fault));
    due(stand, script);
    ck_assert_uint_eq(script->count, 0); /* it waits for the first of its channel */
    now_advance_us(2 * US_PER_S);
    due(stand, script);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_int_eq(script->alerts[0].event, ALERT_FIRED);
    ck_assert_int_eq(script->alerts[0].tries, 1);
    end(stand, script);
    tell_all(stand, script);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_int_eq(script->alerts[0].channel, ALERT_TELEGRAM);
    ck_assert_int_eq(script->alerts[0].event, ALERT_RECOVERED);
    due(stand, script);
    ck_assert_uint_eq(script->count, 0);
}

START_TEST(what_was_over_before_it_was_told_is_not_told)
{
    struct stand stand;
    struct script script;

    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    stand_open(&stand, 1, 10000);
    stand_run(&stand, quick, &script);
    stand_close(&stand);
    now_thaw();
}
END_TEST

static void in_flight(struct stand *stand, void *data)
{
    struct script *script = data;
    int64_t id;

    begin(stand, script, 0, TELEGRAM);
    due(stand, script);
    id = script->alerts[0].id;
    end(stand, script);
    due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    FINE(history_alert_told(stand->history, id, 5, &fault));
    due(stand, script);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_int_eq(script->alerts[0].event, ALERT_RECOVERED);
}

START_TEST(an_incident_that_ends_while_it_is_told_has_a_recovery)
{
    struct stand stand;
    struct script script;

    stand_open(&stand, 1, 10000);
    stand_run(&stand, in_flight, &script);
    stand_close(&stand);
}
END_TEST

static void elsewhere(struct stand *stand, void *data)
{
    struct script *script = data;

    begin(stand, script, 0, TELEGRAM);
    due(stand, script);
    FINE(history_alert_also(stand->history, script->alerts[0].id, ALERT_EMAIL, &fault));
    FINE(history_alert_also(stand->history, script->alerts[0].id, ALERT_EMAIL, &fault));
    tell_all(stand, script);
    ck_assert_uint_eq(script->count, 2);
    end(stand, script);
    tell_all(stand, script);
    ck_assert_uint_eq(script->count, 2);
    begin(stand, script, 0, TELEGRAM);
    now_advance_us(HISTORY_DAY_US + US_PER_S);
    due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    end(stand, script);
    due(stand, script);
    ck_assert_uint_eq(script->count, 0);
}

START_TEST(an_alert_goes_to_another_channel_once_and_is_given_up_after_a_day)
{
    struct stand stand;
    struct script script;

    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    stand_open(&stand, 1, 10000);
    stand_run(&stand, elsewhere, &script);
    stand_close(&stand);
    now_thaw();
}
END_TEST

static void many(struct stand *stand, void *data)
{
    struct script *script = data;
    struct uuid before = uuid_max;
    struct incident acked;
    struct uuid first = {{0}};
    size_t seen = 0;

    begin(stand, script, 1, 0); /* it lasts */
    for (int i = 0; i < 150; i++) {
        begin(stand, script, 0, 0);
        if (i == 0)
            first = script->incident.id;
        end(stand, script);
    }
    do {
        script->count = ROOM;
        FINE(history_incidents(stand->history, &before, false, script->read, &script->count,
                               &fault));
        for (size_t i = 0; i < script->count; i++) {
            ck_assert_int_lt(memcmp(&script->read[i].id, &before, sizeof(before)), 0);
            before = script->read[i].id;
        }
        seen += script->count;
    } while (script->count > 0);
    ck_assert_uint_eq(seen, 151);
    list(stand, script, true);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_str_eq(script->read[0].check, "check-001");
    /* Memory has let it go. */
    FINE(history_incident_ack(stand->history, &first, "Aigul", 5, &acked, &fault));
    ck_assert_str_eq(acked.acked_by, "Aigul");
}

START_TEST(all_incidents_are_listed_page_by_page)
{
    struct stand stand;
    struct script script;

    stand_open(&stand, 2, 10000);
    stand_run(&stand, many, &script);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM incident WHERE acked_us = 5"), 1);
    stand_close(&stand);
}
END_TEST

static void silence_all(struct stand *stand, void *data)
{
    static struct silence silences[SILENCES_MAX];
    struct silence one = {.match = "post*", .reason = "Переезд", .who = "Aigul"};
    size_t count = SILENCES_MAX;

    one.since_us = now_wall_us();
    one.until_us = one.since_us + HISTORY_HOUR_US;
    for (int i = 0; i < SILENCES_MAX; i++) {
        one.id = uuid_make();
        FINE(history_silence_add(stand->history, &one, &fault));
    }
    one.id = uuid_make();
    FAILS(history_silence_add(stand->history, &one, &fault), "too_many_silences");
    FAILS(history_silence_drop(stand->history, &one.id, &fault), "not_found");
    FINE(history_silences(stand->history, now_wall_us(), silences, &count, &fault));
    ck_assert_uint_eq(count, SILENCES_MAX);
    ck_assert_str_eq(silences[3].match, "post*");
    ck_assert_str_eq(silences[3].reason, "Переезд");
    for (size_t i = 1; i < count; i++)
        FINE(history_silence_drop(stand->history, &silences[i].id, &fault));
    FAILS(history_silence_drop(stand->history, &silences[1].id, &fault), "not_found");
    FINE(history_heartbeat(stand->history, "backup", 100, true, &fault));
    FINE(history_heartbeat(stand->history, "backup", 90, false, &fault));
}

static void silence_one(struct stand *stand, void *data)
{
    static struct silence silences[SILENCES_MAX];
    struct heartbeat beats[ROOM];
    size_t count = SILENCES_MAX;

    FINE(history_silences(stand->history, now_wall_us(), silences, &count, &fault));
    ck_assert_uint_eq(count, 1);
    count = SILENCES_MAX;
    FINE(history_silences(stand->history, now_wall_us() + HISTORY_HOUR_US, silences, &count,
                          &fault));
    ck_assert_uint_eq(count, 0);
    count = ROOM;
    FINE(history_heartbeats(stand->history, beats, &count, &fault));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(beats[0].name, "backup");
    ck_assert_int_eq(beats[0].at_us, 100);
    ck_assert(beats[0].ok);
}

/* Also where there is room for no more. */
static void maintain(struct stand *stand, void *data)
{
    static struct silence silences[SILENCES_MAX];
    struct silence one = {.match = "*", .who = "Aigul"};
    size_t count = SILENCES_MAX, maintenances = 0;

    one.since_us = now_wall_us();
    one.until_us = one.since_us + HISTORY_HOUR_US;
    for (int i = 0; i < SILENCES_MAX + 5; i++) {
        one.id = uuid_make();
        snprintf(one.match, sizeof one.match, "%s", i < 3 || i >= SILENCES_MAX + 2 ? "*" : "post*");
        FINE(history_silence_add(stand->history, &one, &fault));
    }
    FINE(history_silences(stand->history, now_wall_us(), silences, &count, &fault));
    for (size_t i = 0; i < count; i++)
        maintenances += strcmp(silences[i].match, "*") == 0;
    ck_assert_uint_eq(maintenances, 1);
    ck_assert_msg(uuid_equal(&silences[count - 1].id, &one.id), "the last one holds");
}

START_TEST(a_maintenance_takes_the_place_of_the_one_before)
{
    struct stand stand;

    stand_open(&stand, 1, 10 * 1000);
    stand_run(&stand, maintain, NULL);
    stand_close(&stand);
}
END_TEST

START_TEST(silences_and_heartbeats_outlive_the_process)
{
    struct stand stand;

    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    stand_open(&stand, 1, 10000);
    stand_run(&stand, silence_all, NULL);
    stand_restart(&stand);
    stand_run(&stand, silence_one, NULL);
    stand_close(&stand);
    now_thaw();
}
END_TEST

/* --- kill -9 --- */

/* What the child has told, a line for each alert of which history_alert_told() has returned. */
struct told {
    struct uuid incident;
    int64_t event;
};
static int told_pipe;

static void live_and_die(struct stand *stand, void *data)
{
    struct script script;

    for (;;) {
        list(stand, &script, true);
        if (script.count == 0)
            begin(stand, &script, 0, TELEGRAM);
        else
            script.incident = script.read[0];
        history_sample(stand->history, 0, VERDICT_RED, now_wall_us(), 1000);
        due(stand, &script);
        for (size_t i = 0; i < script.count; i++) {
            const struct told told = {script.alerts[i].incident.id, script.alerts[i].event};

            FINE(history_alert_told(stand->history, script.alerts[i].id, 0, &fault));
            ck_assert_int_eq(write(told_pipe, &told, sizeof(told)), sizeof(told));
        }
        FINE(history_write(stand->history, &fault));
        end(stand, &script);
        tell_all(stand, &script);
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
    /* What was told is on the disk, all of it. */
    ck_assert_int_ge(stand_ask(&stand, "SELECT count(*) FROM alert WHERE told_us > 0"),
                     (int64_t)count);
    FINE((stand.history = history_open(stand.loop, stand.path, &stand.plan, &fault)) != NULL);
    stand_close(&stand);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("incidents");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_incident_is_told_once_when_it_begins_worsens_and_ends);
    tcase_add_test(tests, a_check_has_one_incident_at_a_time);
    tcase_add_test(tests, what_was_over_before_it_was_told_is_not_told);
    tcase_add_test(tests, an_incident_that_ends_while_it_is_told_has_a_recovery);
    tcase_add_test(tests, an_alert_goes_to_another_channel_once_and_is_given_up_after_a_day);
    tcase_add_test(tests, all_incidents_are_listed_page_by_page);
    tcase_add_test(tests, a_maintenance_takes_the_place_of_the_one_before);
    tcase_add_test(tests, silences_and_heartbeats_outlive_the_process);
    tcase_add_test(tests, nothing_is_told_twice_nor_lost_when_the_process_is_killed);
    return stand_main("history_incidents", tests);
}
