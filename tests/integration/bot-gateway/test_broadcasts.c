// SPDX-License-Identifier: MIT
/* A broadcast reaches each of its people once, whoever goes on with it, and its counts are true. */
#include <stdio.h>

#include "db/transaction.h"

#include "broadcasts/broadcast.h"
#include "broadcasts/broadcaster.h"
#include "handlers/handlers.h"
#include "sends.h"

enum { POLL_MS = 5, SOON_MS = 20000, COPIES = 3 };

static void begin(void)
{
    sends_begin("test_broadcasts");
}

/* People with these ids, who speak Russian, and were seen a day ago. */
static void people(int first, int last)
{
    stand_sql("INSERT INTO person (bot_id, user_id, told_language, first_seen_at, last_seen_at)"
              " SELECT b.id, n, 'ru', now() - interval '1 day', now() - interval '1 day'"
              " FROM bot b, generate_series(%d, %d) n WHERE b.name = 'taxi'",
              first, last);
}

static struct answer make_with(const char *body)
{
    return stand_status(
        &(struct ask){.handler = post_broadcast, .method = HTTP_POST, .body = body});
}

static struct answer make_for(const char *audience)
{
    char body[512];
    snprintf(body, sizeof body, "{\"bot\":\"taxi\",\"audience\":%s,\"text\":\"news\"}", audience);
    return make_with(body);
}

static struct answer make(void)
{
    const struct answer answer = make_for("{\"all\":true}");
    ck_status(answer, 202);
    return answer;
}

static struct answer act(http_handler *action, const char *id)
{
    return stand_status(
        &(struct ask){.handler = action, .method = HTTP_POST, .id = id, .action = true});
}

/* As its caller sees it; static text. */
static const char *shown(const char *id)
{
    static char text[200];
    struct answer answer = stand_ask(&(struct ask){.handler = get_broadcast, .id = id});
    ck_status(answer, 200);
    const char *names[] = {"total",       "queued",    "sent",     "failed",
                           "unreachable", "uncertain", "cancelled"};
    int used = snprintf(text, sizeof text, "%s",
                        json_string_value(json_object_get(answer.json, "status")));
    json_int_t ended = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const json_int_t number = json_integer_value(json_object_get(answer.json, names[i]));
        if (i > 0)
            ended += number;
        if (number > 0)
            used += snprintf(text + used, sizeof text - (size_t)used, " %s %lld", names[i],
                             (long long)number);
    }
    ck_assert_int_eq(ended, json_integer_value(json_object_get(answer.json, "total")));
    answer_drop(&answer);
    return text;
}

static void wait_shown(const char *id, const char *wanted)
{
    for (int waited = 0; waited <= SOON_MS; waited += POLL_MS) {
        if (strcmp(shown(id), wanted) == 0)
            return;
        stand_sleep(POLL_MS);
    }
    ck_assert_str_eq(shown(id), wanted);
}

static void wait_for(const char *sql)
{
    for (int waited = 0; waited <= SOON_MS; waited += POLL_MS) {
        if (stand_number("SELECT (%s)::int", sql) == 1)
            return;
        stand_sleep(POLL_MS);
    }
    ck_abort_msg("never: %s", sql);
}

static struct broadcaster *start(struct sender *sender)
{
    struct fault fault = {.code = ""};
    struct broadcaster *broadcaster = broadcaster_start(stand_service(), sender, &fault);
    ck_assert_msg(broadcaster != NULL, "%s", fault.detail);
    return broadcaster;
}

/* --- everybody, once --- */

static void once_body(void *data)
{
    enum { PEOPLE = 60 };
    struct sender *senders[COPIES];
    struct broadcaster *broadcasters[COPIES];
    int calls[PEOPLE + 1] = {0};
    (void)data;
    stand_look();
    people(1, PEOPLE);
    for (int i = 0; i < COPIES; i++) {
        senders[i] = sends_start();
        broadcasters[i] = start(senders[i]);
    }
    const struct answer one = make();
    for (int i = 0; i < COPIES; i++)
        broadcaster_wake(broadcasters[i]);
    wait_shown(one.id, "done total 60 sent 60");
    for (int i = 0; i < COPIES; i++) {
        broadcaster_stop(broadcasters[i]);
        sender_stop(senders[i]);
    }
    ck_assert_int_eq(sends_count, PEOPLE);
    for (int i = 0; i < sends_count; i++)
        ck_assert_int_eq(++calls[sends[i].chat_id], 1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM sending WHERE lane = 2"), PEOPLE);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM broadcast_person"), 0);
}
SENDS_TEST(each_person_gets_it_once_from_several_copies, once_body)

