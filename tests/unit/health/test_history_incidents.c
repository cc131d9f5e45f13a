// SPDX-License-Identifier: MIT
/* Incidents and their alerts, silences, heartbeats. */
#include "history_steps.h"
#include "support/test.h"

TEST_CASE("incidents", .timeout_s = 60);

static void lives(struct history_fixture *fixture, void *data)
{
    struct history_steps *steps = data;
    struct incident acked;

    steps_begin(fixture, steps, 1, BOTH);
    expect_due(fixture, steps, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct incident *incident = &steps->alerts[i].incident;

        ck_assert_int_eq(steps->alerts[i].event, ALERT_FIRED);
        ck_assert_int_eq(steps->alerts[i].channel, (int)i);
        ck_assert(uuid_equal(&incident->id, &steps->incident.id));
        ck_assert_str_eq(incident->check, "check-001");
        ck_assert_int_eq(incident->trouble, TROUBLE_REFUSED);
        ck_assert_str_eq(incident->detail, "port 5432");
        ck_assert_int_eq(incident->reading.measure, MEASURE_connections);
        ck_assert_double_eq(incident->reading.value, 46.5);
        ck_assert_int_eq(incident->started_us, steps->incident.started_us);
        ck_assert_int_eq(incident->ended_us, 0);
    }
    steps_send_all(fixture, steps);
    expect_due(fixture, steps, 0);
    steps->incident.level = LEVEL_RED;
    FINE(history_incident_worsen(fixture->history, &steps->incident, TELEGRAM, &fault));
    steps_send_all(fixture, steps);
    ck_assert_uint_eq(steps->count, 1);
    ck_assert_int_eq(steps->alerts[0].event, ALERT_WORSE);
    ck_assert_int_eq(steps->alerts[0].incident.level, LEVEL_RED);
    FINE(history_incident_ack(fixture->history, &steps->incident.id, "Aigul", 77, &acked, &fault));
    FINE(history_incident_ack(fixture->history, &steps->incident.id, "Ivan", 78, &acked, &fault));
    ck_assert_str_eq(acked.acked_by, "Aigul");
    ck_assert_int_eq(acked.acked_us, 77);
    steps_list(fixture, steps, true);
    ck_assert_uint_eq(steps->count, 1);
    steps_end(fixture, steps);
    steps_end(fixture, steps);
    steps_send_all(fixture, steps);
    ck_assert_uint_eq(steps->count, 2);
    ck_assert_int_eq(steps->alerts[0].event, ALERT_RECOVERED);
    ck_assert_int_eq(steps->alerts[1].event, ALERT_RECOVERED);
    steps_list(fixture, steps, true);
    ck_assert_uint_eq(steps->count, 0);
    steps_list(fixture, steps, false);
    ck_assert_uint_eq(steps->count, 1);
    ck_assert_int_eq(steps->read[0].level, LEVEL_RED);
    ck_assert_int_ne(steps->read[0].ended_us, 0);
}

TEST(alerts_are_queued_once_for_begin_worsen_and_end)
{
    struct history_fixture fixture;
    struct history_steps steps;

    history_fixture_open(&fixture, 3, 10000);
    history_fixture_run(&fixture, lives, &steps);
    ck_assert_int_eq(
        history_fixture_query(&fixture, "SELECT count(*) FROM alert WHERE told_us > 0"), 5);
    ck_assert_int_eq(
        history_fixture_query(&fixture, "SELECT count(*) FROM incident WHERE ended_us > 0"), 1);
    history_fixture_close(&fixture);
}

/* SMS is only for red: the first alert of some incidents is that they are worse. */
STEPS_TEST(channel_that_joins_later_gets_the_recovery, 1)
{
    steps_begin(fixture, steps, 0, TELEGRAM);
    steps_send_all(fixture, steps);
    steps->incident.level = LEVEL_RED;
    FINE(history_incident_worsen(fixture->history, &steps->incident, TELEGRAM | 1U << ALERT_SMS,
                                 &fault));
    steps_send_all(fixture, steps);
    ck_assert_uint_eq(steps->count, 2);
    steps_end(fixture, steps);
    steps_send_all(fixture, steps);
    ck_assert_uint_eq(steps->count, 2);
    ck_assert_int_eq(steps->alerts[1].event, ALERT_RECOVERED);
    ck_assert_int_eq(steps->alerts[1].channel, ALERT_SMS);
}

static void show(struct history_fixture *fixture, struct history_steps *steps, int64_t chat,
                 enum alert_event event)
{
    const struct alert_message message = {.chat_id = chat,
                                          .message_id = chat + 7,
                                          .event = event,
                                          .step = event == ALERT_REMINDED ? 2 : 0,
                                          .incident = steps->incident};

