// SPDX-License-Identifier: MIT
/* Incidents and their alerts, silences, heartbeats. */
#include "history_steps.h"

TEST_CASE("incidents", .setup = steps_open, .teardown = history_fixture_close, .timeout_s = 60);

FIBER_TEST(alerts_are_queued_once_for_begin_worsen_and_end)
{
    steps_begin(1, BOTH);
    expect_due(2);
    for (size_t i = 0; i < 2; i++) {
        const struct incident *incident = &steps.alerts[i].incident;

        ck_assert_int_eq(steps.alerts[i].event, ALERT_FIRED);
        ck_assert_int_eq(steps.alerts[i].channel, (int)i);
        ck_assert(uuid_equal(&incident->id, &steps.incident.id));
        ck_assert_str_eq(incident->check, "check-001");
        ck_assert_int_eq(incident->trouble, TROUBLE_REFUSED);
        ck_assert_str_eq(incident->detail, "port 5432");
        ck_assert_int_eq(incident->reading.measure, MEASURE_connections);
        ck_assert_double_eq(incident->reading.value, 46.5);
        ck_assert_int_eq(incident->started_us, steps.incident.started_us);
        ck_assert_int_eq(incident->ended_us, 0);
    }
    expect_sent(2);
    expect_due(0);
    steps_worsen(TELEGRAM);
    expect_sent(1);
    ck_assert_int_eq(steps.alerts[0].event, ALERT_WORSE);
    ck_assert_int_eq(steps.alerts[0].incident.level, LEVEL_RED);
    (void)steps_ack("Aigul", 77);
    const struct incident acked = steps_ack("Ivan", 78);
    ck_assert_str_eq(acked.acked_by, "Aigul");
    ck_assert_int_eq(acked.acked_us, 77);
    expect_incidents(true, 1);
    steps_end();
    steps_end();
    expect_sent(2);
    ck_assert_int_eq(steps.alerts[0].event, ALERT_RECOVERED);
    ck_assert_int_eq(steps.alerts[1].event, ALERT_RECOVERED);
    expect_incidents(true, 0);
    expect_incidents(false, 1);
    ck_assert_int_eq(steps.read[0].level, LEVEL_RED);
    ck_assert_int_ne(steps.read[0].ended_us, 0);
    ck_rows(5, "alert WHERE told_us > 0");
    ck_rows(1, "incident WHERE ended_us > 0");
}

FIBER_TEST(worse_level_ends_the_acknowledgement)
{
    steps_begin(0, TELEGRAM);
    (void)steps_ack("Aigul", 77);
    steps_worsen(TELEGRAM);
    expect_incidents(true, 1);
    ck_assert_str_eq(steps.read[0].acked_by, "");
    ck_assert_int_eq(steps.read[0].acked_us, 0);
    (void)steps_ack("Ivan", 78);
    steps_worsen(TELEGRAM);
    expect_incidents(true, 1);
    ck_assert_str_eq(steps.read[0].acked_by, "Ivan");
}

/* SMS is only for red: the first alert of some incidents is that they are worse. */
FIBER_TEST(channel_that_joins_later_gets_the_recovery)
{
    steps_begin(0, TELEGRAM);
    expect_sent(1);
    steps_worsen(TELEGRAM | 1U << ALERT_SMS);
    expect_sent(2);
    steps_end();
    expect_sent(2);
    ck_assert_int_eq(steps.alerts[1].event, ALERT_RECOVERED);
    ck_assert_int_eq(steps.alerts[1].channel, ALERT_SMS);
}

static void show(int64_t chat, enum alert_event event)
{
    const struct alert_message message = {.chat_id = chat,
                                          .message_id = chat + 7,
                                          .event = event,
                                          .step = event == ALERT_REMINDED ? 2 : 0,
                                          .incident = steps.incident};

    ck_ok(history_add_message(fixture.history, &message, &fault));
    ck_ok(history_add_message(fixture.history, &message, &fault));
    now_advance_us(1000);
}

