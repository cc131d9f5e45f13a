// SPDX-License-Identifier: MIT
/* Alerts on both channels, and acknowledgements by Telegram. */

#include "loop/fiber.h"

#include "alerts_fixture.h"
#include "telegram/telegram.h"

/* A busy machine answers late. A call that ends before its answer is repeated, which these tests
 * would see as a second message. */
static bool is_patient = true;

__typeof__(telegram_call) __real_telegram_call, __wrap_telegram_call;
bool __wrap_telegram_call(const struct telegram *telegram, const struct telegram_request *request,
                          struct arena *arena, struct telegram_answer *answer, struct fault *fault)
{
    struct telegram_request patient = *request;

    if (is_patient)
        patient.timeout_ms = 60 * 1000;
    return __real_telegram_call(telegram, &patient, arena, answer, fault);
}

/* --- both channels --- */

TEST_CASE("alerts", .setup = alerts_fixture_begin, .teardown = alerts_fixture_finish);

TEST(alert_is_sent_on_both_channels_at_once)
{
    const struct incident critical = {.level = LEVEL_RED, .severity = SEVERITY_CRITICAL},
                          warning = {.level = LEVEL_RED, .severity = SEVERITY_WARNING};

    start();
    ck_assert_uint_eq(alerts_channels_for_incident(alerts, &critical), BOTH);
    ck_assert_uint_eq(alerts_channels_for_incident(alerts, &warning), BOTH);
    read_queue_again();
    fire(LEVEL_RED, BOTH);
    alerts_send_soon(alerts);
    until(fired_by_both());
    ck_assert(shows(ANN, 0, "Авария: База", true));
    ck_assert(shows(BOB, 0, "Авария: База", true));
    ck_has(sink_body(sink_mail(1)), "Авария: База");
    read_queue_again();
    ck_assert_uint_eq(telegram_messages(ANN), 1);
    ck_assert_ptr_null(sink_mail(2));
}

static bool both_chats_show(const char *words)
{
    return shows(ANN, 0, words, false) && shows(BOB, 0, words, false);
}

TEST(recovery_is_sent_once_and_edits_first_message)
{
    start();
    const struct incident incident = fire(LEVEL_RED, BOTH);
    until(fired_by_both());
    end_incident(&incident);
    until(recovered_by_both());
    until(shows(ANN, 1, "Закончилось", false) && shows(BOB, 1, "Закончилось", false));
    read_queue_again();
    for (long long chat = ANN; chat <= BOB; chat++) {
        ck_assert(shows(chat, 0, "Снова в порядке: База", false));
        ck_assert_uint_eq(telegram_messages(chat), 2);
    }
    json_t *message = telegram_message(ANN, 0);
    ck_assert_ptr_nonnull(json_object_get(message, "reply_to_message"));
    json_decref(message);
    ck_has(sink_mail(2), "In-Reply-To");
    ck_assert_ptr_null(sink_mail(3));
}

/* --- acknowledgements --- */

static void press(long long user)
{
    telegram_do("press", textf("{'user':%lld,'button':'Принял'}", user));
}

/* The text of the last answerCallbackQuery. */
static bool answered(const char *words)
{
    json_t *all = telegram_control("calls?method=answerCallbackQuery", NULL);
    char *text = json_dumps(all, 0);
    const bool found = strstr(text, words) != NULL;

    free(text);
    json_decref(all);
    return found;
}

TEST(tap_acknowledges_and_edits_every_chat)
{
    start();
    fire(LEVEL_RED, BOTH);
    until(fired_by_telegram());
    press(ANN);
    until(both_chats_show("Принял: telegram:101 @ann_k"));
    ck_assert_int_eq(acks, 1);
    ck_assert_str_eq(acked_by(), "telegram:101 @ann_k");
    ck_assert(answered("Принято"));
}

TEST(acknowledged_warning_that_worsens_has_its_button_again)
{
    start();
    const struct incident incident = fire(LEVEL_YELLOW, BOTH);
    until(fired_by_telegram());
    press(ANN);
    until(both_chats_show("Принял: telegram:101 @ann_k"));
    worsen_incident(&incident);
    until(shows(ANN, 1, "Авария: База", true) && shows(BOB, 1, "Авария: База", true));
    ck_assert_str_eq(acked_by(), "");
    press(BOB);
    until(both_chats_show("Принял: telegram:102"));
}

TEST(end_after_restart_edits_first_messages)
{
    start();
    const struct incident incident = fire(LEVEL_RED, BOTH);
    until(fired_by_both());
    stop();
    start();
    end_incident(&incident);
    until(recovered_by_both());
    until(shows(ANN, 1, "Закончилось", false) && shows(BOB, 1, "Закончилось", false));
    json_t *message = telegram_message(BOB, 0);
    ck_assert_ptr_nonnull(json_object_get(message, "reply_to_message"));
    json_decref(message);
}

TEST(pending_edits_of_earlier_process_are_made)
{
    start();
    const struct incident incident = fire(LEVEL_RED, BOTH);
    until(fired_by_both());
    stop();
    (void)acknowledge(&incident, "Aigul");
    start();
    until(both_chats_show("Принял: Aigul"));
    read_queue_again();
    ck_assert_uint_eq(telegram_messages(ANN), 1);
}

