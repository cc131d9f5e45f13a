// SPDX-License-Identifier: MIT
/* Notifications about calendars of other channels. */
#include "base/now.h"

#include "deals.h"
#include "support/metric_of.h"

#define CLASH "018f0007-0000-7000-8000-000000000001"

TEST_CASE("calendar notices", .setup = deals_begin, .teardown = sends_finish, .timeout_s = 120);

static const char *id_of(const struct deal *deal)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&deal->id, id);
    return textf("%s", id);
}

/* The fake's apartment has the id of its booking. */
static void add_conflict(const struct deal *deal, const char *event, const char *status,
                         int version)
{
    const char *id = id_of(deal);

    deals_add_event(event, "conflict", CLASH, version,
                    textf("\"owner_id\":\"%s\",\"apartment_id\":\"%s\",\"booking_id\":\"%s\","
                          "\"channel\":\"airbnb\",\"from\":\"2027-03-05\",\"to\":\"2027-03-07\","
                          "\"status\":\"%s\"",
                          deal->owner, id, id, status));
}

FIBER_TEST(owner_and_staff_learn_once_of_nights_sold_twice_and_of_the_end)
{
    deal_person(DEAL_OWNER, "ru");
    deal_staff_chat(-100);
    deals_follow_to_end();
    struct deal *deal = deal_make(7, "held", "guest:7");
    add_conflict(deal, "calendar.conflict", "open", 1);
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OWNER, "проданы дважды%%«Студия»: 5–7 мар%%бронь CODE0"),
                     1);
    ck_assert_int_eq(count_messages(DEAL_OWNER, "go.0.clash_theirs."), 1);
    ck_assert_int_eq(count_messages(-100, "проданы дважды%%«Студия»: 5–7 мар%%бронь CODE0"), 1);
    ck_assert_int_eq(count_messages(-100, "go.0.staff_theirs."), 1);
    ck_assert_int_eq(count_messages(-100, "Хозяину не сообщили"), 0);
    ck_assert_int_eq(count_messages(7, ""), 0);
    add_conflict(deal, "calendar.conflict_ended", "kept_ours", 2);
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Решено: даты остаются за нами"), 1);
    ck_assert_int_eq(count_messages(-100, "Решено: даты остаются за нами"), 1);
    ck_assert_int_eq(count_all_messages(), 4);
}

/* Also if a payment was claimed: nobody has looked for it in vain. */
FIBER_TEST(guest_of_nights_that_are_given_away_reads_why)
{
    deal_person(7, "ru");
    deal_person(8, "en");
    deals_follow_to_end();
    struct deal *paid = deal_make(7, "confirmed", "guest:7");
    struct deal *claimed = deal_make(8, "payment_claimed", "guest:8");
    paid->paid = paid->refund = 9000;
    deal_give_away(paid, "staff:x");
    deal_give_away(claimed, "staff:x");
    deals_wait();
    ck_assert_int_eq(count_messages(7, "не ваша вина. Вернём всё, что вы заплатили: 9"), 1);
    ck_assert_int_eq(count_messages(7, "Похожие квартиры на эти даты%%go.0.again."), 1);
    ck_assert_int_eq(count_messages(8, "sold on another site."), 1);
    ck_assert_int_eq(count_messages(8, "found your payment"), 0);
    struct deal *part = deal_make(7, "confirmed", "guest:7");
    part->paid = 9000;
    part->refund = 4000;
    deal_give_away(part, "staff:x");
    deals_wait();
    ck_assert_int_eq(count_messages(7, "не ваша вина. Вернём 4"), 1);
}

FIBER_TEST(staff_learn_it_if_the_owner_cannot)
{
    deal_owner.telegram_id = 0;
    deal_staff_chat(-100);
    deals_follow_to_end();
    add_conflict(deal_make(7, "held", "guest:7"), "calendar.conflict", "open", 1);
    deals_wait();
    ck_assert_int_eq(count_messages(-100, "проданы дважды%%не привязан"), 1);
    ck_assert_int_eq(count_all_messages(), 1);
    ck_assert_double_eq(metric_of("notices_unheard_total"), 0);
}

