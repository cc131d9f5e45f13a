// SPDX-License-Identifier: MIT
/* Channels that fail, each in its way, and a history that does not answer. */
#include <stdio.h>

#include "alerts_fixture.h"
#include "notify/memory_alerts.h"

/* --- channels that fail --- */

// clang-format off
static const struct {
    const char *why, *telegram; /* a fault of every call */
} telegram_faults[] = {
    {"a token that is revoked",   "{\"kind\":\"error\",\"name\":\"unauthorized\",\"method\":\"send*\",\"count\":null}"},
    {"chats that are gone",       "{\"kind\":\"error\",\"name\":\"chat_not_found\",\"method\":\"send*\",\"count\":null}"},
    {"a bot that is blocked",     "{\"kind\":\"error\",\"name\":\"blocked\",\"method\":\"send*\",\"count\":null}"},
    {"a long wait",               "{\"kind\":\"flood\",\"retry_after\":60,\"method\":\"send*\",\"count\":null}"},
    {"a proxy's page",            "{\"kind\":\"html\",\"method\":\"send*\",\"count\":null}"},
    {"a connection that is cut",  "{\"kind\":\"cut\",\"at\":\"request\",\"method\":\"send*\",\"count\":null}"},
    {"no answer",                 "{\"kind\":\"hang\",\"method\":\"send*\",\"count\":null}"},
};
// clang-format on

START_TEST(what_telegram_cannot_tell_an_email_tells)
{
    json_decref(telegram_control("faults", telegram_faults[_i].telegram));
    start();
    fake_fire("postgres", LEVEL_RED, 1U << ALERT_TELEGRAM);
    wait_by(run_loop, fired_by_email(), "%s: %s", telegram_faults[_i].why, alerts_seen());
    ck_assert(!fired_by_telegram());
    ck_assert_ptr_nonnull(strstr(sink_body(sink_mail(1)), "Авария: База"));
    ck_assert_ptr_null(strstr(sink_mail(1), "C4nary"));
    ck_assert_int_eq(logged("alert_not_told"), 1);
}
END_TEST

START_TEST(what_telegram_refuses_again_and_again_is_logged_hourly)
{
    json_decref(telegram_control("faults", telegram_faults[0].telegram));
    start();
    for (int i = 0; i < 3; i++) {
        fake_fire("postgres", LEVEL_RED, 1U << ALERT_TELEGRAM);
        alerts_wake(alerts);
        until(fired_by_email);
    }
    ck_assert_int_eq(logged("alert_not_told"), 1);
}
END_TEST

START_TEST(an_email_does_not_wait_for_a_telegram_that_hangs)
{
    json_decref(telegram_control("faults", "{\"kind\":\"hang\",\"count\":null}"));
    start();
    fake_fire("postgres", LEVEL_RED, BOTH);
    until(fired_by_email);
}
END_TEST

START_TEST(what_no_email_can_tell_telegram_tells)
{
    servers_stop();
    telegram_start(TOKEN);
    json_decref(telegram_control("users", "{\"id\":101,\"start\":true}"));
    config.alert_chats = "101";
    mails_to(sink_start((const char *const[]){"--answer", "RCPT=550 Nobody", NULL}));
    start();
    fake_fire("postgres", LEVEL_RED, 1U << ALERT_EMAIL);
    until(fired_by_telegram);
    ck_assert(!fired_by_email());
    look_again();
    ck_assert_uint_eq(telegram_messages(ANN), 1);
}
END_TEST

