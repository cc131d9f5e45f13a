// SPDX-License-Identifier: MIT
/* Notifications about bookings: each step once, despite crashes of instances. */
#include "db/batches.h"

#include "deals.h"
#include "notifications/notification_store.h"
#include "support/metric_of.h"
#include "texts/texts_watch.h"

#define HIM             "guest:7"
#define OWNER           "owner:1"
#define NOTICE_FAILURES "background_failures_total{task=\"notices\"}"

enum { STEPS = 120, COPIES = 2 };

TEST_CASE("notices", .setup = deals_begin, .teardown = sends_finish, .timeout_s = 120);

/* --- recipients and texts --- */

FIBER_TEST(guest_is_notified_of_steps_of_others)
{
    deal_person(7, "ru");
    struct deal *deal = deal_make(7, "requested", HIM);
    deals_follow_to_end();
    ck_assert_msg(count_all_messages() == 0, "earlier events cause no notification");
    deal->paid = 9000;
    deal_step(deal, "confirmed", OWNER, NULL);
    deals_wait();
    ck_assert_int_eq(count_all_messages(), 1);
    ck_assert_int_eq(count_messages(7, "Оплата получена"), 1);
    ck_assert_int_eq(count_messages(7, "CODE0"), 1);
    ck_assert_int_eq(count_messages(7, "14:00"), 1);
    ck_assert_int_eq(count_messages(7, "Выезд: "), 1);
    ck_assert_int_eq(count_messages(7, "Студия"), 1);
    ck_assert_int_eq(count_messages(7, "go.0.booking."), 1);
    ck_assert_int_eq(count_messages(7, "go.0.mybookings."), 1);
    deal_step(deal, "confirmed", OWNER, "Before: other dates");
    deal_step(deal, "confirmed", "staff:x", NULL);
    deals_wait();
    ck_assert_int_eq(count_all_messages(), 2);
    ck_assert_int_eq(count_messages(7, "Бронь за это время изменилась"), 1);
    deal_step(deal, "cancelled", HIM, NULL);
    deals_wait();
    ck_assert_msg(count_all_messages() == 2, "a guest's own step causes no notification");
}

/* After a restore of the database (schema/0030-held.sql). */
FIBER_TEST(notification_of_an_event_before_a_restore_is_held)
{
    deal_person(7, "ru");
    struct deal *deal = deal_make(7, "requested", HIM);
    struct notifier *notifier = deals_follow();
    deals_wait();
    stand_stop(notifier);
    deal_step(deal, "confirmed", OWNER, NULL);
    stand_sql("SELECT after_restore()");
    deals_follow_to_end();
    ck_rows(0, "sending WHERE status = 'queued'");
    ck_sql_text("notice 7", "SELECT concat_ws(' ', kind, chat_id) FROM held");
    deal_step(deal, "confirmed", OWNER, "Before: other dates");
    deals_wait();
    ck_rows(1, "sending WHERE status = 'queued'");
}

/* A bot that was off, or a long outage. */
FIBER_TEST(events_of_stays_that_are_over_notify_only_staff)
{
    deal_person(7, "ru");
    deal_person(DEAL_OWNER, "ru");
    deal_staff_chat(-900);
    struct deal *past = deal_make(7, "confirmed", HIM), *ahead = deal_make(7, "confirmed", HIM);
    struct notifier *notifier = deals_follow();
    deals_wait();
    stand_stop(notifier);
    deals_now_us = deals_time("2027-03-01T10:00:00Z");
    past->refund = 900;
    deal_step(past, "cancelled", "staff:x", NULL);
    ahead->check_in = "2027-05-01";
    deal_step(ahead, "cancelled", "staff:x", NULL);
    deals_now_us = deals_time("2027-04-01T10:00:00Z");
    deals_follow_to_end();
    ck_assert_int_eq(count_messages(7, ""), 1);
    ck_assert_int_eq(count_messages(7, "1 мая"), 1);
    ck_assert_int_eq(count_messages(DEAL_OWNER, ""), 1);
    ck_assert_int_eq(count_messages(-900, "Вернуть"), 1);
}

FIBER_TEST(each_recipient_gets_their_language)
{
    deal_person(7, "ru");
    deal_person(8, "en");
    stand_sql("UPDATE person SET language = 'kz' WHERE user_id = 7");
    deals_follow_to_end();
    for (int64_t guest = 7; guest < 10; guest++)
        deal_step(deal_make(guest, "requested", "guest:x"), "declined", OWNER, NULL);
    deals_wait();
    ck_assert_int_eq(count_messages(7, "Броньды ашу"), 1);
    ck_assert_int_eq(count_messages(8, "Open the booking"), 1);
    ck_assert_int_eq(count_messages(8, "Studio"), 1);
    ck_assert_msg(count_messages(9, "") == 0, "a person unknown to the bot gets no notification");
}

