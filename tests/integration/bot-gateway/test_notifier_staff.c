// SPDX-License-Identifier: MIT
/* Notifications of staff: what owners do not learn, refunds, and what waits too long. */
#include "base/now.h"

#include "deals.h"
#include "outbox/recipient_store.h"
#include "support/metric_of.h"

#define HIM "guest:7"

enum { COPIES = 2 };

TEST_CASE("staff notices", .setup = deals_begin, .teardown = sends_finish, .timeout_s = 120);

#define SHUT(reason)                                                                               \
    "UPDATE recipient SET unreachable_since = now(), unreachable_reason = '" reason                \
    "' WHERE chat_id = 500"
/* What prevents the notification of the owner, and the reason that staff read. */
// clang-format off
static const struct {
    const char *sql; /* NULL: none */
    struct deal_owner owner;
    const char *why; /* NULL: the owner is notified */
} reaches[] = {
    {NULL,                                          {DEAL_OWNER, true, "ru"},  NULL               },
    {NULL,                                          {0, true, "ru"},           "не привязан"      },
    {NULL,                                          {DEAL_OWNER, false, "ru"}, "выключены"        },
    {"DELETE FROM person",                          {DEAL_OWNER, true, "ru"},  "ни разу не писал" },
    {SHUT("Forbidden: bot was blocked by the user"), {DEAL_OWNER, true, "ru"}, "остановил бота"   },
    {SHUT("Forbidden: user is deactivated"),        {DEAL_OWNER, true, "ru"},  "больше недоступен"},
};
// clang-format on

FIBER_TEST(staff_are_notified_in_place_of_the_owner)
{
    deal_person(DEAL_OWNER, "ru");
    deal_staff_chat(-100);
    stand_sql("UPDATE staff_chat SET thread_id = 5");
    deals_follow_to_end();
    for (size_t i = 0; i < COUNT(reaches); i++) {
        if (reaches[i].sql != NULL)
            stand_sql("%s", reaches[i].sql);
        deal_owner = reaches[i].owner;
        deal_make(7, "confirmed", HIM);
        deals_wait();
        const bool is_staff = reaches[i].why != NULL;
        ck_assert_int_eq(count_messages(is_staff ? -100 : DEAL_OWNER, "Новая бронь"),
                         is_staff ? (long long)i : 1);
        ck_assert_int_eq(count_all_messages(), (long long)i + 1);
        ck_assert_msg(!is_staff || count_messages(-100, reaches[i].why) == 1, "%s", reaches[i].why);
        if (i == 3)
            deal_person(DEAL_OWNER, "ru");
    }
    ck_assert_int_eq(count_messages(-100, "\"message_thread_id\": 5"), COUNT(reaches) - 1);
    ck_assert_msg(count_messages(-100, "Guest") == 0, "it names no guest");
    stand_until(metric_of("notices_total{to=\"staff\"}") >= COUNT(reaches) - 1,
                "all messages are counted");
    ck_assert_double_eq(metric_of("notices_unheard_total"), 0);
}

FIBER_TEST(owner_and_staff_learn_of_a_claimed_payment_that_the_guest_cancels)
{
    deal_person(DEAL_OWNER, "ru");
    deal_staff_chat(-100);
    deals_follow_to_end();
    struct deal *deal = deal_make(7, "held", HIM);
    deal->claimed = 7000;
    deal_step(deal, "payment_claimed", HIM, NULL);
    deal_step(deal, "cancelled", HIM, NULL);
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Бронь отменена%%сообщил об оплате 7"), 1);
    ck_assert_int_eq(count_messages(-100, "Бронь отменена%%сообщил об оплате 7"), 1);
    ck_assert_int_eq(count_messages(-100, ""), 1);
}

/* A round reads the staff chat once: waits for a round of each bot that begins after this call. */
static void wait_for_rounds(void)
{
    const char *now = textf("%s", stand_text("SELECT clock_timestamp()"));

    stand_until(stand_number("SELECT (min(leased_until) > timestamptz '%s' + interval '%d s')::int"
                             " FROM booking_feed",
                             now, NOTIFIER_LEASE_S) == 1,
                "no round has begun since %s", now);
}

