// SPDX-License-Identifier: MIT
/* A broadcast reaches each person once, with several instances and true counts. */
#include "broadcasting.h"
#include "broadcasts/broadcast.h"

enum { COPIES = 3 };

TEST_CASE("all", .setup = sends_begin, .teardown = sends_finish, .timeout_s = 60);

/* --- each person once --- */

FIBER_TEST(several_instances_send_to_each_person_once)
{
    enum { PEOPLE = 60 };
    struct sender *senders[COPIES];
    struct gateway_app *broadcasters[COPIES];
    int calls[PEOPLE + 1] = {0};

    broadcasting_people(1, PEOPLE);
    for (int i = 0; i < COPIES; i++) {
        senders[i] = i == 0 ? sends_start() : sends_start_beside(i);
        broadcasters[i] = broadcasting_start(senders[i]);
    }
    const struct answer one = broadcasting_make();
    for (int i = 0; i < COPIES; i++)
        broadcaster_wake(broadcasters[i]);
    broadcasting_wait(one.id, "done total 60 sent 60");
    for (int i = 0; i < COPIES; i++) {
        stand_stop(broadcasters[i]);
        stand_stop(senders[i]);
    }
    ck_assert_int_eq(sends_count, PEOPLE);
    for (int i = 0; i < sends_count; i++)
        ck_assert_int_eq(++calls[sends[i].chat_id], 1);
    ck_rows(PEOPLE, "sending WHERE lane = 2");
    ck_rows(0, "broadcast_person");
}

/* More people than one step reads, without a sender: the queue is limited. */
FIBER_TEST(queue_does_not_grow_with_the_audience)
{
    broadcasting_people(1, 2 * BROADCAST_FIND_MAX + 1);
    stand_sql("UPDATE person SET told_language = 'en' WHERE user_id %% 2 = 0");
    struct gateway_app *broadcaster = broadcasting_start(NULL);
    const struct answer one = broadcasting_ask_for("{'language':'ru'}");
    broadcaster_wake(broadcaster);
    wait_for("EXISTS (SELECT FROM broadcast WHERE found_at IS NOT NULL)");
    wait_forf("(SELECT count(*) FROM sending) = %d", BROADCAST_READY_MAX);
    stand_sleep(2 * BROADCASTER_POLL_MS);
    ck_assert_str_eq(broadcasting_shown(one.id), "running total 2001 queued 2001");
    ck_rows(BROADCAST_READY_MAX, "sending");
    ck_rows(2001 - BROADCAST_READY_MAX, "broadcast_person");
}

/* --- the audience --- */

FIBER_TEST(audience_must_match_all_members)
{
    static const struct {
        const char *audience;
        int total;
    } rows[] = {
        {"{\"all\":true}",                                                     6},
        {"{\"language\":\"kz\"}",                                              3},
        {"{\"language\":\"kk\",\"user_ids\":[1,2,3,777]}",                     2},
        {"{\"user_ids\":[1,1,6]}",                                             2},
        {"{\"user_ids\":[777]}",                                               0},
        {"{\"seen_after\":\"2026-02-01T00:00:00Z\"}",                          2},
        {"{\"seen_after\":\"2026-02-01T05:00:00+05:00\",\"language\":\"ru\"}", 1},
    };
    broadcasting_people(1, 6);
    stand_bot("other");
    stand_sql("INSERT INTO person (bot_id, user_id, told_language)"
              " SELECT id, 1, 'ru' FROM bot WHERE name = 'other'");
    stand_sql("UPDATE person SET last_seen_at = '2026-01-01'");
    stand_sql("UPDATE person SET last_seen_at = '2026-02-01' WHERE user_id IN (1, 6)");
    stand_sql("UPDATE person SET language = 'kz' WHERE user_id IN (1, 2, 4)");
    struct gateway_app *broadcaster = broadcasting_start(NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct answer one = ck_status(broadcasting_ask_for(rows[i].audience), 202);
        broadcaster_wake(broadcaster);
        ck_sql(rows[i].total, "SELECT total FROM broadcast WHERE id = '%s'", one.id);
        wait_for("NOT EXISTS (SELECT FROM broadcast WHERE found_at IS NULL)");
        ck_sql(rows[i].total, "SELECT found FROM broadcast WHERE id = '%s'", one.id);
        if (rows[i].total > 0)
            ck_status(broadcasting_act(post_broadcast_cancel, one.id), 200);
    }
    ck_rows(0, "broadcast WHERE user_ids IS NOT NULL");
}

/* The current language of each person; Russian if the text lacks it. */
/* Lets a sender and a broadcaster run until the broadcast shows this, with `sent` messages. */
static void run_to_end(const char *id, const char *wanted, int sent)
{
    struct sender *sender = sends_start();
    struct gateway_app *broadcaster = broadcasting_start(sender);

    broadcasting_wait(id, wanted);
    stand_stop(broadcaster);
    stand_stop(sender);
    ck_assert_int_eq(sends_count, sent);
}