FIBER_TEST(conflict_that_nobody_learns_of_is_counted)
{
    deal_owner.telegram_id = 0;
    deals_follow_to_end();
    add_conflict(deal_make(7, "held", "guest:7"), "calendar.conflict", "open", 1);
    deals_wait();
    ck_assert_int_eq(count_all_messages(), 0);
    stand_until(metric_of("notices_unheard_total") == 1, "it is counted");
}

FIBER_TEST(conflict_read_long_after_its_nights_is_not_told)
{
    deal_person(DEAL_OWNER, "ru");
    deals_now_us = deals_time("2027-03-05T09:00:00Z");
    struct notifier *notifier = deals_follow();
    deals_wait();
    deals_kill(notifier);
    add_conflict(deal_make(7, "held", "guest:7"), "calendar.conflict", "open", 1);
    deals_now_us = deals_time("2027-03-20T09:00:00Z");
    deals_follow_to_end();
    ck_assert_int_eq(count_messages(DEAL_OWNER, "дважды"), 0);
}

static void add_feed_event(const struct deal *deal, const char *event, const char *before)
{
    static int version;

    deals_add_event(event, "feed", "018f0008-0000-7000-8000-000000000001", ++version,
                    textf("\"owner_id\":\"%s\",\"apartment_id\":\"%s\",\"channel\":\"airbnb\","
                          "\"status\":\"stale\",\"previous_status\":\"%s\"",
                          deal->owner, id_of(deal), before));
}

FIBER_TEST(owner_and_staff_learn_that_a_calendar_does_not_work_and_works_again)
{
    deal_person(DEAL_OWNER, "ru");
    deal_staff_chat(-100);
    deals_follow_to_end();
    struct deal *deal = deal_make(7, "held", "guest:7");
    add_feed_event(deal, "feed.ok", "new");
    deals_wait();
    ck_assert_int_eq(count_all_messages(), 0);
    add_feed_event(deal, "feed.stale", "ok");
    add_feed_event(deal, "feed.ok", "stale");
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OWNER, "не работает больше часа</b> (Airbnb), «Студия»"),
                     1);
    ck_assert_int_eq(count_messages(DEAL_OWNER, "go.0.calendars."), 2);
    ck_assert_int_eq(count_messages(-100, "не работает больше часа"), 1);
    ck_assert_int_eq(count_messages(-100, "снова работает"), 1);
    ck_assert_int_eq(count_all_messages(), 4);
}

FIBER_TEST(outage_of_a_channel_floods_no_chat)
{
    deal_person(DEAL_OWNER, "ru");
    deals_follow_to_end();
    struct deal *deal = deal_make(7, "held", "guest:7");
    for (int i = 0; i < 50; i++)
        add_feed_event(deal, "feed.stale", "ok");
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OWNER, "не работает больше часа"), 20);
}

/* --- webhooks of booking-api --- */

FIBER_TEST(staff_learn_once_of_a_webhook_that_was_disabled)
{
    deal_staff_chat(-100);
    deals_follow_to_end();
    deals_add_event("webhook.disabled", "webhook", CLASH, 2,
                    "\"host\":\"hooks.example.com\",\"status\":\"disabled\",\"last_error\":"
                    "\"status_410\"");
    deals_wait();
    ck_assert_int_eq(count_messages(-100, "hooks.example.com больше не получает%%status_410"), 1);
    ck_assert_int_eq(count_all_messages(), 1);
    ck_assert_double_eq(metric_of("notices_unheard_total"), 0);
}

FIBER_TEST(disabled_webhook_without_a_staff_chat_is_counted)
{
    deals_follow_to_end();
    deals_add_event("webhook.disabled", "webhook", CLASH, 2,
                    "\"host\":\"hooks.example.com\",\"last_error\":\"status_410\"");
    deals_wait();
    ck_assert_int_eq(count_all_messages(), 0);
    stand_until(metric_of("notices_unheard_total") == 1, "it is counted");
}
