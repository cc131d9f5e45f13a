// SPDX-License-Identifier: MIT
/* Pauses and early ends of broadcasts, with true counts. */
#include "db/transaction.h"

#include "broadcasting.h"
#include "privacy/erasure.h"

TEST_CASE("all", .setup = sends_begin, .teardown = sends_finish, .timeout_s = 60);

/* Calls after the tenth do not end before the test says so. */
static void slow_down(const struct send *send, struct call_result *result)
{
    if (sends_count == 10)
        sends_delay_ms = 30000;
}

FIBER_TEST(pause_holds_queued_messages_of_its_broadcast_only)
{
    enum { PEOPLE = 60 };
    int calls[PEOPLE + 1] = {0};

    broadcasting_people(1, PEOPLE);
    sends_end = slow_down;
    struct sender *sender = sends_start();
    struct gateway_app *broadcaster = broadcasting_start(sender);
    const struct answer one = broadcasting_make();
    broadcaster_wake(broadcaster);
    wait_forf("SELECT sent >= 10 FROM broadcast_count WHERE broadcast_id = '%s'", one.id);
    ck_status(broadcasting_act(post_broadcast_pause, one.id), 200);
    sends_delay_ms = 0;
    wait_for("NOT EXISTS (SELECT FROM sending WHERE status = 'sending')");
    const int count = sends_count;
    ck_assert_int_lt(count, PEOPLE);
    const struct uuid reply =
        sends_text(sender, 1, "reply"); /* a pause affects only its broadcast */
    sends_wait(&reply, "sent");
    stand_sleep(800);
    ck_assert_int_eq(sends_count, count + 1);
    ck_rows(0, "recipient WHERE due_at IS NOT NULL");
    /* Paused messages do not count as waiting. */
    struct sender_gauges gauges;
    ck_ok(sender_store_read_gauges(stand_db(), &gauges, &fault));
    ck_assert_double_eq(gauges.oldest_s, 0);
    /* A repeated request of the same caller changes nothing. */
    ck_status(broadcasting_act(post_broadcast_pause, one.id), 200);
    ck_status(broadcasting_act(post_broadcast_resume, one.id), 200);
    ck_refused(broadcasting_act(post_broadcast_pause, "018f0000-0000-7000-8000-000000000000"), 404,
               "not_found");
    sender_wake(sender);
    broadcaster_wake(broadcaster);
    broadcasting_wait(one.id, "done total 60 sent 60");
    stand_stop(broadcaster);
    stand_stop(sender);
    for (int i = 0; i < sends_count; i++)
        if (strcmp(sends[i].text, "news") == 0)
            ck_assert_int_eq(++calls[sends[i].chat_id], 1);
    ck_assert_int_eq(sends_count, PEOPLE + 1);
    ck_refused(broadcasting_act(post_broadcast_pause, one.id), 409, "already_done");
    ck_refused(broadcasting_act(post_broadcast_resume, one.id), 409, "already_done");
    ck_refused(broadcasting_act(post_broadcast_cancel, one.id), 409, "already_done");
}

/* A message that was not sent during the pause waits as well. */
static void not_sent(const struct send *send, struct call_result *result)
{
    if (send->nth == 1)
        result->end = TELEGRAM_NOT_SENT;
}

FIBER_TEST(unsent_message_waits_for_the_end_of_the_pause)
{
    broadcasting_people(7, 7);
    sends_delay_ms = 30000; /* until the pause is stored */
    sends_end = not_sent;
    struct sender *sender = sends_start();
    struct gateway_app *broadcaster = broadcasting_start(sender);
    const struct answer one = broadcasting_make();
    broadcaster_wake(broadcaster);
    sends_wait_count(1);
    ck_status(broadcasting_act(post_broadcast_pause, one.id), 200);
    sends_delay_ms = 0;
    wait_for("NOT EXISTS (SELECT FROM sending WHERE status = 'sending')");
    stand_sql("UPDATE recipient SET parked_until = NULL");
    stand_sleep(500);
    ck_assert_int_eq(sends_count, 1);
    ck_assert_str_eq(broadcasting_shown(one.id), "paused total 1 queued 1");
    ck_status(broadcasting_act(post_broadcast_resume, one.id), 200);
    sender_wake(sender);
    broadcasting_wait(one.id, "done total 1 sent 1");
}

/* Cancelled before people are found; erased people are lost on the way. */
FIBER_TEST(broadcast_can_end_before_people_are_found_or_after_erasures)
{
    broadcasting_people(1, 4);
    const struct answer one = broadcasting_make(), two = broadcasting_make();
    ck_status(broadcasting_act(post_broadcast_pause, one.id), 200);
    ck_status(broadcasting_act(post_broadcast_cancel, one.id), 200);
    struct gateway_app *broadcaster = broadcasting_start(NULL);
    wait_for("EXISTS (SELECT FROM broadcast WHERE finished_at IS NOT NULL)");
    ck_assert_str_eq(broadcasting_shown(one.id), "cancelled total 4 cancelled 4");
    wait_for("(SELECT count(*) FROM sending) = 4");
    ck_assert_str_eq(broadcasting_shown(two.id), "running total 4 queued 4");
    stand_stop(broadcaster); /* nothing is queued before the pause */
    const struct answer three = broadcasting_make();
    ck_status(broadcasting_act(post_broadcast_pause, three.id), 200);
    broadcaster = broadcasting_start(NULL);
    wait_for("(SELECT count(*) FROM broadcast_person) = 4");
    stand_sql("DELETE FROM person WHERE user_id = 2");
    stand_stop(broadcaster);
    broadcaster = broadcasting_start(sends_start());
    ck_status(broadcasting_act(post_broadcast_resume, three.id), 200);
    broadcasting_wait(three.id, "done total 4 sent 3 cancelled 1");
    broadcasting_wait(two.id, "done total 4 sent 4");
}

static bool erase(struct db *tx, void *arg, struct fault *fault)
{
    const int64_t *person = arg;
    struct uuid bot_id;
    struct erasure_counts counts;
    int64_t busy;

    return uuid_parse(slice_of(stand_text("SELECT id FROM bot")), &bot_id) &&
           erasure_store_run_pass(tx, &bot_id, *person, &counts, &busy, fault);
}

FIBER_TEST(erased_person_stays_in_the_counts)
{
    int64_t waits = 2, has_it = 1;

    broadcasting_people(1, 3);
    struct gateway_app *broadcaster = broadcasting_start(NULL);
    const struct answer one = broadcasting_make();
    broadcaster_wake(broadcaster);
    wait_for("(SELECT count(*) FROM sending) = 3");
    ck_ok(db_transaction(stand_service()->pool, erase, &waits, &fault));
    sends_start();
    broadcasting_wait(one.id, "done total 3 sent 2 cancelled 1");
    ck_ok(db_transaction(stand_service()->pool, erase, &has_it, &fault));
    ck_assert_str_eq(broadcasting_shown(one.id), "done total 3 sent 2 cancelled 1");
    ck_sql_text("0 0 3", "SELECT string_agg(chat_id::text, ' ' ORDER BY chat_id) FROM sending");
}

FIBER_TEST(erased_person_is_removed_from_id_lists)
{
    int64_t named = 2;

    broadcasting_people(1, 3);
    ck_status(broadcasting_ask_for("{\"user_ids\":[1,2]}"), 202);
    ck_ok(db_transaction(stand_service()->pool, erase, &named, &fault));
    ck_sql_text("[1]", "SELECT user_ids::text FROM broadcast");
}
