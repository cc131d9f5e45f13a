// SPDX-License-Identifier: MIT
/* Channels that fail in different ways. */

#include "alerts_fixture.h"

/* --- failing channels --- */

static const struct {
    const char *why, *telegram; /* a fault of every call */
} telegram_faults[] = {
    {"a revoked token",    "{'kind':'error','name':'unauthorized','method':'send*','count':null}"  },
    {"deleted chats",      "{'kind':'error','name':'chat_not_found','method':'send*','count':null}"},
    {"a blocked bot",      "{'kind':'error','name':'blocked','method':'send*','count':null}"       },
    {"a long wait",        "{'kind':'flood','retry_after':60,'method':'send*','count':null}"       },
    {"a proxy's page",     "{'kind':'html','method':'send*','count':null}"                         },
    {"a reset connection", "{'kind':'cut','at':'request','method':'send*','count':null}"           },
    {"no answer",          "{'kind':'hang','method':'send*','count':null}"                         },
};

TEST_CASE("alerts_fail", .setup = alerts_fixture_begin, .teardown = alerts_fixture_finish);

TEST_ROWS_WHY(telegram_failure_falls_back_to_email, telegram_faults)
{
    telegram_do("faults", row->telegram);
    start();
    fire(LEVEL_RED, 1U << ALERT_TELEGRAM);
    wait_by(run_loop, fired_by_email(), "%s", alerts_seen());
    ck_assert(!fired_by_telegram());
    ck_has(sink_body(sink_mail(1)), "Авария: База");
    ck_lacks(sink_mail(1), "C4nary");
    ck_assert_int_eq(logged("alert_not_told"), 1);
}

TEST(repeated_telegram_refusal_is_logged_hourly)
{
    telegram_do("faults", telegram_faults[0].telegram);
    start();
    for (int i = 0; i < 3; i++) {
        fire(LEVEL_RED, 1U << ALERT_TELEGRAM);
        alerts_send_soon(alerts);
        until(fired_by_email());
    }
    ck_assert_int_eq(logged("alert_not_told"), 1);
}

TEST(email_does_not_wait_for_hanging_telegram)
{
    telegram_do("faults", "{'kind':'hang','count':null}");
    start();
    fire(LEVEL_RED, BOTH);
    until(fired_by_email());
}

TEST(email_failure_falls_back_to_telegram)
{
    servers_stop();
    telegram_start(TOKEN);
    telegram_do("users", "{'id':101,'start':true}");
    config.alert_chats = "101";
    mails_to(sink_start((const char *const[]){"--answer", "RCPT=550 Nobody", NULL}));
    start();
    fire(LEVEL_RED, 1U << ALERT_EMAIL);
    until(fired_by_telegram());
    ck_assert(!fired_by_email());
    read_queue_again();
    ck_assert_uint_eq(telegram_messages(ANN), 1);
}