FIBER_TEST(staff_learn_of_refunds_after_a_change)
{
    deal_person(DEAL_OWNER, "ru");
    deal_staff_chat(-100);
    deals_follow_to_end();
    struct deal *deal = deal_make(7, "confirmed", HIM);
    deals_wait();
    deal_step(deal, "confirmed", HIM, "other dates");
    deals_wait();
    ck_assert_int_eq(count_messages(-100, ""), 0);
    deal->refund = 5000;
    deal_step(deal, "confirmed", HIM, "one night less");
    deals_wait();
    ck_assert_int_eq(count_messages(-100, "Вернуть гостю 5%%стоит меньше"), 1);
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Бронь изменилась"), 2);
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Верните гостю 5"), 1);
    deal_owner.telegram_id = 0;
    deal_step(deal, "confirmed", HIM, "two nights less");
    deals_wait();
    ck_assert_int_eq(count_messages(-100, "Бронь изменилась%%Верните гостю 5%%не привязан"), 1);
    ck_assert_int_eq(count_messages(-100, ""), 2);
}

FIBER_TEST(staff_are_reminded_in_place_of_the_owner)
{
    deal_owner.telegram_id = 0;
    deal_staff_chat(-100);
    deals_follow_to_end();
    deal_make(7, "payment_claimed", HIM)->expires_at = now_wall_us() + 2 * 3600 * US_PER_S;
    deals_wait();
    stand_sql("UPDATE reminder SET due_at = now(), try_at = now() WHERE kind = 'ends'");
    wait_for("SELECT done_at IS NOT NULL FROM reminder WHERE kind = 'ends'");
    ck_assert_int_eq(count_messages(-100, "На проверку оплаты остался час%%не привязан"), 1);
    ck_assert_int_eq(count_messages(-100, "go.0.staff_ok."), 2);
}

/* --- messages to the owner that fail after they were queued --- */

static const struct failure {
    const char *status, *code, *recipient; /* unreachable_reason; NULL: reachable */
    const char *why;
} failures[] = {
    {"failed",    "chat_unreachable", "Forbidden: bot was blocked by the user", "остановил бота"         },
    {"failed",    "chat_unreachable", "Bad Request: chat not found",            "больше недоступен"   },
    {"failed",    "refused",          NULL,                                     "не принял сообщение"},
    {"uncertain", "outcome_unknown",  NULL,                                     "не принял сообщение"},
};

static void fail_message(const struct failure *failure)
{
    if (failure->recipient != NULL)
        stand_sql("UPDATE recipient SET unreachable_since = now(), unreachable_reason = '%s'"
                  " WHERE chat_id = %d",
                  failure->recipient, DEAL_OWNER);
    stand_sql("UPDATE sending SET status = '%s', error_code = '%s', error_text = 'x'"
              " WHERE chat_id = %d AND status = 'queued'",
              failure->status, failure->code, DEAL_OWNER);
}

FIBER_TEST(failed_message_to_the_owner_goes_to_staff_once)
{
    struct notifier *copies[COPIES];

    deal_person(DEAL_OWNER, "ru");
    deal_staff_chat(-100);
    for (int i = 0; i < COPIES; i++)
        copies[i] = deals_follow();
    deals_wait();
    for (size_t i = 0; i < COUNT(failures); i++) {
        deal_make(7, "requested", HIM);
        deals_wait();
        ck_assert_int_eq(count_messages(-100, ""), (long long)i);
        fail_message(&failures[i]);
        deals_kill(copies[i % COPIES]);
        copies[i % COPIES] = deals_follow();
        stand_until(count_messages(-100, "Запрос на бронь") == (long long)i + 1, "%s",
                    failures[i].why);
        stand_sql("UPDATE recipient SET unreachable_since = NULL, unreachable_reason = NULL");
    }
    ck_assert_int_eq(count_messages(-100, "остановил бота"), 1);
    ck_assert_int_eq(count_messages(-100, "больше недоступен"), 1);
    ck_assert_int_eq(count_messages(-100, "не принял сообщение"), 2);
    ck_rows(0, "sending WHERE owner_booking IS NOT NULL");
    wait_for_rounds();
    ck_assert_int_eq(count_messages(-100, ""), COUNT(failures));
}

static bool block(struct db *tx, void *bot_id, struct fault *fault)
{
    return recipient_store_mark_unreachable(tx, bot_id, DEAL_OWNER,
                                            SLICE("Forbidden: bot was blocked by the user"), fault);
}

/* The call for one message shows that the owner has blocked the bot while others wait behind it. */
FIBER_TEST(messages_that_wait_when_the_owner_blocks_the_bot_go_to_staff)
{
    const struct bot *bot;

    deal_person(DEAL_OWNER, "ru");
    deal_staff_chat(-100);
    deals_follow_to_end();
    deal_make(7, "requested", HIM);
    deal_make(7, "confirmed", HIM);
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OWNER, ""), 2);
    ck_ok(bots_find_active(stand_app()->bots, SLICE("taxi"), &bot, &fault));
    struct uuid bot_id = bot->id;
    ck_ok(db_transaction(stand_service()->pool, block, &bot_id, &fault));
    stand_until(count_messages(-100, "остановил бота") == 2, "staff are told of both");
}