/* More people than are looked at in one step, and nobody sends: what waits is bounded. */
static void many_body(void *data)
{
    (void)data;
    stand_look();
    people(1, 2 * BROADCAST_FIND_MAX + 1);
    stand_sql("UPDATE person SET told_language = 'en' WHERE user_id %% 2 = 0");
    struct broadcaster *broadcaster = start(NULL);
    const struct answer one = make_for("{\"language\":\"ru\"}");
    broadcaster_wake(broadcaster);
    wait_for("EXISTS (SELECT FROM broadcast WHERE found_at IS NOT NULL)");
    wait_for("(SELECT count(*) FROM sending) > 0");
    stand_sleep(2 * BROADCASTER_POLL_MS);
    ck_assert_str_eq(shown(one.id), "running total 2001 queued 2001");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM sending"), BROADCAST_READY_MAX);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM broadcast_person"),
                     2001 - BROADCAST_READY_MAX);
    broadcaster_stop(broadcaster);
}
SENDS_TEST(what_is_queued_does_not_grow_with_the_audience, many_body)

/* --- whom it is for --- */

static void audience_body(void *data)
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
    (void)data;
    stand_look();
    people(1, 6);
    stand_bot("other");
    stand_sql("INSERT INTO person (bot_id, user_id, told_language)"
              " SELECT id, 1, 'ru' FROM bot WHERE name = 'other'");
    stand_sql("UPDATE person SET last_seen_at = '2026-01-01'");
    stand_sql("UPDATE person SET last_seen_at = '2026-02-01' WHERE user_id IN (1, 6)");
    stand_sql("UPDATE person SET language = 'kz' WHERE user_id IN (1, 2, 4)");
    struct broadcaster *broadcaster = start(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct answer one = make_for(rows[i].audience);
        ck_status(one, 202);
        broadcaster_wake(broadcaster);
        ck_assert_int_eq(stand_number("SELECT total FROM broadcast WHERE id = '%s'", one.id),
                         rows[i].total);
        for (int waited = 0; stand_number("SELECT count(*) FROM broadcast WHERE found_at IS NULL");
             waited += POLL_MS) {
            ck_assert_int_lt(waited, SOON_MS);
            stand_sleep(POLL_MS);
        }
        ck_assert_int_eq(stand_number("SELECT found FROM broadcast WHERE id = '%s'", one.id),
                         rows[i].total);
        if (rows[i].total > 0)
            ck_status(act(post_broadcast_cancel, one.id), 200);
    }
    ck_assert_int_eq(stand_number("SELECT count(*) FROM broadcast WHERE user_ids IS NOT NULL"), 0);
    broadcaster_stop(broadcaster);
}
SENDS_TEST(it_is_for_those_who_fit_all_that_was_said, audience_body)

/* Each in his language as it is then; in Russian where there is no text in it. */
static void language_body(void *data)
{
    static const char *const wanted[] = {"", "ru", "kz", "ru", "kz"};
    (void)data;
    stand_look();
    people(1, 4);
    stand_sql("UPDATE person SET told_language = 'kz' WHERE user_id IN (1, 2)");
    stand_sql("UPDATE person SET told_language = 'en' WHERE user_id = 3");
    stand_sql("UPDATE person SET language = 'ru' WHERE user_id = 1");
    ck_refused(make_with("{\"bot\":\"taxi\",\"audience\":{\"all\":true}}"), 422, "text_or_texts");
    const struct answer one = make_with("{\"bot\":\"taxi\",\"audience\":{\"all\":true},"
                                        "\"texts\":{\"ru\":\"ru\",\"kz\":\"kz\"}}");
    ck_status(one, 202);
    stand_sql("UPDATE person SET language = 'kz' WHERE user_id = 4");
    struct sender *sender = sends_start();
    struct broadcaster *broadcaster = start(sender);
    wait_shown(one.id, "done total 4 sent 4");
    broadcaster_stop(broadcaster);
    sender_stop(sender);
    for (int i = 0; i < sends_count; i++)
        ck_assert_str_eq(sends[i].text, wanted[sends[i].chat_id]);
}
SENDS_TEST(each_is_told_it_in_his_language, language_body)