TEST(telegram_is_retried_after_requested_wait)
{
    telegram_do("faults", "{'kind':'flood','retry_after':3,'method':'send*','count':1}");
    start();
    const int64_t began_ns = now_mono_ns();
    fire(LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(fired_by_telegram());
    ck_assert_int_ge(now_mono_ns() - began_ns, 3 * NS_PER_S);
    ck_assert_ptr_null(sink_mail(1));
    ck_assert_uint_eq(telegram_messages(ANN), 1);
}

TEST(edit_is_retried_after_requested_wait)
{
    config.alert_chats = "101";
    start();
    fire(LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(fired_by_telegram());
    telegram_do("faults", "{'kind':'flood','retry_after':4,'method':'edit*','count':1}");
    const int64_t began_ns = now_mono_ns();
    const struct incident incident = acknowledge(&fired, "Aigul");
    alerts_show_ack_in_telegram(alerts, &incident);
    until(shows(ANN, 0, "Принял: Aigul", false));
    ck_assert_int_ge(now_mono_ns() - began_ns, 4 * NS_PER_S);
}

TEST(chat_with_alert_gets_no_repeat_for_another_chat)
{
    telegram_do("faults", "{'kind':'error','name':'internal','chat_id':102,'count':1}");
    start();
    fire(LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(fired_by_telegram());
    ck_assert_int_eq(alert_of(&fired, ALERT_FIRED, ALERT_TELEGRAM).tries, 1);
    ck_assert_uint_eq(telegram_messages(ANN), 1);
    ck_assert_uint_eq(telegram_messages(BOB), 1);
}

TEST(refusing_chat_does_not_delay_others)
{
    telegram_do("block", "{'user':101}");
    start();
    fire(LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(fired_by_telegram());
    ck_assert_uint_eq(telegram_messages(BOB), 1);
    ck_assert_int_eq(logged("alert_refused"), 1);
    ck_assert_ptr_null(sink_mail(1));
}

TEST(busy_chat_does_not_delay_others)
{
    telegram_do("faults", "{'kind':'flood','retry_after':60,'chat_id':101,'count':null}");
    start();
    fire(LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(fired_by_email());
    ck_assert_uint_eq(telegram_messages(ANN), 0);
    ck_assert_uint_eq(telegram_messages(BOB), 1);
    ck_assert(!fired_by_telegram());
}

TEST(migrated_group_gets_the_alert)
{
    json_t *made = telegram_control("groups", "{\"title\":\"G\",\"members\":[101]}");
    const json_t *group = json_object_get(made, "chat");

    const char *id = textf("%lld", number_at(group, "id"));
    json_decref(made);
    telegram_do("migrate", textf("{'chat':%s}", id));
    config.alert_chats = id;
    start();
    fire(LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(fired_by_telegram());
}

TEST(nothing_is_sent_without_channels)
{
    config.alert_bot_token = config.smtp_url = "";
    start();
    const struct incident critical = {.level = LEVEL_RED, .severity = SEVERITY_CRITICAL};
    ck_assert_uint_eq(alerts_channels_for_incident(alerts, &critical), 0);
    fire(LEVEL_RED, BOTH);
    alerts_send_soon(alerts);
    run_loop(200);
    ck_assert_int_eq(attempts(), 0);
}

TEST(invalid_chat_ids_are_refused_at_start)
{
    config.alert_chats = "101,@ann";
    ck_assert_str_eq(refused_start(), "bad_alert_chats");
    config.alert_chats = "101,102,103,104,105,106,107,108,109";
    ck_assert_str_eq(refused_start(), "bad_alert_chats");
}

#define TAKEN "200|{\"status_code\":100,\"sms\":{\"" PHONE_DIGITS "\":{\"status_code\":100}}}"

static struct incident first;

TEST(text_waiting_for_a_slot_delays_no_alert)
{
    const int port = http_sink_start((const char *const[]){"--answer", TAKEN, NULL});

    config.alert_bot_token = "";
    config.sms_api_id = "C4nary-Api-Id";
    config.sms_api_root = textf("http://127.0.0.1:%d", port);
    config.sms_hourly = 4;
    config.alert_phones = "+" PHONE_DIGITS;
    start();
    for (int i = 0; i < 3; i++) {
        first = fire(LEVEL_RED, 1U << ALERT_SMS | 1U << ALERT_EMAIL);
        until(is_sent(ALERT_FIRED, ALERT_SMS));
        until(fired_by_email());
    }
    /* The last of four slots is reserved for incidents that begin: the recovery waits, and is sent
     * by e-mail meanwhile. */
    end_incident(&first);
    fire(LEVEL_RED, 1U << ALERT_SMS);
    until(is_sent(ALERT_FIRED, ALERT_SMS));
    until(alert_of(&first, ALERT_RECOVERED, ALERT_EMAIL).told_us != 0);
    const struct kept_alert recovery = alert_of(&first, ALERT_RECOVERED, ALERT_SMS);
    ck_assert_int_eq(recovery.told_us, 0);
    ck_assert_int_eq(recovery.tries, 1);
    ck_assert_int_gt(recovery.due_us, now_wall_us());
    ck_has(sink_body(sink_mail(4)), "Снова в порядке: База");
    ck_assert_ptr_nonnull(http_sink_request(4));
    ck_assert_ptr_null(http_sink_request(5));
}