/* In the second run the message failed so long ago that it is given up. */
FIBER_TEST_LOOP(booking_with_errors_delays_no_other_report, 0, 2)
{
    deal_person(DEAL_OWNER, "ru");
    deal_staff_chat(-100);
    deals_follow_to_end();
    struct deal *failing = deal_make(7, "requested", HIM);
    deal_make(7, "confirmed", HIM);
    deals_wait();
    deals_failing = failing;
    fail_message(&failures[2]);
    stand_until(count_messages(-100, "Хозяин не получил сообщение") == 1, "the other is reported");
    stand_until(deals_failed >= 3, "it is asked again");
    ck_assert_double_eq(metric_of("booking_feed_lag_seconds"), 0);
    ck_rows(1, "sending WHERE owner_booking IS NOT NULL");
    if (_i > 0) {
        stand_sql("UPDATE sending SET updated_at = now() - interval '61 min'");
        stand_until(metric_of("notices_unheard_total") >= 1, "it is given up");
        ck_rows(0, "sending WHERE owner_booking IS NOT NULL");
        return;
    }
    deals_failing = NULL;
    stand_until(count_messages(-100, "Запрос на бронь") == 1, "it is reported later");
    ck_assert_double_eq(metric_of("notices_unheard_total"), 0);
}

/* Two messages to the owner fail, and a step reaches staff directly: nothing is said twice. */
FIBER_TEST(staff_learn_once_of_a_booking_whose_messages_fail)
{
    deal_person(DEAL_OWNER, "ru");
    deal_staff_chat(-100);
    deals_follow_to_end();
    struct deal *twice = deal_make(7, "requested", HIM);
    struct deal *direct = deal_make(7, "requested", HIM);
    deals_wait();
    deal_step(twice, "cancelled", HIM, NULL);
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OWNER, ""), 3);
    stand_sql(SHUT("Forbidden: user is deactivated"));
    deal_step(direct, "cancelled", HIM, NULL);
    deals_wait();
    ck_assert_int_eq(count_messages(-100, "отменена"), 1);
    fail_message(&failures[2]);
    wait_for("NOT EXISTS (SELECT FROM sending WHERE owner_booking IS NOT NULL)");
    ck_assert_int_eq(count_messages(-100, "отменена"), 2);
    ck_assert_int_eq(count_messages(-100, ""), 2);
}

/* The photo of a receipt is sent again before the events are read: both would show the second one.
 */
FIBER_TEST(events_read_together_notify_of_a_version_once)
{
    deal_owner.telegram_id = 0;
    deal_staff_chat(-100);
    deals_follow_to_end();
    struct deal *deal = deal_make(7, "held", HIM);
    deal_step(deal, "payment_claimed", HIM, NULL);
    deal_step(deal, "payment_claimed", HIM, NULL);
    deals_wait();
    ck_assert_int_eq(count_messages(-100, "сообщил об оплате"), 1);
    deal_step(deal, "payment_claimed", HIM, NULL);
    deals_wait();
    ck_assert_int_eq(count_messages(-100, "сообщил об оплате"), 2);
}

FIBER_TEST(failed_message_of_a_guest_is_not_reported)
{
    deal_person(7, "ru");
    deal_staff_chat(-100);
    deals_follow_to_end();
    deal_step(deal_make(7, "requested", HIM), "declined", "owner:1", NULL);
    deals_wait();
    stand_sql("UPDATE sending SET status = 'failed', error_code = 'refused'");
    wait_for_rounds();
    ck_assert_int_eq(count_messages(-100, ""), 0);
}

/* In the second run the tenant has another bot, which has no staff chat. */
FIBER_TEST_LOOP(failed_message_waits_for_the_staff_chat, 0, 2)
{
    if (_i > 0) {
        stand_bot("other");
        stand_file("other.token", 0600, "2:AA");
        stand_key("other");
        stand_look();
    }
    deal_person(DEAL_OWNER, "ru");
    deals_follow();
    stand_until(stand_number("SELECT count(place) FROM booking_feed") == 1 + _i, "each bot reads");
    deal_make(7, "confirmed", HIM);
    wait_for("SELECT min(place) = 'c1' FROM booking_feed");
    fail_message(&failures[2]);
    stand_until(metric_of("notices_unheard_total") >= 1, "there is no staff chat");
    ck_rows(0, "sending WHERE owner_booking IS NOT NULL");
    deal_staff_chat(-100);
    stand_sql("INSERT INTO recipient (bot_id, chat_id, unreachable_since, unreachable_reason)"
              " SELECT id, -100, now(), 'Forbidden' FROM bot WHERE name = 'taxi'");
    wait_for_rounds();
    deal_make(7, "confirmed", HIM);
    wait_for("SELECT min(place) = 'c2' FROM booking_feed");
    fail_message(&failures[2]);
    stand_until(metric_of("staff_chats_lost") >= 1, "the lost chat is reported");
    wait_for_rounds();
    ck_rows(1, "sending WHERE owner_booking IS NOT NULL");
    ck_assert_double_eq(metric_of("staff_chats_lost"), 1);
    stand_sql("UPDATE recipient SET unreachable_since = NULL, unreachable_reason = NULL");
    stand_until(count_messages(-100, "Хозяин не получил сообщение") == 1, "the chat is there");
    ck_rows(0, "sending WHERE owner_booking IS NOT NULL");
    ck_assert_double_eq(metric_of("notices_unheard_total"), 1);
}