    FINE(history_add_message(fixture->history, &message, &fault));
    FINE(history_add_message(fixture->history, &message, &fault));
    now_advance_us(1000);
}

static void show_all(struct history_fixture *fixture, void *data)
{
    struct history_steps *steps = data;
    struct incident acked;

    steps_begin(fixture, steps, 1, TELEGRAM);
    show(fixture, steps, -100, ALERT_FIRED);
    steps_end(fixture, steps);
    now_advance_us(HISTORY_HOUR_US);
    steps_begin(fixture, steps, 0, TELEGRAM);
    show(fixture, steps, 101, ALERT_FIRED);
    show(fixture, steps, 102, ALERT_REMINDED);
    FINE(history_incident_ack(fixture->history, &steps->incident.id, "Aigul", 77, &acked, &fault));
}

static void stored_again(struct history_fixture *fixture, void *data)
{
    struct alert_message stored[4];
    size_t count = 4;

    FINE(history_list_messages(fixture->history, now_wall_us() - HISTORY_HOUR_US / 2, stored,
                               &count, &fault));
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(stored[0].chat_id, 102);
    ck_assert_int_eq(stored[0].message_id, 109);
    ck_assert_int_eq(stored[0].event, ALERT_REMINDED);
    ck_assert_int_eq(stored[0].step, 2);
    ck_assert_int_eq(stored[1].chat_id, 101);
    ck_assert_int_eq(stored[1].step, 0);
    ck_assert_str_eq(stored[1].incident.acked_by, "Aigul");
    count = 4;
    FINE(history_list_messages(fixture->history, 0, stored, &count, &fault));
    ck_assert_uint_eq(count, 3);
    ck_assert_int_eq(stored[2].chat_id, -100);
    ck_assert_int_ne(stored[2].incident.ended_us, 0);
}

TEST(messages_survive_restart)
{
    struct history_fixture fixture;
    struct history_steps steps;

    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    history_fixture_open(&fixture, 2, 10000);
    history_fixture_run(&fixture, show_all, &steps);
    history_fixture_restart(&fixture);
    history_fixture_run(&fixture, stored_again, NULL);
    /* Those that are too old are found by an index. */
    ck_assert_int_eq(history_fixture_query(&fixture,
                                           "SELECT count(*) FROM pragma_index_list('message') l,"
                                           " pragma_index_info(l.name) c"
                                           " WHERE c.seqno = 0 AND c.name = 'told_us'"),
                     1);
    history_fixture_close(&fixture);
    now_thaw();
}

STEPS_TEST(check_has_one_open_incident, 1)
{
    struct incident other;
    const struct uuid nobody = uuid_make();
    struct trend trend;

    steps_begin(fixture, steps, 0, TELEGRAM);
    FINE(history_incident_begin(fixture->history, &steps->incident, TELEGRAM, &fault));
    steps_send_all(fixture, steps);
    ck_assert_uint_eq(steps->count, 1);
    other = history_fixture_incident(fixture, 0, LEVEL_RED);
    FAILS(history_incident_begin(fixture->history, &other, TELEGRAM, &fault), "incident_open");
    FAILS(history_incident_end(fixture->history, &nobody, 1, &fault), "not_found");
    FAILS(history_incident_ack(fixture->history, &nobody, "x", 1, &other, &fault), "not_found");
    FINE(history_read_trends(fixture->history, now_wall_us(), &trend, &fault));
    ck_assert_int_eq(other.level, LEVEL_RED);
    expect_due(fixture, steps, 0);
}

static void many(struct history_fixture *fixture, void *data)
{
    struct history_steps *steps = data;
    struct uuid before = uuid_max;
    struct incident acked;
    struct uuid first = {{0}};
    size_t seen = 0;

    steps_begin(fixture, steps, 1, 0); /* it is open */
    for (int i = 0; i < 150; i++) {
        steps_begin(fixture, steps, 0, 0);
        if (i == 0)
            first = steps->incident.id;
        steps_end(fixture, steps);
    }
    do {
        steps->count = ROOM;
        FINE(history_list_incidents(fixture->history, &before, false, steps->read, &steps->count,
                                    &fault));
        for (size_t i = 0; i < steps->count; i++) {
            ck_assert_int_lt(memcmp(&steps->read[i].id, &before, sizeof(before)), 0);
            before = steps->read[i].id;
        }
        seen += steps->count;
    } while (steps->count > 0);
    ck_assert_uint_eq(seen, 151);
    steps_list(fixture, steps, true);
    ck_assert_uint_eq(steps->count, 1);
    ck_assert_str_eq(steps->read[0].check, "check-001");
    /* Memory has deleted it. */
    FINE(history_incident_ack(fixture->history, &first, "Aigul", 5, &acked, &fault));
    ck_assert_str_eq(acked.acked_by, "Aigul");
}