static void expect_messages(int64_t since_us, size_t count, struct alert_message stored[4])
{
    size_t found = 4;

    ck_ok(history_list_messages(fixture.history, since_us, stored, &found, &fault));
    ck_assert_uint_eq(found, count);
}

FIBER_TEST(messages_survive_restart)
{
    struct alert_message stored[4];

    steps_begin(1, TELEGRAM);
    show(-100, ALERT_FIRED);
    steps_end();
    now_advance_us(HISTORY_HOUR_US);
    steps_begin(0, TELEGRAM);
    show(101, ALERT_FIRED);
    show(102, ALERT_REMINDED);
    (void)steps_ack("Aigul", 77);
    history_fixture_restart();
    expect_messages(now_wall_us() - HISTORY_HOUR_US / 2, 2, stored);
    ck_assert_int_eq(stored[0].chat_id, 102);
    ck_assert_int_eq(stored[0].message_id, 109);
    ck_assert_int_eq(stored[0].event, ALERT_REMINDED);
    ck_assert_int_eq(stored[0].step, 2);
    ck_assert_int_eq(stored[1].chat_id, 101);
    ck_assert_int_eq(stored[1].step, 0);
    ck_assert_str_eq(stored[1].incident.acked_by, "Aigul");
    expect_messages(0, 3, stored);
    ck_assert_int_eq(stored[2].chat_id, -100);
    ck_assert_int_ne(stored[2].incident.ended_us, 0);
    /* Those that are too old are found by an index. */
    ck_rows(1, "pragma_index_list('message') l, pragma_index_info(l.name) c"
               " WHERE c.seqno = 0 AND c.name = 'told_us'");
}

FIBER_TEST(check_has_one_open_incident)
{
    const struct uuid nobody = uuid_make();
    struct trend trends[2 * ROOM + 1];

    steps_begin(0, TELEGRAM);
    ck_ok(history_incident_begin(fixture.history, &steps.incident, TELEGRAM, &fault));
    expect_sent(1);
    struct incident other = history_fixture_incident(0, LEVEL_RED);
    ck_fault(history_incident_begin(fixture.history, &other, TELEGRAM, &fault), "incident_open",
             FAULT_CONFLICT);
    ck_fault(history_incident_end(fixture.history, &nobody, 1, &fault), "not_found",
             FAULT_NOT_FOUND);
    ck_fault(history_incident_ack(fixture.history, &nobody, "x", 1, &other, &fault), "not_found",
             FAULT_NOT_FOUND);
    ck_ok(history_read_trends(fixture.history, now_wall_us(), trends, &fault));
    ck_assert_int_eq(other.level, LEVEL_RED);
    expect_due(0);
}

FIBER_TEST(incidents_are_listed_page_by_page)
{
    struct uuid before = uuid_max, first = {{0}};
    size_t seen = 0;

    steps_begin(1, 0); /* it is open */
    for (int i = 0; i < 150; i++) {
        steps_begin(0, 0);
        if (i == 0)
            first = steps.incident.id;
        steps_end();
    }
    do {
        steps.count = ROOM;
        ck_ok(history_list_incidents(fixture.history, &before, false, steps.read, &steps.count,
                                     &fault));
        for (size_t i = 0; i < steps.count; i++) {
            ck_assert_int_lt(memcmp(&steps.read[i].id, &before, sizeof before), 0);
            before = steps.read[i].id;
        }
        seen += steps.count;
    } while (steps.count > 0);
    ck_assert_uint_eq(seen, 151);
    expect_incidents(true, 1);
    ck_assert_str_eq(steps.read[0].check, "check-001");
    /* Memory has deleted it. */
    steps.incident.id = first;
    ck_assert_str_eq(steps_ack("Aigul", 5).acked_by, "Aigul");
    ck_rows(1, "incident WHERE acked_us = 5");
}

static struct silence silences[SILENCES_MAX];
static size_t silence_count;

/* A silence of an hour. */
static struct uuid silence_add(const char *match)
{
    struct silence one = {.id = uuid_make(),
                          .reason = "Переезд",
                          .who = "Aigul",
                          .since_us = now_wall_us(),
                          .until_us = now_wall_us() + HISTORY_HOUR_US};