FIBER_TEST(owner_is_notified_of_requests_and_payments)
{
    deals_follow_to_end();
    deal_make(7, "requested", HIM);
    deals_wait();
    ck_assert_msg(count_all_messages() == 0, "an owner without a chat gets no notification");
    deal_person(DEAL_OWNER, "en");
    deal_make(7, "requested", HIM);
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Запрос на бронь"), 1);
    ck_assert_int_eq(count_messages(DEAL_OWNER, "go.0.deal_ok."), 1);
    ck_assert_int_eq(count_messages(DEAL_OWNER, "go.0.deal_no."), 1);
    ck_assert_int_eq(count_messages(DEAL_OWNER, "go.0.deal."), 1);
    ck_assert_msg(count_messages(DEAL_OWNER, "Guest") == 0,
                  "the owner's notification does not name the guest");
    deal_step(deal_make(7, "held", HIM), "payment_claimed", HIM, NULL);
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Гость сообщил об оплате"), 1);
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Деньги пришли: 9"), 1);
    deal_owner.notify = false;
    deal_make(7, "requested", HIM);
    deal_owner = (struct deal_owner){0, true, "ru"};
    deal_make(7, "requested", HIM);
    deals_wait();
    ck_assert_int_eq(count_all_messages(), 2);
}

/* Only the bot that has received a file sends it on; a message with it is confided. */
FIBER_TEST(owner_gets_each_receipt_of_a_claimed_payment)
{
    deal_person(DEAL_OWNER, "ru");
    deals_follow_to_end();
    struct deal *deal = deal_make(7, "held", HIM);
    deal->receipt = "telegram:taxi:photo:AgAC-1";
    deal_step(deal, "payment_claimed", HIM, NULL);
    deals_wait();
    ck_rows(1,
            "sending WHERE method = 'sendPhoto' AND confided AND payload -> 0 ->> 'photo' = "
            "'AgAC-1' AND instead -> 0 ? 'text' AND payload -> 0 ->> 'caption' LIKE '%%CODE0%%'");
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Деньги пришли: 9"), 1);
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Не пришли"), 1);
    deal->receipt = "telegram:taxi:document:BQAC";
    deal_step(deal, "payment_claimed", HIM, NULL);
    deals_wait();
    ck_rows(1, "sending WHERE method = 'sendDocument' AND confided AND payload -> 0 ->> 'document' "
               "= 'BQAC'");
    deal->receipt = "telegram:another:photo:AgAC-2";
    deal_step(deal, "payment_claimed", HIM, NULL);
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OWNER, "AgAC-2"), 0);
    ck_rows(1, "sending WHERE method = 'sendMessage' AND NOT confided");
    deal_step(deal, "payment_claimed", HIM, "Before: other dates");
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Бронь изменилась"), 1);
}

FIBER_TEST(both_owners_are_notified_of_a_move_to_another_owners_apartment)
{
    deal_person(7, "ru");
    deal_person(DEAL_OWNER, "ru");
    deal_person(DEAL_OTHER, "ru");
    deals_follow_to_end();
    struct deal *deal = deal_make(7, "confirmed", HIM);
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Новая бронь"), 1);
    deal_move(deal, DEAL_OTHER_ID);
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OTHER, "Новая бронь"), 1);
    ck_assert_int_eq(count_messages(DEAL_OWNER, "больше не ваша"), 1);
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Студия"), 1);
    ck_assert_int_eq(count_messages(7, "Бронь за это время изменилась"), 1);
    deal_move(deal, DEAL_OWNER_ID);
    deals_wait();
    ck_assert_int_eq(count_messages(DEAL_OTHER, "больше не ваша"), 1);
    ck_assert_int_eq(count_messages(DEAL_OWNER, "Новая бронь"), 2);
    deal_move(deal_make(7, "held", HIM), DEAL_OTHER_ID);
    deals_wait();
    ck_assert_msg(count_all_messages() == 8, "owners do not know of a hold");
}