TEST(incidents_are_listed_page_by_page)
{
    struct history_fixture fixture;
    struct history_steps steps;

    history_fixture_open(&fixture, 2, 10000);
    history_fixture_run(&fixture, many, &steps);
    ck_assert_int_eq(
        history_fixture_query(&fixture, "SELECT count(*) FROM incident WHERE acked_us = 5"), 1);
    history_fixture_close(&fixture);
}

static void silence_all(struct history_fixture *fixture, void *data)
{
    static struct silence silences[SILENCES_MAX];
    struct silence one = {.match = "post*", .reason = "Переезд", .who = "Aigul"};
    size_t count = SILENCES_MAX;

    one.since_us = now_wall_us();
    one.until_us = one.since_us + HISTORY_HOUR_US;
    for (int i = 0; i < SILENCES_MAX; i++) {
        one.id = uuid_make();
        FINE(history_silence_add(fixture->history, &one, &fault));
    }
    one.id = uuid_make();
    FAILS(history_silence_add(fixture->history, &one, &fault), "too_many_silences");
    FAILS(history_silence_drop(fixture->history, &one.id, &fault), "not_found");
    FINE(history_list_silences(fixture->history, now_wall_us(), silences, &count, &fault));
    ck_assert_uint_eq(count, SILENCES_MAX);
    ck_assert_str_eq(silences[3].match, "post*");
    ck_assert_str_eq(silences[3].reason, "Переезд");
    for (size_t i = 1; i < count; i++)
        FINE(history_silence_drop(fixture->history, &silences[i].id, &fault));
    FAILS(history_silence_drop(fixture->history, &silences[1].id, &fault), "not_found");
    const struct heartbeat beats[] = {
        {"backup", 80,  false, 1,   2,   3,  4 },
        {"backup", 100, true,  372, 120, 5,  6 },
        {"backup", 90,  false, -1,  -1,  -1, -1}
    };
    for (size_t i = 0; i < ARRAY_LEN(beats); i++)
        FINE(history_add_heartbeat(fixture->history, &beats[i], &fault));
}

static void silence_one(struct history_fixture *fixture, void *data)
{
    static struct silence silences[SILENCES_MAX];
    struct heartbeat beats[ROOM];
    size_t count = SILENCES_MAX;

    FINE(history_list_silences(fixture->history, now_wall_us(), silences, &count, &fault));
    ck_assert_uint_eq(count, 1);
    count = SILENCES_MAX;
    FINE(history_list_silences(fixture->history, now_wall_us() + HISTORY_HOUR_US, silences, &count,
                               &fault));
    ck_assert_uint_eq(count, 0);
    count = ROOM;
    FINE(history_list_heartbeats(fixture->history, beats, &count, &fault));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(beats[0].name, "backup");
    ck_assert_int_eq(beats[0].at_us, 100);
    ck_assert(beats[0].ok);
    ck_assert_int_eq(beats[0].took_s, 372);
    ck_assert_int_eq(beats[0].loss_s, 120);
    ck_assert_int_eq(beats[0].due, 5);
    ck_assert_int_eq(beats[0].oldest_s, 6);
}

TEST(silences_and_heartbeats_survive_restart)
{
    struct history_fixture fixture;

    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    history_fixture_open(&fixture, 1, 10000);
    history_fixture_run(&fixture, silence_all, NULL);
    history_fixture_restart(&fixture);
    history_fixture_run(&fixture, silence_one, NULL);
    history_fixture_close(&fixture);
    now_thaw();
}

/* At most one maintenance, also if there are SILENCES_MAX silences. */
STEPS_TEST(new_maintenance_replaces_the_previous, 1)
{
    static struct silence silences[SILENCES_MAX];
    struct silence one = {.match = "*", .who = "Aigul"};
    size_t count = SILENCES_MAX, maintenances = 0;

    one.since_us = now_wall_us();
    one.until_us = one.since_us + HISTORY_HOUR_US;
    for (int i = 0; i < SILENCES_MAX + 5; i++) {
        one.id = uuid_make();
        snprintf(one.match, sizeof one.match, "%s", i < 3 || i >= SILENCES_MAX + 2 ? "*" : "post*");
        FINE(history_silence_add(fixture->history, &one, &fault));
    }
    FINE(history_list_silences(fixture->history, now_wall_us(), silences, &count, &fault));
    for (size_t i = 0; i < count; i++)
        maintenances += strcmp(silences[i].match, "*") == 0;
    ck_assert_uint_eq(maintenances, 1);
    ck_assert_msg(uuid_equal(&silences[count - 1].id, &one.id), "the last one applies");
}