    strcpy(one.match, match);
    ck_ok(history_silence_add(fixture.history, &one, &fault));
    return one.id;
}

static void list_silences(int64_t at_us)
{
    silence_count = SILENCES_MAX;
    ck_ok(history_list_silences(fixture.history, at_us, silences, &silence_count, &fault));
}

FIBER_TEST(silences_and_heartbeats_survive_restart)
{
    const struct silence more = {.id = uuid_make(), .until_us = INT64_MAX};
    static const struct heartbeat beats[] = {
        {"backup", 80,  false, 1,   2,   3,  4 },
        {"backup", 100, true,  372, 120, 5,  6 },
        {"backup", 90,  false, -1,  -1,  -1, -1}
    };
    struct heartbeat last[ROOM];
    size_t count = ROOM;

    for (int i = 0; i < SILENCES_MAX; i++)
        (void)silence_add("post*");
    ck_fault(history_silence_add(fixture.history, &more, &fault), "too_many_silences",
             FAULT_CONFLICT);
    ck_fault(history_silence_end(fixture.history, &more.id, &fault), "not_found", FAULT_NOT_FOUND);
    list_silences(now_wall_us());
    ck_assert_uint_eq(silence_count, SILENCES_MAX);
    ck_assert_str_eq(silences[3].match, "post*");
    ck_assert_str_eq(silences[3].reason, "Переезд");
    for (size_t i = 1; i < silence_count; i++)
        ck_ok(history_silence_end(fixture.history, &silences[i].id, &fault));
    ck_fault(history_silence_end(fixture.history, &silences[1].id, &fault), "not_found",
             FAULT_NOT_FOUND);
    for (size_t i = 0; i < ARRAY_LEN(beats); i++)
        ck_ok(history_store_heartbeat(fixture.history, &beats[i], &fault));
    history_fixture_restart();
    list_silences(now_wall_us());
    ck_assert_uint_eq(silence_count, 1);
    list_silences(now_wall_us() + HISTORY_HOUR_US);
    ck_assert_uint_eq(silence_count, 0);
    ck_ok(history_list_heartbeats(fixture.history, last, &count, &fault));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(last[0].name, "backup");
    ck_assert_int_eq(last[0].at_us, 100);
    ck_assert(last[0].ok);
    ck_assert_int_eq(last[0].took_s, 372);
    ck_assert_int_eq(last[0].loss_s, 120);
    ck_assert_int_eq(last[0].due, 5);
    ck_assert_int_eq(last[0].oldest_s, 6);
}

FIBER_TEST(heartbeat_of_the_future_is_replaced)
{
    const int64_t now_us = now_wall_us();
    const struct heartbeat beats[] = {
        {"backup", now_us + HISTORY_HOUR_US, true,  -1, -1, -1, -1},
        {"backup", now_us,                   false, -1, -1, -1, -1}
    };
    struct heartbeat last[ROOM];
    size_t count = ROOM;

    for (size_t i = 0; i < ARRAY_LEN(beats); i++)
        ck_ok(history_store_heartbeat(fixture.history, &beats[i], &fault));
    ck_ok(history_list_heartbeats(fixture.history, last, &count, &fault));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(last[0].at_us, now_us);
    ck_assert(!last[0].ok);
}

/* At most one maintenance, also if there are SILENCES_MAX silences. */
FIBER_TEST(new_maintenance_replaces_the_previous)
{
    struct uuid last = {{0}};
    size_t maintenances = 0;

    for (int i = 0; i < SILENCES_MAX + 5; i++)
        last = silence_add(i < 3 || i >= SILENCES_MAX + 2 ? "*" : "post*");
    list_silences(now_wall_us());
    for (size_t i = 0; i < silence_count; i++)
        maintenances += strcmp(silences[i].match, "*") == 0;
    ck_assert_uint_eq(maintenances, 1);
    ck_assert_msg(uuid_equal(&silences[silence_count - 1].id, &last), "the last one applies");
}