/* Two bots of a tenant: in one group one of them writes, in two groups both. */
FIBER_TEST(bots_in_one_group_notify_staff_once)
{
    stand_bot("other");
    stand_file("other.token", 0600, "2:AA");
    stand_key("other");
    stand_look();
    stand_sql("INSERT INTO staff_chat (bot_id, chat_id, language) SELECT id, -100, 'ru' FROM bot");
    deals_follow_to_end();
    wait_for("SELECT count(*) = 2 AND count(place) = 2 FROM booking_feed");
    deal_make(7, "confirmed", HIM);
    wait_for("SELECT min(place) = 'c1' FROM booking_feed");
    ck_assert_int_eq(count_messages(-100, "Новая бронь"), 1);
    stand_sql("UPDATE staff_chat SET chat_id = -200 WHERE bot_id ="
              " (SELECT id FROM bot WHERE name = 'other')");
    wait_for_rounds();
    deal_make(7, "confirmed", HIM);
    wait_for("SELECT min(place) = 'c2' FROM booking_feed");
    ck_assert_int_eq(count_messages(-200, "Новая бронь"), 1);
    ck_assert_int_eq(count_all_messages(), 3);
    /* Telegram refuses messages of one bot to its chat: the other one writes. */
    stand_sql("UPDATE staff_chat SET chat_id = -100");
    stand_sql(
        "UPDATE recipient SET unreachable_since = now(), unreachable_reason = 'Forbidden'"
        " WHERE chat_id = -100 AND bot_id = (SELECT min(bot_id::text)::uuid FROM staff_chat)");
    wait_for_rounds();
    deal_make(7, "confirmed", HIM);
    wait_for("SELECT min(place) = 'c3' FROM booking_feed");
    ck_sql(1, "SELECT count(*) FROM sending"
              " WHERE bot_id = (SELECT max(bot_id::text)::uuid FROM staff_chat)"
              "  AND payload::text LIKE '%%CODE2%%'");
    ck_assert_int_eq(count_all_messages(), 4);
    ck_assert_double_eq(metric_of("staff_chats_lost"), 0);
}

FIBER_TEST(notification_that_nobody_gets_is_counted)
{
    deals_follow_to_end();
    deal_make(7, "confirmed", HIM);
    deals_wait();
    stand_until(metric_of("notices_unheard_total") >= 1, "no staff chat");
    deal_staff_chat(-100);
    stand_sql("INSERT INTO recipient (bot_id, chat_id, unreachable_since, unreachable_reason)"
              " SELECT id, -100, now(), 'Forbidden' FROM bot");
    wait_for_rounds();
    deal_make(7, "requested", HIM);
    deals_wait();
    stand_until(metric_of("notices_unheard_total") >= 2, "a lost chat");
    stand_until(metric_of("staff_chats_lost") >= 1, "a lost chat is reported");
    ck_assert_int_eq(count_all_messages(), 0);
    /* The reminder waits until the chat is there again. */
    stand_sql(
        "UPDATE reminder SET due_at = now(), try_at = now(), until_at = now() + interval '1 s'"
        " WHERE kind = 'unanswered'");
    wait_for("SELECT try_at > now() FROM reminder WHERE kind = 'unanswered'");
    stand_sql("UPDATE recipient SET unreachable_since = NULL, unreachable_reason = NULL");
    wait_for_rounds();
    stand_sql("UPDATE reminder SET try_at = now() WHERE kind = 'unanswered'");
    wait_for("SELECT done_at IS NOT NULL FROM reminder WHERE kind = 'unanswered'");
    ck_assert_int_eq(count_messages(-100, "30 минут нет ответа"), 1);
    stand_until(metric_of("staff_chats_lost") <= 0, "it is there again");
}