/* Steps that others than the owner make. */
static const struct {
    const char *from, *status, *actor, *says; /* NULL: nothing */
} heard[] = {
    {"held",            "cancelled",       HIM,       NULL                                         },
    {"held",            "expired",         "system",  NULL                                         },
    {"held",            "confirmed",       HIM,       "Новая бронь</b>"                  },
    {"confirmed",       "checked_in",      "staff:x", "Гость заехал</b>"                },
    {"checked_in",      "completed",       "system",  NULL                                         },
    {"confirmed",       "cancelled",       HIM,       "Бронь отменена</b>"            },
    {"held",            "payment_claimed", HIM,       "Гость сообщил об оплате"},
    {"payment_claimed", "expired",         "system",  NULL                                         },
    {"requested",       "held",            "staff:x", NULL                                         },
    {"held",            "expired",         "system",  "Срок брони истёк</b>"         },
};

static void hear_of_each_step(void)
{
    deals_follow_to_end();
    struct deal *deal = deal_make(7, "held", HIM);
    deals_wait();
    deal_person(DEAL_OWNER, "ru");
    long long count = 0;
    for (size_t i = 0; i < COUNT(heard); i++) {
        deal->status = heard[i].from;
        deal_step(deal, heard[i].status, heard[i].actor, NULL);
        deals_wait();
        count += heard[i].says != NULL;
        ck_assert_msg(heard[i].says == NULL || count_messages(DEAL_OWNER, heard[i].says) == 1, "%s",
                      heard[i].says);
        ck_assert_msg(count_all_messages() == count, "%s from %s", heard[i].status, heard[i].from);
    }
    ck_assert_int_eq(count_messages(DEAL_OWNER, "5–7 мар, «Студия», 2 гостя, 30"), 4);
}

FIBER_TEST(owner_hears_of_each_step_that_others_make)
{
    hear_of_each_step();
}

FIBER_TEST(events_of_an_earlier_version_are_understood_by_the_history)
{
    deals_without_steps = true;
    hear_of_each_step();
}

FIBER_TEST(notification_comes_from_the_last_used_bot)
{
    stand_bot("other");
    stand_file("other.token", 0600, "2:AA");
    stand_look();
    deal_person(7, "ru");
    stand_sql("INSERT INTO person (bot_id, user_id, told_language, last_seen_at)"
              " SELECT id, 7, 'en', now() + interval '2 h' FROM bot WHERE name = 'other'");
    deals_follow_to_end();
    struct deal *deal = deal_make(7, "requested", HIM);
    deal_step(deal, "declined", OWNER, NULL);
    deals_wait();
    ck_assert_msg(count_all_messages() == 0, "the notification comes from the bot used last");
    stand_sql("UPDATE person SET last_seen_at = now() - interval '1 h' WHERE told_language = 'en'");
    deal_step(deal, "confirmed", OWNER, NULL);
    deals_wait();
    ck_assert_int_eq(count_all_messages(), 1);
}

/* When his booking is read again, as he sees it, he has been found. */
static void erase_him(const char *path)
{
    static int reads;

    if (strstr(path, "/v1/bookings/") != NULL && ++reads == 2)
        stand_sql("DELETE FROM person WHERE user_id = 7");
}

FIBER_TEST(erased_person_gets_no_notification)
{
    deal_person(7, "ru");
    deals_follow_to_end();
    struct deal *deal = deal_make(7, "requested", HIM);
    deals_before = erase_him;
    deal_step(deal, "declined", OWNER, NULL);
    deals_wait();
    ck_assert_int_eq(count_all_messages(), 0);
    ck_rows(0, "recipient");
}

/* The last of these calls is made while the message is composed. */
static int edits;
static void edit_text_while_a_booking_is_read(const char *path)
{
    if (strstr(path, "/v1/bookings/") == NULL)
        return;
    stand_sql("UPDATE bot_messages SET message_text = 'Button %d'"
              " WHERE message_key = 'notice_button_booking' AND language = 'ru'",
              ++edits);
    ck_ok(texts_watch_reload_if_changed(stand_app()->texts, &fault));
}

FIBER_TEST(texts_may_be_replaced_while_a_notification_is_composed)
{
    deal_person(7, "ru");
    ck_ok(texts_watch_reload_if_changed(stand_app()->texts, &fault));
    deals_follow_to_end();
    struct deal *deal = deal_make(7, "requested", HIM);
    deals_before = edit_text_while_a_booking_is_read;
    deal_step(deal, "declined", OWNER, NULL);
    deals_wait();
    ck_assert_int_gt(edits, 0);
    ck_assert_int_eq(count_messages(7, textf("Button %d", edits)), 1);
}

/* --- exactly once --- */