FIBER_TEST(each_person_gets_their_language)
{
    static const char *const wanted[] = {"", "ru", "kz", "ru", "kz"};

    broadcasting_people(1, 4);
    stand_sql("UPDATE person SET told_language = 'kz' WHERE user_id IN (1, 2)");
    stand_sql("UPDATE person SET told_language = 'en' WHERE user_id = 3");
    stand_sql("UPDATE person SET language = 'ru' WHERE user_id = 1");
    ck_refused(broadcasting_ask("{'bot':'taxi','audience':{'all':true}}"), 422, "text_or_texts");
    const struct answer one = ck_status(
        broadcasting_ask("{'bot':'taxi','audience':{'all':true},'texts':{'ru':'ru','kz':'kz'}}"),
        202);
    stand_sql("UPDATE person SET language = 'kz' WHERE user_id = 4");
    run_to_end(one.id, "done total 4 sent 4", 4);
    for (int i = 0; i < sends_count; i++)
        ck_assert_str_eq(sends[i].text, wanted[sends[i].chat_id]);
}

/* Later people do not join, whether or not people were found before. */
FIBER_TEST(later_people_do_not_join)
{
    broadcasting_people(1, 3);
    const struct answer one = broadcasting_make();
    stand_sql("INSERT INTO person (bot_id, user_id, told_language) SELECT id, 4, 'ru' FROM bot");
    run_to_end(one.id, "done total 3 sent 3", 3);
}

/* The first update of a person is being handled during the creation: first_seen_at is earlier, the
 * row is visible later. */
FIBER_TEST(person_stored_during_creation_belongs_to_the_audience)
{
    broadcasting_people(1, 3);
    PGconn *turn =
        stand_hold("SET LOCAL search_path = gateway_broadcasts; INSERT INTO person (bot_id,"
                   " user_id, told_language) SELECT id, 4, 'ru' FROM bot");
    const struct answer one = broadcasting_make();
    struct sender *sender = sends_start();
    struct gateway_app *broadcaster = broadcasting_start(sender);
    broadcaster_wake(broadcaster);
    stand_sleep(2 * BROADCASTER_POLL_MS);
    ck_sql(0, "SELECT found FROM broadcast");
    stand_commit(turn);
    broadcasting_wait(one.id, "done total 4 sent 4");
    stand_stop(broadcaster);
    stand_stop(sender);
    ck_assert_int_eq(sends_count, 4);
}

/* Case: Blocked / deactivated. */
FIBER_TEST(unreachable_people_are_counted_and_not_called)
{
    broadcasting_people(1, 5);
    stand_sql("INSERT INTO recipient (bot_id, chat_id, unreachable_since, unreachable_reason)"
              " SELECT id, 2, now(), 'blocked' FROM bot");
    run_to_end(broadcasting_make().id, "done total 5 sent 4 unreachable 1", 4);
}

/* --- outcomes --- */

static void all_ends(const struct send *send, struct call_result *result)
{
    if (send->chat_id == 1)
        result->end = TELEGRAM_REFUSED;
    else if (send->chat_id == 2)
        result->end = TELEGRAM_NO_RECIPIENT;
    else if (send->chat_id == 3 && sends_count <= 5)
        result->end = TELEGRAM_UNCERTAIN;
}

FIBER_TEST(counts_follow_each_message)
{
    broadcasting_people(1, 5);
    sends_end = all_ends;
    struct sender *sender = sends_start();
    struct gateway_app *broadcaster = broadcasting_start(sender);
    const struct answer one = broadcasting_make();
    broadcaster_wake(broadcaster);
    broadcasting_wait(one.id, "done total 5 sent 2 failed 1 unreachable 1 uncertain 1");
    ck_assert_int_eq(sends_count, 5);
    /* Staff decides. */
    ck_status(broadcasting_act(post_message_resend,
                               stand_text("SELECT id FROM sending WHERE status = 'uncertain'")),
              200);
    sender_wake(sender);
    broadcasting_wait(one.id, "done total 5 sent 3 failed 1 unreachable 1");
}

/* Case: 429. Chats that back off do not block others. */
FIBER_TEST(chats_that_back_off_do_not_block_others)
{
    broadcasting_people(1, 2 * BROADCAST_READY_MAX + 30);
    stand_sql("INSERT INTO recipient (bot_id, chat_id, parked_until)"
              " SELECT bot_id, user_id, now() + interval '1 hour' FROM person WHERE user_id > 30");
    struct gateway_app *broadcaster = broadcasting_start(sends_start());
    const struct answer one = broadcasting_make();
    broadcaster_wake(broadcaster);
    broadcasting_wait(one.id, "running total 210 queued 180 sent 30");
}

/* --- limits --- */

static int made, refused, conflicts;

static void make_last(void *data)
{
    const struct answer answer = broadcasting_ask_for("{'all':true}");

    made += answer.status == 202;
    refused += answer.status == 409 && strcmp(answer.code, "too_many_broadcasts") == 0;
    conflicts += answer.status == 409 && strcmp(answer.code, "changed") == 0;
}

FIBER_TEST(bot_has_at_most_8_unfinished_broadcasts)
{
    stand_look();
    for (int i = 0; i < BROADCASTS_MAX - 1; i++)
        broadcasting_make();
    made = refused = conflicts = 0;
    stand_race(4, make_last);
    ck_assert_int_eq(made, 1);
    ck_assert_int_eq(refused + conflicts, 3);
    ck_refused(broadcasting_ask_for("{'all':true}"), 409, "too_many_broadcasts");
    broadcasting_start(NULL);
    wait_for(
        "NOT EXISTS (SELECT FROM broadcast WHERE slot IS NOT NULL)"); /* waits until all broadcasts
                                                                         are finished */
    broadcasting_make();
}
