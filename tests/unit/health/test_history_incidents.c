// SPDX-License-Identifier: MIT
/* Incidents and when they are told, silences, heartbeats. */
#include "history_steps.h"

static void lives(struct stand *stand, void *data)
{
    struct script *script = data;
    struct incident acked;

    script_begin(stand, script, 1, BOTH);
    script_due(stand, script);
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
    script_tell_all(stand, script);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0);
    script->incident.level = LEVEL_RED;
    FINE(history_incident_worsen(stand->history, &script->incident, TELEGRAM, &fault));
    script_tell_all(stand, script);
    ck_assert_uint_eq(script->count, 1);
    ck_assert_int_eq(script->alerts[0].event, ALERT_WORSE);
    ck_assert_int_eq(script->alerts[0].incident.level, LEVEL_RED);
    FINE(history_incident_ack(stand->history, &script->incident.id, "Aigul", 77, &acked, &fault));
    FINE(history_incident_ack(stand->history, &script->incident.id, "Ivan", 78, &acked, &fault));
    ck_assert_str_eq(acked.acked_by, "Aigul");
    ck_assert_int_eq(acked.acked_us, 77);
    script_list(stand, script, true);
    ck_assert_uint_eq(script->count, 1);
    script_end(stand, script);
    script_end(stand, script);
    script_tell_all(stand, script);
    ck_assert_uint_eq(script->count, 2);
    ck_assert_int_eq(script->alerts[0].event, ALERT_RECOVERED);
    ck_assert_int_eq(script->alerts[1].event, ALERT_RECOVERED);
    script_list(stand, script, true);
    ck_assert_uint_eq(script->count, 0);
    script_list(stand, script, false);
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

/* SMS hears of what is red alone: of some incidents first that they are worse. */
static void worse_first(struct stand *stand, void *data)
{
    struct script *script = data;

    script_begin(stand, script, 0, TELEGRAM);
    script_tell_all(stand, script);
    script->incident.level = LEVEL_RED;
    FINE(history_incident_worsen(stand->history, &script->incident, TELEGRAM | 1U << ALERT_SMS,
                                 &fault));
    script_tell_all(stand, script);
    ck_assert_uint_eq(script->count, 2);
    script_end(stand, script);
    script_tell_all(stand, script);
    ck_assert_uint_eq(script->count, 2);
    ck_assert_int_eq(script->alerts[1].event, ALERT_RECOVERED);
    ck_assert_int_eq(script->alerts[1].channel, ALERT_SMS);
}

START_TEST(who_hears_of_an_incident_late_hears_of_its_end_too)
{
    script_play(1, worse_first);
}
END_TEST

static void show(struct stand *stand, struct script *script, int64_t chat, enum alert_event event)
{
    const struct alert_message message = {.chat_id = chat,
                                          .message_id = chat + 7,
                                          .event = event,
                                          .step = event == ALERT_REMINDED ? 2 : 0,
                                          .incident = script->incident};

    FINE(history_message(stand->history, &message, &fault));
    FINE(history_message(stand->history, &message, &fault));
    now_advance_us(1000);
}

static void show_all(struct stand *stand, void *data)
{
    struct script *script = data;
    struct incident acked;

    script_begin(stand, script, 1, TELEGRAM);
    show(stand, script, -100, ALERT_FIRED);
    script_end(stand, script);
    now_advance_us(HISTORY_HOUR_US);
    script_begin(stand, script, 0, TELEGRAM);
    show(stand, script, 101, ALERT_FIRED);
    show(stand, script, 102, ALERT_REMINDED);
    FINE(history_incident_ack(stand->history, &script->incident.id, "Aigul", 77, &acked, &fault));
}

static void shown_again(struct stand *stand, void *data)
{
    struct alert_message shown[4];
    size_t count = 4;

    FINE(history_messages(stand->history, now_wall_us() - HISTORY_HOUR_US / 2, shown, &count,
                          &fault));
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(shown[0].chat_id, 102);
    ck_assert_int_eq(shown[0].message_id, 109);
    ck_assert_int_eq(shown[0].event, ALERT_REMINDED);
    ck_assert_int_eq(shown[0].step, 2);
    ck_assert_int_eq(shown[1].chat_id, 101);
    ck_assert_int_eq(shown[1].step, 0);
    ck_assert_str_eq(shown[1].incident.acked_by, "Aigul");
    count = 4;
    FINE(history_messages(stand->history, 0, shown, &count, &fault));
    ck_assert_uint_eq(count, 3);
    ck_assert_int_eq(shown[2].chat_id, -100);
    ck_assert_int_ne(shown[2].incident.ended_us, 0);
}

START_TEST(messages_that_tell_of_incidents_outlive_the_process)
{
    struct stand stand;
    struct script script;

    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    stand_open(&stand, 2, 10000);
    stand_run(&stand, show_all, &script);
    stand_restart(&stand);
    stand_run(&stand, shown_again, NULL);
    /* Those that are too old are found without a look at all. */
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM pragma_index_list('message') l,"
                                       " pragma_index_info(l.name) c"
                                       " WHERE c.seqno = 0 AND c.name = 'told_us'"),
                     1);
    stand_close(&stand);
    now_thaw();
}
END_TEST

static void refused(struct stand *stand, void *data)
{
    struct script *script = data;
    struct incident other;
    const struct uuid nobody = uuid_make();

    script_begin(stand, script, 0, TELEGRAM);
    FINE(history_incident_begin(stand->history, &script->incident, TELEGRAM, &fault));
    script_tell_all(stand, script);
    ck_assert_uint_eq(script->count, 1);
    other = stand_incident(stand, 0, LEVEL_RED);
    FAILS(history_incident_begin(stand->history, &other, TELEGRAM, &fault), "incident_open");
    FAILS(history_incident_end(stand->history, &nobody, 1, &fault), "not_found");
    FAILS(history_incident_ack(stand->history, &nobody, "x", 1, &other, &fault), "not_found");
    ck_assert_int_eq(other.level, LEVEL_RED);
    script_due(stand, script);
    ck_assert_uint_eq(script->count, 0);
}

START_TEST(a_check_has_one_incident_at_a_time)
{
    script_play(1, refused);
}
END_TEST

static void many(struct stand *stand, void *data)
{
    struct script *script = data;
    struct uuid before = uuid_max;
    struct incident acked;
    struct uuid first = {{0}};
    size_t seen = 0;

    script_begin(stand, script, 1, 0); /* it lasts */
    for (int i = 0; i < 150; i++) {
        script_begin(stand, script, 0, 0);
        if (i == 0)
            first = script->incident.id;
        script_end(stand, script);
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
    script_list(stand, script, true);
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

int main(void)
{
    TCase *tests = tcase_create("incidents");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_incident_is_told_once_when_it_begins_worsens_and_ends);
    tcase_add_test(tests, who_hears_of_an_incident_late_hears_of_its_end_too);
    tcase_add_test(tests, messages_that_tell_of_incidents_outlive_the_process);
    tcase_add_test(tests, a_check_has_one_incident_at_a_time);
    tcase_add_test(tests, all_incidents_are_listed_page_by_page);
    tcase_add_test(tests, silences_and_heartbeats_outlive_the_process);
    return stand_main("history_incidents", tests);
}