/* Every step notifies the guest, and instances die both while they call and while they store. */
FIBER_TEST(each_step_is_notified_once_despite_crashes)
{
    struct notifier *copies[COPIES];

    deal_person(7, "ru");
    for (int i = 0; i < COPIES; i++)
        copies[i] = deals_follow();
    deals_wait();
    deals_delay_ms = 1;
    for (int i = 0; i < STEPS; i++) {
        if (i % 2 == 0)
            deal_step(deal_make(7, "requested", HIM), "declined", OWNER, NULL);
        stand_sleep(i % 7);
        if (i % 3 > 0)
            continue;
        deals_kill(copies[i / 3 % COPIES]);
        copies[i / 3 % COPIES] = deals_follow();
    }
    deals_wait();
    ck_assert_int_eq(count_all_messages(), STEPS / 2);
}

FIBER_TEST(events_survive_an_outage_of_booking_api)
{
    deal_person(7, "ru");
    deals_follow_to_end();
    deals_away = true;
    const int before = deals_asked;
    for (int i = 0; i < 30; i++)
        deal_step(deal_make(7, "requested", HIM), "declined", OWNER, NULL);
    const int64_t began_ms = sends_now_ms();
    stand_sleep(300);
    ck_assert_msg(sends_now_ms() - began_ms > 600 || deals_asked - before <= 3,
                  "it is asked less often: %d", deals_asked - before);
    stand_until(metric_of("booking_feed_lag_seconds") >= 0.2, "the lag grows");
    deals_away = false;
    deals_wait();
    stand_until(metric_of("booking_feed_lag_seconds") <= 0, "the lag ends");
    ck_assert_double_eq(metric_of("notices_total{to=\"guest\"}"), 30);
    ck_assert_int_eq(count_all_messages(), 30);
}

/* booking-api passes over events that the key may not read. */
static bool hides_events;

static bool answer_empty_page(void *data, const struct booking_call *call, struct arena *arena,
                              struct service_answer *answer, struct fault *fault)
{
    static int cursor;

    cursor += hides_events;
    *answer = (struct service_answer){
        200, arena_printf(arena, "{\"items\":[],\"next_cursor\":\"c%d\"}", cursor)};
    return answer->body.at != NULL || arena_fault(fault);
}

FIBER_TEST(empty_page_is_the_end_only_if_its_cursor_is_the_last_one)
{
    hides_events = true;
    deals_follow_by(answer_empty_page);
    stand_until(metric_of("booking_feed_lag_seconds") > 0, "events may follow");
    hides_events = false;
    stand_until(metric_of("booking_feed_lag_seconds") <= 0, "the lag ends");
}

FIBER_TEST(unreadable_answer_does_not_delay_other_events)
{
    deal_person(7, "ru");
    deals_follow_to_end();
    deals_broken = deal_make(7, "requested", HIM);
    deal_step(deal_make(7, "requested", HIM), "declined", OWNER, NULL);
    deals_wait();
    ck_assert_int_eq(count_all_messages(), 1);
}

FIBER_TEST(event_with_errors_delays_others_for_five_minutes)
{
    deal_person(7, "ru");
    deals_follow_to_end();
    deals_now_us = now_wall_us();
    deals_failing = deal_make(7, "requested", HIM);
    deal_step(deal_make(7, "requested", HIM), "declined", OWNER, NULL);
    stand_until(deals_failed >= 2, "it is asked again");
    ck_assert_int_eq(count_all_messages(), 0);
    deals_now_us += 301 * US_PER_S;
    deals_wait();
    ck_assert_int_eq(count_all_messages(), 1);
}

/* What comes between two errors of an event: another instance holds the lease, the lease cannot be
 * taken, booking-api returns no event. */
enum { BY_LEASE, BY_DATABASE, BY_EMPTY_PAGE, INTERRUPTIONS };
static bool is_page_empty;

static bool ask_with_empty_pages(void *data, const struct booking_call *call, struct arena *arena,
                                 struct service_answer *answer, struct fault *why)
{
    if (!is_page_empty || !slice_starts(call->call->path, SLICE("/v1/events?")))
        return deals_ask(data, call, arena, answer, why);
    *answer = (struct service_answer){200, SLICE("{\"items\":[],\"next_cursor\":\"c0\"}")};
    return true;
}

/* Interrupts the errors for more than five minutes. */
static void interrupt_rounds(int by)
{
    const double failures = metric_of(NOTICE_FAILURES);

    if (by == BY_LEASE)
        stand_sql("UPDATE booking_feed SET owner = gen_random_uuid(),"
                  " leased_until = now() + interval '1 minute'");
    else if (by == BY_DATABASE)
        stand_sql("ALTER TABLE booking_feed RENAME TO booking_feed_away");
    is_page_empty = by == BY_EMPTY_PAGE;
    if (by == BY_DATABASE)
        stand_until(metric_of(NOTICE_FAILURES) > failures, "a round fails");
    else
        stand_until(metric_of("booking_feed_lag_seconds") <= 0, "a round succeeds");
    deals_now_us += 301 * US_PER_S;
    deals_failed = 0;
    is_page_empty = false;
    if (by == BY_LEASE)
        stand_sql("UPDATE booking_feed SET leased_until = '-infinity'");
    else if (by == BY_DATABASE)
        stand_sql("ALTER TABLE booking_feed_away RENAME TO booking_feed");
}