START_TEST(telegram_is_tried_again_when_it_has_asked_to_wait)
{
    json_decref(telegram_control(
        "faults", "{\"kind\":\"flood\",\"retry_after\":3,\"method\":\"send*\",\"count\":1}"));
    start();
    const int64_t began_ns = now_mono_ns();
    fake_fire("postgres", LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(fired_by_telegram);
    ck_assert_int_ge(now_mono_ns() - began_ns, 3 * NS_PER_S);
    ck_assert_ptr_null(sink_mail(1));
    ck_assert_uint_eq(telegram_messages(ANN), 1);
}
END_TEST

START_TEST(a_chat_that_has_an_alert_does_not_get_it_again_with_another)
{
    json_decref(telegram_control(
        "faults", "{\"kind\":\"error\",\"name\":\"internal\",\"chat_id\":102,\"count\":1}"));
    start();
    fake_fire("postgres", LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(fired_by_telegram);
    ck_assert_int_eq(fake_find(ALERT_FIRED, ALERT_TELEGRAM)->alert.tries, 1);
    ck_assert_uint_eq(telegram_messages(ANN), 1);
    ck_assert_uint_eq(telegram_messages(BOB), 1);
}
END_TEST

START_TEST(a_chat_that_refuses_does_not_hold_up_the_others)
{
    json_decref(telegram_control("block", "{\"user\":101}"));
    start();
    fake_fire("postgres", LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(fired_by_telegram);
    ck_assert_uint_eq(telegram_messages(BOB), 1);
    ck_assert_int_eq(logged("alert_refused"), 1);
    ck_assert_ptr_null(sink_mail(1));
}
END_TEST

START_TEST(a_chat_that_is_busy_does_not_hold_up_the_others)
{
    json_decref(telegram_control(
        "faults", "{\"kind\":\"flood\",\"retry_after\":60,\"chat_id\":101,\"count\":null}"));
    start();
    fake_fire("postgres", LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(fired_by_email);
    ck_assert_uint_eq(telegram_messages(ANN), 0);
    ck_assert_uint_eq(telegram_messages(BOB), 1);
    ck_assert(!fired_by_telegram());
}
END_TEST

START_TEST(a_group_that_became_a_supergroup_is_told)
{
    char id[32], body[64];
    json_t *made = telegram_control("groups", "{\"title\":\"G\",\"members\":[101]}");
    const json_t *group = json_object_get(made, "chat");

    snprintf(id, sizeof id, "%lld", (long long)json_integer_value(json_object_get(group, "id")));
    json_decref(made);
    snprintf(body, sizeof body, "{\"chat\":%s}", id);
    json_decref(telegram_control("migrate", body));
    config.alert_chats = id;
    start();
    fake_fire("postgres", LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(fired_by_telegram);
}
END_TEST

static bool history_was_asked(void)
{
    return logged("task_failed") > 0;
}

START_TEST(a_history_that_does_not_answer_is_asked_again)
{
    fake.away = true;
    start();
    until(history_was_asked);
    fake.away = false;
    fake_fire("postgres", LEVEL_RED, BOTH);
    until(fired_by_both);
}
END_TEST

START_TEST(without_channels_nothing_is_told)
{
    config.alert_bot_token = config.smtp_url = "";
    start();
    ck_assert_uint_eq(alerts_channels(alerts, SEVERITY_CRITICAL), 0);
    fake_fire("postgres", LEVEL_RED, BOTH);
    alerts_wake(alerts);
    run_loop(200);
    ck_assert_int_eq(fake.writes, 0);
}
END_TEST

START_TEST(chats_that_are_no_numbers_are_refused_at_the_start)
{
    config.alert_chats = "101,@ann";
    ck_assert_str_eq(refused_start(), "bad_alert_chats");
    config.alert_chats = "101,102,103,104,105,106,107,108,109";
    ck_assert_str_eq(refused_start(), "bad_alert_chats");
}
END_TEST

#define TAKEN "200|{\"status_code\":100,\"sms\":{\"" PHONE_DIGITS "\":{\"status_code\":100}}}"

static bool fired_by_sms(void)
{
    return is_told(ALERT_FIRED, ALERT_SMS);
}

static bool recovered_by_email(void)
{
    return sink_mail(1) != NULL;
}

START_TEST(an_alert_is_not_held_up_by_a_text_that_waits_for_its_turn)
{
    static char root[64];

    snprintf(root, sizeof root, "http://127.0.0.1:%d",
             http_sink_start((const char *const[]){"--answer", TAKEN, NULL}));
    config.alert_bot_token = "";
    config.sms_api_id = "C4nary-Api-Id";
    config.sms_api_root = root;
    config.sms_hourly = 4;
    config.alert_phones = "+" PHONE_DIGITS;
    start();
    struct incident first;
    for (int i = 0; i < 3; i++) {
        first = fake_fire("postgres", LEVEL_RED, 1U << ALERT_SMS);
        until(fired_by_sms);
    }
    /* The last of four turns is for incidents that begin: the recovery waits, and an e-mail tells
     * it meanwhile. */
    fake_end(&first);
    const struct fake_alert *recovery = fake_find(ALERT_RECOVERED, ALERT_SMS);
    fake_fire("postgres", LEVEL_RED, 1U << ALERT_SMS);
    until(fired_by_sms);
    until(recovered_by_email);
    ck_assert(!recovery->told);
    ck_assert_int_eq(recovery->alert.tries, 1);
    ck_assert_int_gt(recovery->alert.due_us, now_wall_us());
    ck_assert_ptr_nonnull(strstr(sink_body(sink_mail(1)), "Снова в порядке: База"));
    ck_assert_ptr_nonnull(http_sink_request(4));
    ck_assert_ptr_null(http_sink_request(5));
}
END_TEST

/* --- history is stuck --- */

static bool one_mail(void)
{
    return sink_mail(1) != NULL;
}

static bool all_told(void)
{
    return one_mail() && telegram_messages(ANN) == 1 && telegram_messages(BOB) == 1;
}

static bool two_mails(void)
{
    return sink_mail(2) != NULL && telegram_messages(ANN) == 2 && telegram_messages(BOB) == 2;
}

START_TEST(what_history_cannot_queue_is_told_once_by_each_channel)
{
    start();
    struct incident incident = fake_fire("postgres", LEVEL_RED, 0);
    fake.away = true;
    for (int i = 0; i < 3; i++)
        alerts_send_from_memory(alerts, &incident, ALERT_FIRED, BOTH);
    until(all_told);
    incident.ended_us = now_wall_us();
    for (int i = 0; i < 3; i++)
        alerts_send_from_memory(alerts, &incident, ALERT_RECOVERED, BOTH);
    until(two_mails);
    look_again();
    ck_assert(two_mails());
    ck_assert_ptr_null(sink_mail(3));
    ck_assert(shows(ANN, 0, "Снова в порядке: База", false));
}
END_TEST

static bool ann_was_told(void)
{
    return telegram_messages(ANN) == 1;
}

static bool both_were_told_twice(void)
{
    return telegram_messages(ANN) == 2 && telegram_messages(BOB) == 2;
}

START_TEST(a_recovery_goes_where_the_alert_is_under_way)
{
    start();
    struct incident incident = fake_fire("postgres", LEVEL_RED, 0);
    fake.away = true;
    json_decref(
        telegram_control("faults", "{\"kind\":\"slow\",\"wait\":3,\"chat_id\":102,\"count\":1}"));
    alerts_send_from_memory(alerts, &incident, ALERT_FIRED, 1U << ALERT_TELEGRAM);
    until(ann_was_told);
    ck_assert(!is_timed() || telegram_messages(BOB) == 0);
    incident.ended_us = now_wall_us();
    alerts_send_from_memory(alerts, &incident, ALERT_RECOVERED, 1U << ALERT_TELEGRAM);
    until(both_were_told_twice);
    ck_assert(shows(BOB, 0, "Снова в порядке: База", false));
}
END_TEST

static struct incident ending;

/* Telegram has failed, nothing is under way there, and it looks again. */
static void end_at_telegram(enum alert_channel channel)
{
    if (channel != ALERT_TELEGRAM || fake.queue_reads[channel] == 1 || !one_mail())
        return;
    fake.on_look = NULL;
    ending.ended_us = now_wall_us();
    alerts_send_from_memory(alerts, &ending, ALERT_RECOVERED, BOTH);
}

static bool a_second_mail(void)
{
    return sink_mail(2) != NULL;
}

START_TEST(a_recovery_goes_only_where_the_alert_went)
{
    json_decref(telegram_control("faults", "{\"kind\":\"error\",\"name\":\"internal\","
                                           "\"method\":\"send*\",\"count\":null}"));
    start();
    ending = fake_fire("postgres", LEVEL_RED, 0);
    fake.away = true;
    fake.on_look = end_at_telegram;
    alerts_send_from_memory(alerts, &ending, ALERT_FIRED, BOTH);
    until(a_second_mail);
    json_decref(telegram_control("faults", ""));
    look_again();
    ck_assert_uint_eq(telegram_messages(ANN), 0);
}
END_TEST

static bool a_mail(void)
{
    return sink_mail(1) != NULL;
}

START_TEST(a_history_that_answers_makes_room)
{
    start();
    struct incident incident = fake_fire("postgres", LEVEL_RED, 0);
    fake.away = true;
    for (int i = 0; i < MEMORY_ALERTS_MAX; i++) {
        incident.id = uuid_make();
        alerts_send_from_memory(alerts, &incident, ALERT_FIRED, 0);
    }
    fake.away = false;
    alerts_wake(alerts);
    look_again();
    fake.away = true;
    incident.id = uuid_make();
    alerts_send_from_memory(alerts, &incident, ALERT_FIRED, BOTH);
    until(a_mail);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("alerts_fail");
    tcase_add_checked_fixture(tests, stand_begin, stand_finish);
    tcase_add_loop_test(tests, what_telegram_cannot_tell_an_email_tells, 0, COUNT(telegram_faults));
    tcase_add_test(tests, what_telegram_refuses_again_and_again_is_logged_hourly);
    tcase_add_test(tests, an_email_does_not_wait_for_a_telegram_that_hangs);
    tcase_add_test(tests, what_no_email_can_tell_telegram_tells);
    tcase_add_test(tests, telegram_is_tried_again_when_it_has_asked_to_wait);
    tcase_add_test(tests, a_chat_that_has_an_alert_does_not_get_it_again_with_another);
    tcase_add_test(tests, a_chat_that_refuses_does_not_hold_up_the_others);
    tcase_add_test(tests, a_chat_that_is_busy_does_not_hold_up_the_others);
    tcase_add_test(tests, a_group_that_became_a_supergroup_is_told);
    tcase_add_test(tests, an_alert_is_not_held_up_by_a_text_that_waits_for_its_turn);
    tcase_add_test(tests, a_history_that_does_not_answer_is_asked_again);
    tcase_add_test(tests, what_history_cannot_queue_is_told_once_by_each_channel);
    tcase_add_test(tests, a_recovery_goes_where_the_alert_is_under_way);
    tcase_add_test(tests, a_recovery_goes_only_where_the_alert_went);
    tcase_add_test(tests, without_channels_nothing_is_told);
    tcase_add_test(tests, chats_that_are_no_numbers_are_refused_at_the_start);
    tcase_add_test(tests, a_history_that_answers_makes_room);
    return suite_main("alerts_fail", tests);
}
