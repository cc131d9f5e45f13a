// SPDX-License-Identifier: MIT
/* Alerts of a history that may be away. */
#include "base/now.h"

#include "alerts/alert_queue.h"
#include "history_fake.h"
#include "unit/base/suite.h"

enum { BOTH = 1U << ALERT_TELEGRAM | 1U << ALERT_EMAIL, ROOM = 8, MINUTE_US = 60 * 1000 * 1000 };

static struct alert_queue queue;
static struct alert due[ROOM];

static void begin(void)
{
    memset(&fake, 0, sizeof fake);
    now_freeze(INT64_C(1795338300) * US_PER_S, NS_PER_S);
    queue_init(&queue, NULL);
}

static size_t due_on(enum alert_channel channel)
{
    size_t count = ROOM;
    struct fault fault;

    ck_assert(queue_due(&queue, channel, now_wall_us(), due, &count, &fault) != fake.away);
    return count;
}

START_TEST(each_channel_gets_its_own_alerts)
{
    fake_fire("a", LEVEL_RED, BOTH);
    fake_fire("b", LEVEL_RED, 1U << ALERT_EMAIL);
    ck_assert_uint_eq(due_on(ALERT_TELEGRAM), 1);
    ck_assert_str_eq(due[0].incident.check, "a");
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 2);
    queue_told(&queue, &due[0], 5);
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 1);
    ck_assert_str_eq(due[0].incident.check, "b");
    ck_assert_int_eq(fake_find(ALERT_FIRED, ALERT_EMAIL)->message_id, 0);
}
END_TEST

START_TEST(what_was_told_while_history_was_away_is_not_told_again)
{
    fake_fire("a", LEVEL_RED, 1U << ALERT_EMAIL);
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 1);
    fake.away = true;
    queue_told(&queue, &due[0], 0);
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 0);
    fake.away = false;
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 0);
    ck_assert(fake_find(ALERT_FIRED, ALERT_EMAIL)->told);
    ck_assert_uint_eq(queue.count, 0);
}
END_TEST

START_TEST(a_pause_is_kept_while_history_is_away)
{
    fake_fire("a", LEVEL_RED, 1U << ALERT_EMAIL);
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 1);
    fake.away = true;
    queue_later(&queue, &due[0], now_wall_us() + MINUTE_US);
    fake.away = false;
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 0);
    now_advance_us(MINUTE_US);
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 1);
    ck_assert_int_eq(due[0].tries, 1);
    queue_later(&queue, &due[0], now_wall_us() + MINUTE_US);
    ck_assert_uint_eq(queue.count, 0);
}
END_TEST

START_TEST(an_alert_that_history_does_not_take_is_told_from_memory_once)
{
    struct incident incident = {.id = uuid_make(), .check = "a"};
    fake.away = true;
    queue_tell(&queue, &incident, ALERT_FIRED, BOTH, now_wall_us());
    queue_tell(&queue, &incident, ALERT_FIRED, BOTH, now_wall_us());
    ck_assert_uint_eq(due_on(ALERT_TELEGRAM), 1);
    ck_assert_int_lt(due[0].id, 0);
    queue_later(&queue, &due[0], now_wall_us() + MINUTE_US);
    ck_assert_uint_eq(due_on(ALERT_TELEGRAM), 0);
    now_advance_us(MINUTE_US);
    ck_assert_uint_eq(due_on(ALERT_TELEGRAM), 1);
    ck_assert_int_eq(due[0].tries, 1);
    queue_told(&queue, &due[0], 0);
    ck_assert_uint_eq(due_on(ALERT_TELEGRAM), 0);
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 1);
    fake.away = false;
    ck_assert_uint_eq(due_on(ALERT_TELEGRAM), 0);
    ck_assert_int_eq(fake.writes, 0);
}
END_TEST

START_TEST(a_recovery_from_memory_goes_where_the_incident_was_told)
{
    struct incident incident = {.id = uuid_make(), .check = "a"};
    fake.away = true;
    queue_tell(&queue, &incident, ALERT_FIRED, BOTH, now_wall_us());
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 1);
    queue_told(&queue, &due[0], 0);
    queue_tell(&queue, &incident, ALERT_WORSE, BOTH, now_wall_us());
    ck_assert_uint_eq(due_on(ALERT_TELEGRAM), 1);
    ck_assert_int_eq(due[0].event, ALERT_FIRED);
    queue_tell(&queue, &incident, ALERT_RECOVERED, BOTH, now_wall_us());
    ck_assert_uint_eq(due_on(ALERT_TELEGRAM), 0);
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 1);
    ck_assert_int_eq(due[0].event, ALERT_WORSE);
    queue_told(&queue, &due[0], 0);
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 1);
    ck_assert_int_eq(due[0].event, ALERT_RECOVERED);
    queue_told(&queue, &due[0], 0);
    ck_assert_uint_eq(queue.count, 0);
}
END_TEST

START_TEST(the_other_channel_is_told_once_whoever_keeps_it)
{
    fake_fire("a", LEVEL_RED, 1U << ALERT_TELEGRAM);
    ck_assert_uint_eq(due_on(ALERT_TELEGRAM), 1);
    queue_also(&queue, &due[0], ALERT_EMAIL, now_wall_us());
    queue_also(&queue, &due[0], ALERT_EMAIL, now_wall_us());
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 1);
    fake_fire("b", LEVEL_RED, 1U << ALERT_EMAIL);
    ck_assert_uint_eq(due_on(ALERT_EMAIL), 2);
    const struct alert b = due[1];
    fake.away = true;
    queue_also(&queue, &b, ALERT_TELEGRAM, now_wall_us());
    queue_also(&queue, &b, ALERT_TELEGRAM, now_wall_us());
    ck_assert_uint_eq(due_on(ALERT_TELEGRAM), 1);
}
END_TEST

START_TEST(memory_has_an_end_and_forgets_the_oldest)
{
    fake.away = true;
    for (int i = 0; i < QUEUE_HELD_MAX + 3; i++)
        queue_tell(&queue, &(const struct incident){.id = uuid_make(), .started_us = i},
                   ALERT_FIRED, 1U << ALERT_EMAIL, now_wall_us());
    ck_assert_uint_eq(queue.count, QUEUE_HELD_MAX);
    ck_assert_uint_eq(due_on(ALERT_EMAIL), ROOM);
    ck_assert_int_eq(due[0].incident.started_us, 3);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("alert_queue");
    tcase_add_checked_fixture(tests, begin, now_thaw);
    tcase_add_test(tests, each_channel_gets_its_own_alerts);
    tcase_add_test(tests, what_was_told_while_history_was_away_is_not_told_again);
    tcase_add_test(tests, a_pause_is_kept_while_history_is_away);
    tcase_add_test(tests, an_alert_that_history_does_not_take_is_told_from_memory_once);
    tcase_add_test(tests, a_recovery_from_memory_goes_where_the_incident_was_told);
    tcase_add_test(tests, the_other_channel_is_told_once_whoever_keeps_it);
    tcase_add_test(tests, memory_has_an_end_and_forgets_the_oldest);
    return suite_main("alert_queue", tests);
}