/* Nobody joins it later, whether or not its people were found by then. */
static void later_body(void *data)
{
    (void)data;
    stand_look();
    people(1, 3);
    const struct answer one = make();
    stand_sql("INSERT INTO person (bot_id, user_id, told_language) SELECT id, 4, 'ru' FROM bot");
    struct sender *sender = sends_start();
    struct broadcaster *broadcaster = start(sender);
    wait_shown(one.id, "done total 3 sent 3");
    broadcaster_stop(broadcaster);
    sender_stop(sender);
    ck_assert_int_eq(sends_count, 3);
}
SENDS_TEST(who_is_seen_later_does_not_join, later_body)

/* Case: Blocked / deactivated. */
static void unreachable_body(void *data)
{
    (void)data;
    stand_look();
    people(1, 5);
    stand_sql("INSERT INTO recipient (bot_id, chat_id, unreachable_since, unreachable_reason)"
              " SELECT id, 2, now(), 'blocked' FROM bot");
    struct sender *sender = sends_start();
    struct broadcaster *broadcaster = start(sender);
    const struct answer one = make();
    broadcaster_wake(broadcaster);
    wait_shown(one.id, "done total 5 sent 4 unreachable 1");
    broadcaster_stop(broadcaster);
    sender_stop(sender);
    ck_assert_int_eq(sends_count, 4);
}
SENDS_TEST(who_cannot_be_reached_is_counted_and_not_called, unreachable_body)

/* --- how messages end --- */

static void all_ends(const struct send *send, struct call_result *result)
{
    if (send->chat_id == 1)
        result->end = CALL_REFUSED;
    else if (send->chat_id == 2)
        result->end = CALL_CHAT_DEAD;
    else if (send->chat_id == 3 && sends_count <= 5)
        result->end = CALL_UNKNOWN;
}

static void ends_body(void *data)
{
    (void)data;
    stand_look();
    people(1, 5);
    sends_end = all_ends;
    struct sender *sender = sends_start();
    struct broadcaster *broadcaster = start(sender);
    const struct answer one = make();
    broadcaster_wake(broadcaster);
    wait_shown(one.id, "done total 5 sent 2 failed 1 unreachable 1 uncertain 1");
    ck_assert_int_eq(sends_count, 5);
    /* Somebody decides. */
    ck_status(
        act(post_message_resend, stand_text("SELECT id FROM sending WHERE status = 'uncertain'")),
        200);
    sender_wake(sender);
    wait_shown(one.id, "done total 5 sent 3 failed 1 unreachable 1");
    broadcaster_stop(broadcaster);
    sender_stop(sender);
}
SENDS_TEST(counts_follow_each_message, ends_body)

/* Case: 429. Parked chats take no room from others. */
static void parked_body(void *data)
{
    (void)data;
    stand_look();
    people(1, 2 * BROADCAST_READY_MAX + 30);
    stand_sql("INSERT INTO recipient (bot_id, chat_id, parked_until)"
              " SELECT bot_id, user_id, now() + interval '1 hour' FROM person WHERE user_id > 30");
    struct sender *sender = sends_start();
    struct broadcaster *broadcaster = start(sender);
    const struct answer one = make();
    broadcaster_wake(broadcaster);
    wait_shown(one.id, "running total 210 queued 180 sent 30");
    broadcaster_stop(broadcaster);
    sender_stop(sender);
}
SENDS_TEST(parked_chats_take_no_room, parked_body)

/* --- pause, resume, cancel --- */

/* Of a running one some messages have left. */
static void wait_sent(const char *id, int least)
{
    for (int waited = 0;
         stand_number("SELECT sent FROM broadcast_count WHERE broadcast_id = '%s'", id) < least;
         waited += POLL_MS) {
        ck_assert_int_lt(waited, SOON_MS);
        stand_sleep(POLL_MS);
    }
}