FIBER_TEST_LOOP(event_is_given_up_only_after_errors_without_interruption, 0, INTERRUPTIONS)
{
    deal_person(7, "ru");
    deals_follow_by(ask_with_empty_pages);
    deals_wait();
    deals_now_us = now_wall_us();
    const double failures = metric_of(NOTICE_FAILURES);
    deals_failing = deal_make(7, "requested", HIM);
    deal_step(deal_make(7, "requested", HIM), "declined", OWNER, NULL);
    stand_until(metric_of(NOTICE_FAILURES) > failures, "a round fails");
    ck_assert_int_ge(deals_failed, 1);
    interrupt_rounds(_i);
    stand_until(deals_failed >= 2, "it is asked again");
    ck_assert_int_eq(count_all_messages(), 0);
}

FIBER_TEST(failing_reminders_are_no_lag_of_events)
{
    deals_follow_to_end();
    stand_sql("ALTER TABLE reminder RENAME TO reminder_away");
    stand_until(metric_of(NOTICE_FAILURES) >= 1, "a round fails");
    ck_assert_double_eq(metric_of("booking_feed_lag_seconds"), 0);
    stand_sql("ALTER TABLE reminder_away RENAME TO reminder");
}

FIBER_TEST(one_instance_reads_and_releases_its_lease)
{
    struct notifier *one = deals_follow();

    deals_wait();
    const char *owner = stand_text("SELECT owner FROM booking_feed");
    deals_follow();
    stand_sleep(50);
    ck_sql_text(owner, "SELECT owner FROM booking_feed");
    ck_rows(1, "booking_feed WHERE leased_until > now()");
    stand_service()->stopping = true;
    wait_for("SELECT leased_until < now() FROM booking_feed");
    stand_service()->stopping = false;
    stand_stop(one);
    wait_for("SELECT leased_until > now() FROM booking_feed");
    stand_sql("UPDATE booking_feed SET owner = gen_random_uuid(),"
              " leased_until = now() + interval '1 year'"); /* of a clock that was ahead */
    wait_for("SELECT leased_until < now() + interval '1 h' FROM booking_feed");
}

/* What a late instance would do. */
static bool do_late(struct db *tx, void *arg, struct fault *fault)
{
    const struct bot *bot;
    const struct notification_position old = {.cursor = "c0"};
    struct reminder reminder = {.due_at = 0};
    bool *done = arg;

    return bots_find_active(stand_app()->bots, SLICE("taxi"), &bot, fault) &&
           uuid_parse(slice_of(stand_text("SELECT id FROM reminder")), &reminder.id) &&
           notification_store_advance_position(tx, &bot->id, &old, SLICE("c9"), &done[0], fault) &&
           notification_store_finish_reminder(tx, &reminder, &done[1], fault);
}

FIBER_TEST(instance_with_an_old_position_stores_nothing)
{
    bool done[] = {true, true};

    stand_sql("INSERT INTO booking_feed (bot_id, owner, leased_until, place)"
              " SELECT id, gen_random_uuid(), now(), 'c1' FROM bot");
    stand_sql(
        "INSERT INTO reminder (bot_id, booking_id, kind, due_at, until_at, on_the_day, try_at)"
        " SELECT id, gen_random_uuid(), 'eve', 'epoch', now(), false, now() FROM bot");
    stand_sql("UPDATE reminder SET done_at = now()");
    ck_ok(db_transaction(stand_service()->pool, do_late, done, &fault));
    ck_assert(!done[0] && !done[1]);
    ck_sql_text("c1", "SELECT place FROM booking_feed");
}

FIBER_TEST(reminders_are_deleted_after_a_month)
{
    stand_sql(
        "INSERT INTO reminder (bot_id, booking_id, kind, due_at, until_at, on_the_day, try_at)"
        " SELECT id, gen_random_uuid(), 'eve', now() - age, now() - age + interval '1 h', false,"
        " now() FROM bot, unnest('{40 days,20 days}'::interval[]) age");
    ck_ok(db_batches_run(stand_service()->pool, &notification_store_delete_old, 10, &fault));
    ck_rows(1, "reminder");
}
