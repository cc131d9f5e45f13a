// SPDX-License-Identifier: MIT
/* Messages of bots are found, each state of them once, whenever an instance ends. */

#include "jobs/semaphore.h"
#include "lexicon/lexicon_updater.h"
#include "stand.h"
#include "support/scratch.h"
#include "sync/message_consumer.h"

TEST_CASE("message_consumer", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(sent_message_is_found)
{
    stand_put_message(1, 1, "Где можно поставить машину?");
    stand_say_one(2, 1, "Парковка во дворе");
    ck_assert_str_eq(stand_found("машина"), "0001");
    ck_assert_str_eq(stand_found("парковкой"), "0002");
    ck_sql_text("bot-gateway taxi 5 2 ru 1 3",
                "SELECT source || ' ' || bot || ' ' || chat_id || ' ' || user_id || ' ' ||"
                " language || ' ' || version || ' ' || length FROM document WHERE user_id = 2");
    ck_assert_int_eq(message_consumer_lag_seconds(stand_app()->message_consumer), 0);
}

FIBER_TEST(edits_and_deletions_are_consumed)
{
    stand_say_one(1, 1, "яблоко");
    stand_put_message(1, 2, "груша");
    stand_say_one(2, 1, "слива");
    ck_assert_str_eq(stand_found("яблоко"), "");
    ck_assert_str_eq(stand_found("груша"), "0001");
    ck_assert_str_eq(stand_found("слива"), "0002");
    stand_delete_message(1);
    stand_consume_messages();
    ck_assert_str_eq(stand_found("груша"), "");
    ck_assert_str_eq(stand_found("слива"), "0002");
    ck_rows(1, "document");
}

/* Case: The feed is read again. After a restore into another cluster, in a new epoch. */
FIBER_TEST(new_epoch_does_not_change_known_messages)
{
    stand_put_message(1, 2, "яблоко");
    stand_say_one(2, 1, "слива");
    stand_delete_message(2);
    stand_consume_messages();
    const long long before = stand_number("SELECT sum(tx::text::bigint) FROM document");
    stand_sql("UPDATE bot.feed_messages SET epoch = 2, tx = '0'");
    stand_consume_messages();
    ck_assert_str_eq(stand_found("яблоко"), "0001");
    ck_assert_str_eq(stand_found("слива"), "");
    ck_sql(before, "SELECT sum(tx::text::bigint) FROM document");
    ck_sql(2, "SELECT epoch FROM feed_place");
}

/* Case: Deleted messages return, and the feed still has their deletions. */
FIBER_TEST(deleted_message_that_returned_is_found)
{
    stand_put_messages(1, 3, 1, "яблоко");
    for (int i = 1; i <= 3; i++)
        stand_delete_message(i);
    stand_consume_messages();
    stand_sql("DELETE FROM document_tombstone");
    stand_sql("ALTER TABLE bot.feed_messages DROP CONSTRAINT feed_messages_pkey");
    stand_sql("INSERT INTO bot.feed_messages (id, tenant_id, bot, chat_id, text, sent_at, version)"
              " SELECT id, '%s', 'taxi', 5, 'яблоко', now(), 1 FROM"
              " (SELECT id FROM bot.feed_messages UNION ALL SELECT gen_random_uuid()) all_ids",
              stand_tenant());
    stand_consume_messages();
    ck_rows(4, "document");
}

/* Short texts with two of its words precede the long one with the phrase, and there are more of
 * them than candidates. */
FIBER_TEST(phrase_of_common_words_is_found)
{
    stand_put_messages(1, 600, 1, "вид горы");
    stand_put_messages(601, 1300, 1, "на столе");
    stand_say_one(
        9000, 1,
        "Вчера мы приехали поздно вечером, поднялись на девятый этаж, отнесли чемоданы в"
        " спальню, поужинали на кухне, вышли на балкон, а оттуда открывается вид на горы, и"
        " весь город внизу светится так, что спать никто из нас до утра уже не захотел");
    stand_update_lexicon();
    ck_assert_str_eq(stand_found("\\\"вид на горы\\\""), "9000");
    /* All words exist, but not in this order: documents with the words are returned. */
    ck_assert_uint_eq(strlen(stand_found("\\\"на вид горы\\\"")), 100 * strlen("0001 ") - 1);
}

FIBER_TEST(long_text_is_cut_between_characters)
{
    stand_put_texts(700, "repeat('слово ', 1365) || repeat(chr(128640), 2)");
    stand_consume_messages();
    ck_rows(700, "document WHERE octet_length(text) = 15023");
    stand_put_texts(1, "'x' || repeat(chr(128640), 8191)");
    stand_consume_messages();
    ck_sql(16381, "SELECT max(octet_length(text)) FROM document");
}

static void run(void *data)
{
    ck_ok(message_consumer_run(stand_app()->message_consumer, &fault));
}

/* Case: Two instances consume the feed of messages. */
FIBER_TEST(concurrent_consumers_lose_nothing)
{
    stand_say(1, 400, 1, "слово");
    stand_put_messages(1, 400, 2, "другое");
    stand_sleep(50);
    stand_race(3, run);
    stand_consume_messages();
    ck_rows(400, "document WHERE version = 2");
}

/* Uploads do not overwrite the gateway's documents, nor the other way round. */
FIBER_TEST(id_belongs_to_its_first_source)
{
    stand_say_one(1, 1, "яблоко");
    ck_status(
        ask_post(post_documents, .body = "{'id':'018f0001-0000-7000-8000-000000000001','version':9,"
                                         "'text':'груша','sent_at':'2026-01-01T00:00:00Z'}"),
        200);
    ck_assert_str_eq(stand_found("груша"), "");
    ck_assert_str_eq(stand_found("яблоко"), "0001");
}

/* Case: A message is committed late. The consumer does not skip what an open transaction has
 * written. */
FIBER_TEST(late_commit_is_not_lost)
{
    PGconn *held = stand_hold(
        "INSERT INTO bot.feed_messages (id, tenant_id, bot, chat_id, direction, text, sent_at,"
        " version) VALUES ('018f0001-0000-7000-8000-000000000009',"
        " '018f0001-0000-7000-8000-000000000001', 'taxi', 1, 'in', 'яблоко', now(), 1)");

    stand_put_message(1, 1, "слива");
    run(NULL);
    ck_rows(0, "document");
    stand_commit(held);
    stand_consume_messages();
    ck_rows(2, "document");
}

/* --- lag --- */

/* Makes minutes pass at once. */
static int64_t passed_us;
__typeof__(now_wall_us) __real_now_wall_us, __wrap_now_wall_us;

int64_t __wrap_now_wall_us(void)
{
    return __real_now_wall_us() + passed_us;
}

static bool behind_after(int64_t seconds)
{
    passed_us = seconds * 1000000;
    const bool behind = message_consumer_is_behind(stand_app()->message_consumer);
    passed_us = 0;
    return behind;
}

/* Case: The feed cannot be read. From the start on, as without a grant. */
FIBER_TEST(unread_feed_is_reported_as_behind_after_a_minute)
{
    stand_sql("ALTER TABLE bot.feed_messages RENAME COLUMN text TO was_text");
    ck_assert(!message_consumer_run(stand_app()->message_consumer, &fault));
    ck_assert_int_eq(message_consumer_lag_seconds(stand_app()->message_consumer), FIELD_ABSENT);
    ck_assert(!behind_after(MESSAGE_CONSUMER_BEHIND_S - 30));
    ck_assert(behind_after(MESSAGE_CONSUMER_BEHIND_S + 1));
    stand_sql("ALTER TABLE bot.feed_messages RENAME COLUMN was_text TO text");
    stand_consume_messages();
    ck_assert(!behind_after(MESSAGE_CONSUMER_BEHIND_S - 30));
    ck_assert(behind_after(MESSAGE_CONSUMER_BEHIND_S + 2));
}

static int64_t lag_after_run(void)
{
    run(NULL);
    return message_consumer_lag_seconds(stand_app()->message_consumer);
}

/* An open transaction hides the messages that are committed after its begin. */
FIBER_TEST(hidden_messages_count_as_lag)
{
    stand_consume_messages();
    PGconn *held = stand_hold("SELECT pg_current_xact_id()");
    stand_put_message(1, 1, "слива");
    ck_assert_int_lt(lag_after_run(), 90);
    passed_us = INT64_C(100000000);
    ck_assert_int_ge(lag_after_run(), 100);
    stand_commit(held);
    stand_until(lag_after_run() < 90, "the lag ends");
    passed_us = 0;
}

/* An instance starts hours after the last message. */
FIBER_TEST(start_beside_an_open_transaction_is_no_lag)
{
    stand_say_one(1, 1, "слива");
    PGconn *held = stand_hold("SELECT pg_current_xact_id()");
    stand_sql("UPDATE feed_place SET read_at = now() - interval '8 hours'");
    struct message_consumer later;
    message_consumer_start(&later, stand_service());
    ck_ok(message_consumer_run(&later, &fault));
    ck_assert_int_lt(message_consumer_lag_seconds(&later), 90);
    passed_us = INT64_C(100000000);
    ck_ok(message_consumer_run(&later, &fault));
    ck_assert_int_ge(message_consumer_lag_seconds(&later), 100);
    passed_us = 0;
    message_consumer_stop(&later);
    stand_commit(held);
}

static bool is_filling(void)
{
    return stand_reports(post_search_messages, "{'query':'a','mode':'text'}", "index_filling");
}

/* Case: A search comes before the feed has been read to its end. Some hundreds of messages are
 * read, and one after them cannot be written; a starting instance knows no more. */
FIBER_TEST(filling_index_is_reported)
{
    ck_assert(is_filling());
    stand_put_messages(1, 400, 1, "яблоко");
    stand_put_message(400, 2, "груша");
    stand_sql("UPDATE bot.feed_messages SET sent_at = NULL WHERE version = 2");
    stand_wait_for_feed();
    ck_assert(!message_consumer_run(stand_app()->message_consumer, &fault));
    ck_assert_int_gt(stand_number("SELECT count(*) FROM document"), 0);
    ck_assert_int_eq(message_consumer_lag_seconds(stand_app()->message_consumer), FIELD_ABSENT);
    ck_assert(is_filling());
    struct message_consumer later;
    message_consumer_start(&later, stand_service());
    ck_assert(!message_consumer_run(&later, &fault));
    ck_assert(message_consumer_is_filling(&later));
    message_consumer_stop(&later);
    stand_sql("UPDATE bot.feed_messages SET sent_at = now() WHERE version = 2");
    stand_consume_messages();
    ck_assert_int_eq(message_consumer_lag_seconds(stand_app()->message_consumer), 0);
    ck_assert(!is_filling());
}

/* Without bot-gateway's tables. */
FIBER_TEST(without_the_gateway_nothing_is_behind)
{
    stand_sql("ALTER TABLE bot.feed_messages RENAME TO not_yet");
    run(NULL);
    ck_assert(!behind_after(10 * MESSAGE_CONSUMER_BEHIND_S));
    ck_assert(!is_filling());
    stand_sql("ALTER TABLE bot.not_yet RENAME TO feed_messages");
    stand_consume_messages();
    ck_assert(behind_after(MESSAGE_CONSUMER_BEHIND_S + 2));
}

/* --- the lexicon --- */

FIBER_TEST(each_document_is_counted_once)
{
    ck_assert(!lexicon_updater_is_ready(stand_app()->lexicon_updater));
    stand_put_messages(1, 500, 1, "слон");
    stand_teach(501, 1500, 1, "жираф");
    ck_assert(lexicon_updater_is_ready(stand_app()->lexicon_updater));
    ck_assert_uint_eq(stand_df("слон"), 500);
    ck_assert_uint_eq(stand_df("жираф"), 1000);
    stand_say_one(1501, 1, "слон");
    stand_update_lexicon();
    stand_update_lexicon();
    ck_assert_uint_eq(stand_df("слон"), 501);
}

/* Many edits and deletions rebuild the lexicon. */
FIBER_TEST(many_changes_rebuild_the_lexicon)
{
    stand_teach(1, 1200, 1, "слон");
    stand_teach(1, 600, 2, "жираф");
    ck_assert_uint_eq(stand_df("слон"), 1200);
    stand_sql("UPDATE bot.feed_messages SET deleted = true, text = NULL, version = NULL,"
              " tx = pg_current_xact_id() WHERE user_id > 600 AND user_id <= 1100");
    stand_consume_messages();
    stand_update_lexicon();
    stand_update_lexicon();
    ck_assert_uint_eq(stand_df("слон"), 100);
    ck_assert_uint_eq(stand_df("жираф"), 600);
}

/* Case: An instance starts after every document was edited once, more than a page of them. */
FIBER_TEST(documents_edited_before_the_start_are_counted)
{
    stand_say(1, 4000, 1, "слон");
    stand_teach(1, 4000, 2, "жираф большой");
    ck_assert_uint_eq(stand_df("жираф"), 4000);
    ck_assert_uint_eq(stand_df("слон"), 0);
    stand_update_lexicon();
    ck_assert_uint_eq(stand_df("жираф"), 4000);
}

static void waiting_search(void *data)
{
    struct answer answer;

    stand_ask_admitted(answer, ask_post(post_search_messages, .body = "{'query':'слон жираф'}"));
    ck_status(answer, 200);
}

static void renewal(void *data)
{
    ck_ok(lexicon_updater_run(stand_app()->lexicon_updater, &fault));
}

/* Case: The lexicon is rebuilt while searches wait for a slot. */
FIBER_TEST(waiting_search_uses_the_rebuilt_lexicon)
{
    stand_teach(1, 1200, 1, "слон");
    stand_sql("UPDATE bot.feed_messages SET deleted = true, text = NULL, version = NULL,"
              " tx = pg_current_xact_id() WHERE user_id > 10");
    stand_consume_messages();
    stand_update_lexicon();
    ck_assert_uint_eq(stand_df("слон"), 1200);
    stand_go(renewal, NULL);
    stand_race(5 * SEMAPHORE_SEARCHES, waiting_search);
    stand_update_lexicon();
    ck_assert_uint_eq(stand_df("слон"), 10);
}

static bool ended;
static uint64_t step; /* documents counted in one iteration of the loop, at most */

static uint64_t documents(void)
{
    return lexicon_sums(lexicon_updater_lexicon(stand_app()->lexicon_updater))->documents;
}

/* Checks at each iteration of the loop. */
static void look_on(void *data)
{
    for (uint64_t now = 0, before = 0; !ended; before = now) {
        now = documents();
        step = now - before > step ? now - before : step;
        stand_sleep(0);
    }
}

FIBER_TEST(loop_serves_others_while_long_texts_are_counted)
{
    stand_put_texts(40, "repeat('дом ', 2000)");
    stand_consume_messages();
    stand_go(look_on, NULL);
    stand_update_lexicon();
    ended = true;
    ck_assert_uint_eq(stand_df("дом"), 40);
    ck_assert_uint_le(step, 2); /* 4 of them are read at once */
}

/* --- tenants --- */

FIBER_TEST(other_tenant_finds_and_erases_nothing)
{
    static const char *const bodies[] = {
        "{'query':'яблоко'}",
        "{'query':'яблоко','bot':'taxi'}",
        "{'query':'яблоко','chat_id':5}",
        "{'query':'яблоко','user_id':1}",
        "{'query':'яблоко','language':'ru'}",
        "{'query':'яблоко','from':'2020-01-01T00:00:00Z','to':'2030-01-01T00:00:00Z'}",
        "{'query':'ябл','prefix':true}",
        "{'query':'\\'яблоко\\''}",
    };

    stand_say_one(1, 1, "яблоко");
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        ck_assert_str_eq(stand_found_by(&stand_staff, bodies[i]), "0001");
        ck_assert_str_eq(stand_found_by(&stand_other, bodies[i]), "");
    }
    ck_status(ask_delete(delete_documents, .caller = &stand_other, .params = "user_id=1"), 200);
    ck_assert_str_eq(stand_found("яблоко"), "0001");
    stand_erase("user_id=1");
    ck_assert_str_eq(stand_found("яблоко"), "");
    ck_rows(0, "document");
}