static void pause_body(void *data)
{
    enum { PEOPLE = 60 };
    int calls[PEOPLE + 1] = {0};
    (void)data;
    stand_look();
    people(1, PEOPLE);
    sends_delay_ms = 20;
    struct sender *sender = sends_start();
    struct broadcaster *broadcaster = start(sender);
    const struct answer one = make();
    broadcaster_wake(broadcaster);
    wait_sent(one.id, 10);
    ck_status(act(post_broadcast_pause, one.id), 200);
    wait_for("NOT EXISTS (SELECT FROM sending WHERE status = 'sending')");
    const int count = sends_count;
    ck_assert_int_lt(count, PEOPLE);
    const struct uuid reply =
        sends_text(sender, 1, "reply"); /* a pause is of its broadcast alone */
    sends_wait(&reply, "sent", 2000);
    stand_sleep(800);
    ck_assert_int_eq(sends_count, count + 1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM recipient WHERE due_at IS NOT NULL"), 0);
    /* Again by the same caller: nothing happens. */
    ck_status(act(post_broadcast_pause, one.id), 200);
    ck_status(act(post_broadcast_resume, one.id), 200);
    ck_refused(act(post_broadcast_pause, "018f0000-0000-7000-8000-000000000000"), 404, "not_found");
    sender_wake(sender);
    broadcaster_wake(broadcaster);
    wait_shown(one.id, "done total 60 sent 60");
    broadcaster_stop(broadcaster);
    sender_stop(sender);
    for (int i = 0; i < sends_count; i++)
        if (strcmp(sends[i].text, "news") == 0)
            ck_assert_int_eq(++calls[sends[i].chat_id], 1);
    ck_assert_int_eq(sends_count, PEOPLE + 1);
    ck_refused(act(post_broadcast_pause, one.id), 409, "already_done");
    ck_refused(act(post_broadcast_resume, one.id), 409, "already_done");
    ck_refused(act(post_broadcast_cancel, one.id), 409, "already_done");
}
SENDS_TEST(a_pause_holds_what_waits_and_nothing_else, pause_body)

/* What comes back while it pauses, because it was not sent, waits too. */
static void not_sent(const struct send *send, struct call_result *result)
{
    if (send->nth == 1)
        result->end = CALL_NOT_SENT;
}

static void back_body(void *data)
{
    (void)data;
    stand_look();
    people(7, 7);
    sends_delay_ms = 200;
    sends_end = not_sent;
    struct sender *sender = sends_start();
    struct broadcaster *broadcaster = start(sender);
    const struct answer one = make();
    broadcaster_wake(broadcaster);
    sends_wait_count(1, SOON_MS);
    ck_status(act(post_broadcast_pause, one.id), 200);
    wait_for("NOT EXISTS (SELECT FROM sending WHERE status = 'sending')");
    stand_sql("UPDATE recipient SET parked_until = NULL");
    stand_sleep(500);
    ck_assert_int_eq(sends_count, 1);
    ck_assert_str_eq(shown(one.id), "paused total 1 queued 1");
    ck_status(act(post_broadcast_resume, one.id), 200);
    sender_wake(sender);
    wait_shown(one.id, "done total 1 sent 1");
    broadcaster_stop(broadcaster);
    sender_stop(sender);
}
SENDS_TEST(what_comes_back_during_a_pause_waits_for_its_end, back_body)

static void cancel_body(void *data)
{
    enum { PEOPLE = 300 };
    char wanted[100];
    (void)data;
    stand_look();
    people(1, PEOPLE);
    sends_delay_ms = 20;
    struct sender *sender = sends_start();
    struct broadcaster *broadcaster = start(sender);
    const struct answer one = make();
    broadcaster_wake(broadcaster);
    wait_sent(one.id, 5);
    ck_status(act(post_broadcast_cancel, one.id), 200);
    shown(one.id); /* its counts make the total at once */
    wait_for("EXISTS (SELECT FROM broadcast WHERE finished_at IS NOT NULL AND slot IS NULL)");
    snprintf(wanted, sizeof wanted, "cancelled total %d sent %d cancelled %d", PEOPLE, sends_count,
             PEOPLE - sends_count);
    ck_assert_str_eq(shown(one.id), wanted);
    ck_assert_int_lt(sends_count, PEOPLE);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM broadcast_person"), 0);
    ck_assert_int_gt(stand_number("SELECT count(*) FROM sending WHERE status = 'cancelled'"), 0);
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM sending WHERE status NOT IN ('sent', 'cancelled')"), 0);
    ck_refused(act(post_broadcast_resume, one.id), 409, "already_cancelled");
    const int count = sends_count;
    stand_sleep(300);
    ck_assert_int_eq(sends_count, count);
    broadcaster_stop(broadcaster);
    sender_stop(sender);
}
SENDS_TEST(a_cancelled_one_ends_and_its_counts_are_true, cancel_body)

/* Before anybody was found; who is erased is lost on the way. */
static void early_body(void *data)
{
    (void)data;
    stand_look();
    people(1, 4);
    const struct answer one = make(), two = make();
    ck_status(act(post_broadcast_pause, one.id), 200);
    ck_status(act(post_broadcast_cancel, one.id), 200);
    struct broadcaster *broadcaster = start(NULL);
    wait_for("EXISTS (SELECT FROM broadcast WHERE finished_at IS NOT NULL)");
    ck_assert_str_eq(shown(one.id), "cancelled total 4 cancelled 4");
    wait_for("(SELECT count(*) FROM sending) = 4");
    ck_assert_str_eq(shown(two.id), "running total 4 queued 4");
    const struct answer three = make();
    ck_status(act(post_broadcast_pause, three.id), 200);
    wait_for("(SELECT count(*) FROM broadcast_person) = 4");
    stand_sql("DELETE FROM person WHERE user_id = 2");
    broadcaster_stop(broadcaster);
    struct sender *sender = sends_start();
    broadcaster = start(sender);
    ck_status(act(post_broadcast_resume, three.id), 200);
    wait_shown(three.id, "done total 4 sent 3 cancelled 1");
    wait_shown(two.id, "done total 4 sent 4");
    broadcaster_stop(broadcaster);
    sender_stop(sender);
}
SENDS_TEST(one_may_end_before_it_begins_and_people_may_vanish, early_body)

/* --- limits --- */

static int made, refused, conflicts;

static void make_last(void *data)
{
    (void)data;
    const struct answer answer = make_for("{\"all\":true}");
    made += answer.status == 202;
    refused += answer.status == 409 && strcmp(answer.code, "too_many_broadcasts") == 0;
    conflicts += answer.status == 409 && strcmp(answer.code, "changed") == 0;
}

static void limit_body(void *data)
{
    (void)data;
    stand_look();
    for (int i = 0; i < BROADCASTS_MAX - 1; i++)
        make();
    made = refused = conflicts = 0;
    for (int i = 0; i < 4; i++)
        stand_go(make_last, NULL);
    while (made + refused + conflicts < 4)
        stand_sleep(POLL_MS);
    ck_assert_int_eq(made, 1);
    ck_refused(make_for("{\"all\":true}"), 409, "too_many_broadcasts");
    struct broadcaster *broadcaster = start(NULL);
    wait_for("NOT EXISTS (SELECT FROM broadcast WHERE slot IS NOT NULL)"); /* nobody is there */
    make();
    broadcaster_stop(broadcaster);
}
SENDS_TEST(a_bot_has_8_broadcasts_at_a_time, limit_body)

int main(void)
{
    Suite *suite = suite_create("broadcasts");
    TCase *tcase = tcase_create("all");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, begin, sends_finish);
    tcase_add_test(tcase, each_person_gets_it_once_from_several_copies);
    tcase_add_test(tcase, what_is_queued_does_not_grow_with_the_audience);
    tcase_add_test(tcase, it_is_for_those_who_fit_all_that_was_said);
    tcase_add_test(tcase, each_is_told_it_in_his_language);
    tcase_add_test(tcase, who_is_seen_later_does_not_join);
    tcase_add_test(tcase, who_cannot_be_reached_is_counted_and_not_called);
    tcase_add_test(tcase, counts_follow_each_message);
    tcase_add_test(tcase, parked_chats_take_no_room);
    tcase_add_test(tcase, a_pause_holds_what_waits_and_nothing_else);
    tcase_add_test(tcase, what_comes_back_during_a_pause_waits_for_its_end);
    tcase_add_test(tcase, a_cancelled_one_ends_and_its_counts_are_true);
    tcase_add_test(tcase, one_may_end_before_it_begins_and_people_may_vanish);
    tcase_add_test(tcase, a_bot_has_8_broadcasts_at_a_time);
    suite_add_tcase(suite, tcase);
    return stand_main(suite);
}