TEST(chat_served_by_earlier_process_gets_no_repeat)
{
    telegram_do("faults", "{'kind':'error','name':'internal','chat_id':102,'count':1}");
    start();
    fire(LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(alert_of(&fired, ALERT_FIRED, ALERT_TELEGRAM).tries > 0);
    stop();
    start();
    until(fired_by_telegram());
    ck_assert_uint_eq(telegram_messages(ANN), 1);
    ck_assert_uint_eq(telegram_messages(BOB), 1);
}

TEST(reply_acknowledges)
{
    start();
    fire(LEVEL_RED, BOTH);
    until(fired_by_telegram());
    telegram_do("send", "{'user':102,'text':'Ок','reply_to':1}");
    until(acks > 0);
    ck_assert_str_eq(acked_by(), "telegram:102");
}

TEST(unknown_chat_may_not_acknowledge)
{
    char id[UUID_TEXT_LEN + 1];

    config.alert_chats = "101,103";
    start();
    const struct incident incident = fire(LEVEL_RED, BOTH);
    until(fired_by_telegram());
    stop();
    config.alert_chats = "101";
    start();
    uuid_format(&incident.id, id);
    telegram_do("press", textf("{'user':103,'data':'ack:%s'}", id));
    until(answered("Нет прав"));
    ck_assert_int_eq(acks, 0);
    ck_assert_str_eq(acked_by(), "");
}

/* Another server uses the same bot, so its taps arrive here. */
TEST(tap_for_an_unknown_incident_is_answered_with_the_cause)
{
    const struct uuid other = uuid_make();
    char id[UUID_TEXT_LEN + 1];

    start();
    fire(LEVEL_RED, BOTH);
    until(fired_by_telegram());
    uuid_format(&other, id);
    telegram_do("press", textf("{'user':101,'data':'ack:%s','forged':true}", id));
    until(answered("у каждого должен быть свой бот оповещений"));
    ck_assert_int_eq(acks, 0);
    ck_assert_str_eq(acked_by(), "");
}

TEST(bot_that_two_servers_poll_is_reported)
{
    start();
    struct alerts *other = alerts;
    start();
    until(alerts_bot_is_shared(alerts) && alerts_bot_is_shared(other));
    alerts_stop(other);
}

TEST(ack_on_page_edits_telegram_messages)
{
    start();
    const struct incident first = fire(LEVEL_RED, BOTH);
    until(fired_by_telegram());
    const struct incident incident = acknowledge(&first, "telegram:101 @ann_k");
    alerts_show_ack_in_telegram(alerts, &incident);
    until(both_chats_show("Принял: telegram:101 @ann_k"));
    ck_assert_int_eq(acks, 0);
}

/* --- SMS and the webhook --- */

static void sms_to_sink(const char *answer)
{
    const int port = http_sink_start((const char *const[]){"--answer", answer, NULL});

    config.sms_api_id = "C4nary-Api-Id";
    config.sms_api_root = textf("http://127.0.0.1:%d", port);
    config.sms_hourly = 20;
    config.alert_phones = "+" PHONE_DIGITS;
    config.webhook_url = textf("http://127.0.0.1:%d/C4nary", port);
    config.webhook_secret = "whsec_QzRuYXJ5QzRuYXJ5QzRuYXJ5QzRuYXJ5";
}

#define TAKEN "200|{\"status_code\":100,\"sms\":{\"" PHONE_DIGITS "\":{\"status_code\":100}}}"

TEST(sms_is_sent_for_critical_incidents_only)
{
    sms_to_sink(TAKEN);
    start();
    const unsigned others = BOTH | 1U << ALERT_WEBHOOK;
    const struct incident red = {.level = LEVEL_RED, .severity = SEVERITY_CRITICAL},
                          yellow = {.level = LEVEL_YELLOW, .severity = SEVERITY_CRITICAL},
                          mild = {.level = LEVEL_RED, .severity = SEVERITY_WARNING};
    ck_assert_uint_eq(alerts_channels_for_incident(alerts, &red), others | 1U << ALERT_SMS);
    ck_assert_uint_eq(alerts_channels_for_incident(alerts, &yellow), others);
    ck_assert_uint_eq(alerts_channels_for_incident(alerts, &mild), others);
}

TEST(failing_channel_falls_back_to_all_of_its_severity)
{
    sms_to_sink(TAKEN);
    telegram_do("faults", "{'kind':'error','name':'unauthorized','method':'send*','count':null}");
    start();
    fire(LEVEL_YELLOW, 1U << ALERT_TELEGRAM);
    until(fired_by_email());
    until(is_sent(ALERT_FIRED, ALERT_WEBHOOK));
    ck_assert(!alert_of(&fired, ALERT_FIRED, ALERT_SMS).exists);
    fire(LEVEL_RED, 1U << ALERT_TELEGRAM);
    until(fired_by_email() && is_sent(ALERT_FIRED, ALERT_SMS) &&
          is_sent(ALERT_FIRED, ALERT_WEBHOOK));
}

TEST(refused_sms_does_not_log_the_phone)
{
    sms_to_sink("200|{\"status_code\":100,\"sms\":{\"" PHONE_DIGITS "\":{\"status_code\":207}}}");
    start();
    fire(LEVEL_RED, 1U << ALERT_SMS);
    until(fired_by_both());
    ck_assert(!is_sent(ALERT_FIRED, ALERT_SMS));
    ck_assert_int_eq(logged("sms_bad_phone"), 1);
}

TEST(all_variables_are_checked_together)
{
    char text[2048] = "";
    FILE *errors = fmemopen(text, sizeof text, "w");

    ck_assert(alerts_check_config(&config, errors));
    config.alert_chats = "@C4nary";
    config.alert_from = "C4nary";
    config.alert_quiet = "C4nary";
    sms_to_sink(TAKEN);
    config.alert_phones = "8701C4nary";
    config.webhook_secret = "C4nary";
    ck_assert(!alerts_check_config(&config, errors));
    fclose(errors);
    for (size_t i = 0; i < 5; i++) {
        static const char *const named[] = {"ALERT_CHATS must", "ALERT_FROM must",
                                            "ALERT_PHONES must", "ALERT_WEBHOOK_SECRET must",
                                            "ALERT_QUIET must"};
        ck_has(text, named[i]);
    }
    ck_lacks(text, "C4nary");
}

/* --- tests of channels --- */

static struct alert_delivery deliveries[ALERT_CHANNELS];
static size_t delivery_count;
static bool tested, dry;
static struct fault test_fault;

static void test_body(void *data)
{
    tested = alerts_send_test(alerts, dry, deliveries, &delivery_count, &test_fault);
}

TEST(test_is_sent_on_every_channel)
{
    dry = false;
    start();
    run_fiber(test_body, NULL);
    ck_assert_msg(tested, "%s", test_fault.detail);
    ck_assert_uint_eq(delivery_count, 2);
    ck_assert_str_eq(deliveries[0].channel, "telegram");
    ck_assert_str_eq(deliveries[1].channel, "email");
    ck_assert(deliveries[0].delivered && deliveries[1].delivered);
    ck_assert_str_eq(deliveries[0].code, "");
    ck_assert(shows(ANN, 0, "Проверка связи\nЭто проверка с сервера server1", false));
    ck_assert(shows(BOB, 0, "https://health.example/", false));
    ck_has(sink_body(sink_mail(1)), "Делать ничего не нужно");
    run_fiber(test_body, NULL);
    ck_assert_uint_eq(telegram_messages(ANN), 2);
    ck_assert_int_eq(attempts(), 0);
}

TEST(fourth_test_within_an_hour_is_refused)
{
    dry = false;
    config.alert_bot_token = "";
    start();
    for (int i = 0; i < 4; i++) {
        run_fiber(test_body, NULL);
        ck_assert(tested == (i < 3));
    }
    ck_assert_int_eq(test_fault.kind, FAULT_RATE_LIMITED);
    ck_assert_str_eq(test_fault.code, "too_many_tests");
    ck_assert_int_gt(test_fault.retry_after_s, 0);
    ck_assert_int_le(test_fault.retry_after_s, 3600);
    ck_assert_ptr_nonnull(sink_mail(3));
    ck_assert_ptr_null(sink_mail(4));
    dry = true;
    run_fiber(test_body, NULL);
    ck_assert(tested);
}

TEST(dry_test_sends_nothing)
{
    dry = true;
    start();
    run_fiber(test_body, NULL);
    ck_assert(tested && delivery_count == 2 && !deliveries[0].delivered &&
              !deliveries[1].delivered);
    ck_assert_uint_eq(telegram_messages(ANN), 0);
    ck_assert_ptr_null(sink_mail(1));
}

TEST(test_reports_failed_channel)
{
    dry = false;
    telegram_do("faults", "{'kind':'error','name':'unauthorized','method':'send*','count':null}");
    start();
    run_fiber(test_body, NULL);
    ck_assert(tested && delivery_count == 2);
    ck_assert(!deliveries[0].delivered && deliveries[1].delivered);
    ck_assert_str_eq(deliveries[0].code, "telegram_no_bot");
}

static void second_body(void *data)
{
    struct alert_delivery ignored[ALERT_CHANNELS];
    size_t count;

    ck_assert(!alerts_send_test(alerts, false, ignored, &count, &test_fault));
    ck_assert_str_eq(test_fault.code, "test_runs");
    delivery_count = 77;
}

TEST(only_one_test_runs_at_a_time)
{
    dry = false;
    is_patient = false;
    telegram_do("faults", "{'kind':'hang','method':'send*','count':null}");
    start();
    ck_ok(fiber_start(loop, test_body, NULL, now_mono_ns() + 60 * NS_PER_S, "test", &fault));
    ck_ok(fiber_start(loop, second_body, NULL, now_mono_ns() + 60 * NS_PER_S, "test", &fault));
    until(delivery_count == 77);
    /* The end of the program cancels the test; its channels live until then. */
}
