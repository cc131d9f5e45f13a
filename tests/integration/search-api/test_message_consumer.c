// SPDX-License-Identifier: MIT
/* What bots hear is found, each state of it once, in whatever way a copy ends. */
#include "handlers/handlers.h"
#include "jobs/semaphore.h"
#include "lexicon/lexicon_updater.h"
#include "stand.h"
#include "sync/message_consumer.h"

static void begin(void)
{
    stand_begin("test_feeding");
}

#define FEED_TEST(name, body)                                                                      \
    START_TEST(name)                                                                               \
    {                                                                                              \
        stand_run(body, NULL);                                                                     \
    }                                                                                              \
    END_TEST

static void said_body(void *data)
{
    (void)data;
    stand_said(1, 1, "Где можно поставить машину?");
    stand_said(2, 1, "Парковка во дворе");
    stand_feed();
    ck_assert_str_eq(stand_found("машина"), "0001");
    ck_assert_str_eq(stand_found("парковкой"), "0002");
    ck_assert_str_eq(
        stand_text("SELECT source || ' ' || bot || ' ' || chat_id || ' ' || user_id || ' ' ||"
                   " language || ' ' || version || ' ' || length FROM document WHERE user_id = 2"),
        "bot-gateway taxi 5 2 ru 1 3");
    ck_assert_int_eq(message_consumer_lag_seconds(stand_app()->message_consumer), 0);
}
FEED_TEST(what_is_said_is_found, said_body)

static void edited_body(void *data)
{
    (void)data;
    stand_said(1, 1, "яблоко");
    stand_feed();
    stand_said(1, 2, "груша");
    stand_said(2, 1, "слива");
    stand_feed();
    ck_assert_str_eq(stand_found("яблоко"), "");
    ck_assert_str_eq(stand_found("груша"), "0001");
    ck_assert_str_eq(stand_found("слива"), "0002");
    stand_unsaid(1);
    stand_feed();
    ck_assert_str_eq(stand_found("груша"), "");
    ck_assert_str_eq(stand_found("слива"), "0002");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM document"), 1);
}
FEED_TEST(what_is_edited_or_deleted_there_is_so_here, edited_body)

/* Case: The feed comes once more. After a restore into another cluster, in a new epoch. */
static void epoch_body(void *data)
{
    (void)data;
    stand_said(1, 2, "яблоко");
    stand_said(2, 1, "слива");
    stand_feed();
    stand_unsaid(2);
    stand_feed();
    const long long before = stand_number("SELECT sum(tx::text::bigint) FROM document");
    stand_sql("UPDATE bot.feed_messages SET epoch = 2, tx = '0'");
    stand_feed();
    ck_assert_str_eq(stand_found("яблоко"), "0001");
    ck_assert_str_eq(stand_found("слива"), "");
    ck_assert_int_eq(stand_number("SELECT sum(tx::text::bigint) FROM document"), before);
    ck_assert_int_eq(stand_number("SELECT epoch FROM feed_place"), 2);
}
FEED_TEST(a_new_epoch_changes_nothing_that_is_known, epoch_body)

/* Short texts with two of its words stand before the long one with the phrase, and there are more
 * of them than candidates. */
static void phrase_body(void *data)
{
    (void)data;
    stand_said_all(1, 600, 1, "вид горы");
    stand_said_all(601, 1300, 1, "на столе");
    stand_said(9000, 1,
               "Вчера мы приехали поздно вечером, поднялись на девятый этаж, отнесли чемоданы в"
               " спальню, поужинали на кухне, вышли на балкон, а оттуда открывается вид на горы, и"
               " весь город внизу светится так, что спать никто из нас до утра уже не захотел");
    stand_feed();
    stand_learn();
    ck_assert_str_eq(stand_found("\\\"вид на горы\\\""), "9000");
    /* Its words are there, and nobody said them in this order: those with the words are seen_ids.
     */
    ck_assert_uint_eq(strlen(stand_found("\\\"на вид горы\\\"")), 100 * strlen("0001 ") - 1);
}
FEED_TEST(a_phrase_of_common_words_is_found, phrase_body)

static void long_body(void *data)
{
    (void)data;
    stand_sql(
        "INSERT INTO bot.feed_messages (id, tenant_id, bot, chat_id, direction, text, sent_at,"
        " version) SELECT gen_random_uuid(), gen_random_uuid(), 'taxi', 1, 'in',"
        " repeat('слово ', 1365) || repeat(chr(128640), 2), now(), 1"
        " FROM generate_series(1, 700)");
    stand_feed();
    ck_assert_int_eq(stand_number("SELECT count(*) FROM document WHERE octet_length(text) = 15023"),
                     700);
    stand_sql(
        "INSERT INTO bot.feed_messages (id, tenant_id, bot, chat_id, direction, text, sent_at,"
        " version) SELECT gen_random_uuid(), gen_random_uuid(), 'taxi', 1, 'in',"
        " 'x' || repeat(chr(128640), 8191), now(), 1");
    stand_feed();
    ck_assert_int_eq(stand_number("SELECT max(octet_length(text)) FROM document"), 16381);
}
FEED_TEST(a_long_text_is_cut_between_characters, long_body)

struct race {
    int left;
    uint64_t step; /* documents counted in one turn of the loop, at most */
};

static void one_of_two(void *data)
{
    struct race *race = data;
    struct fault fault = {.code = ""};

    ck_assert_msg(message_consumer_run(stand_app()->message_consumer, &fault), "%s", fault.detail);
    race->left--;
}

/* Case: Two copies read the feed. */
static void race_body(void *data)
{
    static struct race race;

    (void)data;
    stand_said_all(1, 400, 1, "слово");
    stand_feed();
    stand_said_all(1, 400, 2, "другое");
    stand_sleep(50);
    race.left = 3;
    for (int i = 0; i < 3; i++)
        stand_go(one_of_two, &race);
    stand_until(race.left == 0, "race.left is %d", race.left);
    stand_feed();
    ck_assert_int_eq(stand_number("SELECT count(*) FROM document WHERE version = 2"), 400);
}
FEED_TEST(copies_that_read_at_once_lose_nothing, race_body)

/* A program's document is not the gateway's, and the other way round. */
static void owned_body(void *data)
{
    (void)data;
    stand_said(1, 1, "яблоко");
    stand_feed();
    ck_status(stand_status(&(struct ask){
                  .handler = post_documents,
                  .method = HTTP_POST,
                  .body = "{\"id\":\"018f0001-0000-7000-8000-000000000001\",\"version\":9,"
                          "\"text\":\"груша\",\"sent_at\":\"2026-01-01T00:00:00Z\"}"}),
              200);
    ck_assert_str_eq(stand_found("груша"), "");
    ck_assert_str_eq(stand_found("яблоко"), "0001");
}
FEED_TEST(an_id_belongs_to_the_source_that_had_it_first, owned_body)

/* Case: A message is committed late. What a held transaction has written is not passed over. */
static void held_body(void *data)
{
    (void)data;
    PGconn *held = stand_hold(
        "INSERT INTO bot.feed_messages (id, tenant_id, bot, chat_id, direction, text, sent_at,"
        " version) VALUES ('018f0001-0000-7000-8000-000000000009',"
        " '018f0001-0000-7000-8000-000000000001', 'taxi', 1, 'in', 'яблоко', now(), 1)");
    struct fault fault = {.code = ""};
    stand_said(1, 1, "слива");
    ck_assert_msg(message_consumer_run(stand_app()->message_consumer, &fault), "%s", fault.detail);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM document"), 0);
    stand_commit(held);
    stand_feed();
    ck_assert_int_eq(stand_number("SELECT count(*) FROM document"), 2);
}
FEED_TEST(a_transaction_that_commits_late_is_not_lost, held_body)

/* --- whether it follows --- */

/* So that minutes go by at once. */
static int64_t passed_us;
int64_t __real_now_wall_us(void);
int64_t __wrap_now_wall_us(void);

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

static void feed_fails(void)
{
    struct fault fault = {.code = ""};

    ck_assert(!message_consumer_run(stand_app()->message_consumer, &fault));
}

/* Case: The feed cannot be read. From the start on, as without a grant. */
static void never_body(void *data)
{
    (void)data;
    stand_sql("ALTER TABLE bot.feed_messages RENAME COLUMN text TO was_text");
    feed_fails();
    ck_assert_int_eq(message_consumer_lag_seconds(stand_app()->message_consumer), FIELD_ABSENT);
    ck_assert(!behind_after(MESSAGE_CONSUMER_BEHIND_S - 30));
    ck_assert(behind_after(MESSAGE_CONSUMER_BEHIND_S + 1));
    stand_sql("ALTER TABLE bot.feed_messages RENAME COLUMN was_text TO text");
    stand_feed();
    ck_assert(!behind_after(MESSAGE_CONSUMER_BEHIND_S - 30));
    ck_assert(behind_after(MESSAGE_CONSUMER_BEHIND_S + 2));
}
FEED_TEST(a_feed_that_was_never_read_is_behind_in_time, never_body)

static bool is_told(const char *reason)
{
    struct answer answer = stand_ask(&(struct ask){.handler = post_search_messages,
                                                   .method = HTTP_POST,
                                                   .body = "{\"query\":\"a\",\"mode\":\"text\"}"});
    const json_t *one;
    size_t index;
    bool told = false;

    ck_status(answer, 200);
    json_array_foreach(json_object_get(answer.json, "reasons"), index, one)
    {
        told |= strcmp(json_string_value(one), reason) == 0;
    }
    ck_assert(!told || json_is_true(json_object_get(answer.json, "degraded")));
    answer_drop(&answer);
    return told;
}

/* Case: A search comes before the feed was read to its end. Some hundreds are there, and behind
 * them is one that cannot be written; a copy that starts then knows no more. */
static void filling_body(void *data)
{
    struct fault fault = {.code = ""};

    (void)data;
    ck_assert(is_told("index_filling"));
    stand_said_all(1, 400, 1, "яблоко");
    stand_said(400, 2, "груша");
    stand_sql("UPDATE bot.feed_messages SET sent_at = NULL WHERE version = 2");
    stand_wait_for_feed();
    feed_fails();
    ck_assert_int_gt(stand_number("SELECT count(*) FROM document"), 0);
    ck_assert_int_eq(message_consumer_lag_seconds(stand_app()->message_consumer), FIELD_ABSENT);
    ck_assert(is_told("index_filling"));
    struct message_consumer *later = message_consumer_create(stand_service(), &fault);
    ck_assert(later != NULL && !message_consumer_run(later, &fault));
    ck_assert(message_consumer_is_filling(later));
    message_consumer_stop(later);
    stand_sql("UPDATE bot.feed_messages SET sent_at = now() WHERE version = 2");
    stand_feed();
    ck_assert_int_eq(message_consumer_lag_seconds(stand_app()->message_consumer), 0);
    ck_assert(!is_told("index_filling"));
}
FEED_TEST(a_feed_that_is_still_read_is_told, filling_body)

/* There is no bot-gateway beside it. */
static void alone_body(void *data)
{
    struct fault fault = {.code = ""};

    (void)data;
    stand_sql("ALTER TABLE bot.feed_messages RENAME TO not_yet");
    ck_assert_msg(message_consumer_run(stand_app()->message_consumer, &fault), "%s", fault.detail);
    ck_assert(!behind_after(10 * MESSAGE_CONSUMER_BEHIND_S));
    ck_assert(!is_told("index_filling"));
    stand_sql("ALTER TABLE bot.not_yet RENAME TO feed_messages");
    stand_feed();
    ck_assert(behind_after(MESSAGE_CONSUMER_BEHIND_S + 2));
}
FEED_TEST(without_the_gateway_nothing_is_behind, alone_body)

/* --- the lexicon --- */

static uint32_t counted(const char *term)
{
    return lexicon_term_df(lexicon_updater_lexicon(stand_app()->lexicon_updater), slice_of(term));
}

static void learnt_body(void *data)
{
    (void)data;
    ck_assert(!lexicon_updater_is_ready(stand_app()->lexicon_updater));
    stand_said_all(1, 500, 1, "слон");
    stand_said_all(501, 1500, 1, "жираф");
    stand_feed();
    stand_learn();
    ck_assert(lexicon_updater_is_ready(stand_app()->lexicon_updater));
    ck_assert_uint_eq(counted("слон"), 500);
    ck_assert_uint_eq(counted("жираф"), 1000);
    stand_said(1501, 1, "слон");
    stand_feed();
    stand_learn();
    stand_learn();
    ck_assert_uint_eq(counted("слон"), 501);
}
FEED_TEST(each_document_is_counted_once, learnt_body)

/* Many edits and deletions: the lexicon is made anew. */
static void renewed_body(void *data)
{
    (void)data;
    stand_said_all(1, 1200, 1, "слон");
    stand_feed();
    stand_learn();
    stand_said_all(1, 600, 2, "жираф");
    stand_feed();
    stand_learn();
    ck_assert_uint_eq(counted("слон"), 1200);
    stand_sql("UPDATE bot.feed_messages SET deleted = true, text = NULL, version = NULL,"
              " tx = pg_current_xact_id() WHERE user_id > 600 AND user_id <= 1100");
    stand_feed();
    stand_learn();
    stand_learn();
    ck_assert_uint_eq(counted("слон"), 100);
    ck_assert_uint_eq(counted("жираф"), 600);
}
FEED_TEST(after_many_changes_words_are_counted_anew, renewed_body)

/* Case: A copy starts and every document was edited once, which is more than a page of them. */
static void edited_before_body(void *data)
{
    (void)data;
    stand_said_all(1, 4000, 1, "слон");
    stand_feed();
    stand_said_all(1, 4000, 2, "жираф большой");
    stand_feed();
    stand_learn();
    ck_assert_uint_eq(counted("жираф"), 4000);
    ck_assert_uint_eq(counted("слон"), 0);
    stand_learn();
    ck_assert_uint_eq(counted("жираф"), 4000);
}
FEED_TEST(what_was_edited_before_the_start_is_counted, edited_before_body)

static void waiting_search(void *data)
{
    struct race *race = data;

    ck_status(stand_status(&(struct ask){.handler = post_search_messages,
                                         .method = HTTP_POST,
                                         .body = "{\"query\":\"слон жираф\"}"}),
              200);
    race->left--;
}

static void renewal(void *data)
{
    struct race *race = data;
    struct fault fault = {.code = ""};

    ck_assert_msg(lexicon_updater_run(stand_app()->lexicon_updater, &fault), "%s", fault.detail);
    race->left--;
}

/* Case: The lexicon is made anew while searches wait for a free semaphore. */
static void waiting_body(void *data)
{
    static struct race race;

    (void)data;
    stand_said_all(1, 1200, 1, "слон");
    stand_feed();
    stand_learn();
    stand_sql("UPDATE bot.feed_messages SET deleted = true, text = NULL, version = NULL,"
              " tx = pg_current_xact_id() WHERE user_id > 10");
    stand_feed();
    stand_learn();
    ck_assert_uint_eq(counted("слон"), 1200);
    race.left = 1 + 5 * SEMAPHORE_SEARCHES;
    stand_go(renewal, &race);
    for (int i = 0; i < 5 * SEMAPHORE_SEARCHES; i++)
        stand_go(waiting_search, &race);
    stand_until(race.left == 0, "race.left is %d", race.left);
    stand_learn();
    ck_assert_uint_eq(counted("слон"), 10);
}
FEED_TEST(a_search_that_waited_reads_the_lexicon_of_now, waiting_body)

static uint64_t documents(void)
{
    return lexicon_sums(lexicon_updater_lexicon(stand_app()->lexicon_updater))->documents;
}

/* Looks on at each turn of the loop. */
static void look_on(void *data)
{
    struct race *race = data;
    uint64_t before = 0;

    while (race->left > 0) {
        const uint64_t now = documents();
        race->step = now - before > race->step ? now - before : race->step;
        before = now;
        stand_sleep(0);
    }
}

static void long_texts_body(void *data)
{
    static struct race race;

    (void)data;
    stand_sql(
        "INSERT INTO bot.feed_messages (id, tenant_id, bot, chat_id, direction, text, sent_at,"
        " version) SELECT gen_random_uuid(), gen_random_uuid(), 'taxi', 1, 'in',"
        " repeat('дом ', 2000), now(), 1 FROM generate_series(1, 40)");
    stand_feed();
    race = (struct race){.left = 1};
    stand_go(look_on, &race);
    stand_learn();
    race.left = 0;
    ck_assert_uint_eq(counted("дом"), 40);
    ck_assert_uint_le(race.step, 2); /* 4 of them are read at once */
}
FEED_TEST(while_long_texts_are_counted_others_are_served, long_texts_body)

/* --- tenants --- */

static void tenants_body(void *data)
{
    static const char *const bodies[] = {
        "{\"query\":\"яблоко\"}",
        "{\"query\":\"яблоко\",\"bot\":\"taxi\"}",
        "{\"query\":\"яблоко\",\"chat_id\":5}",
        "{\"query\":\"яблоко\",\"user_id\":1}",
        "{\"query\":\"яблоко\",\"language\":\"ru\"}",
        "{\"query\":\"яблоко\",\"from\":\"2020-01-01T00:00:00Z\",\"to\":\"2030-01-01T00:00:00Z\"}",
        "{\"query\":\"ябл\",\"prefix\":true}",
        "{\"query\":\"\\\"яблоко\\\"\"}",
    };
    (void)data;
    stand_said(1, 1, "яблоко");
    stand_feed();
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        ck_assert_str_eq(stand_found_by(&stand_staff, bodies[i]), "0001");
        ck_assert_str_eq(stand_found_by(&stand_other, bodies[i]), "");
    }
    ck_status(stand_status(&(struct ask){.handler = delete_documents,
                                         .method = HTTP_DELETE,
                                         .caller = &stand_other,
                                         .query = {{"user_id", "1"}}}),
              200);
    ck_assert_str_eq(stand_found("яблоко"), "0001");
    ck_status(stand_status(&(struct ask){
                  .handler = delete_documents, .method = HTTP_DELETE, .query = {{"user_id", "1"}}}),
              200);
    ck_assert_str_eq(stand_found("яблоко"), "");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM document"), 0);
}
FEED_TEST(another_tenant_finds_and_erases_nothing, tenants_body)

int main(void)
{
    Suite *suite = suite_create("feeding");
    TCase *tests = tcase_create("feeding");

    tcase_add_checked_fixture(tests, begin, stand_finish);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, what_is_said_is_found);
    tcase_add_test(tests, what_is_edited_or_deleted_there_is_so_here);
    tcase_add_test(tests, a_new_epoch_changes_nothing_that_is_known);
    tcase_add_test(tests, a_phrase_of_common_words_is_found);
    tcase_add_test(tests, a_long_text_is_cut_between_characters);
    tcase_add_test(tests, copies_that_read_at_once_lose_nothing);
    tcase_add_test(tests, an_id_belongs_to_the_source_that_had_it_first);
    tcase_add_test(tests, a_transaction_that_commits_late_is_not_lost);
    tcase_add_test(tests, a_feed_that_was_never_read_is_behind_in_time);
    tcase_add_test(tests, a_feed_that_is_still_read_is_told);
    tcase_add_test(tests, without_the_gateway_nothing_is_behind);
    tcase_add_test(tests, each_document_is_counted_once);
    tcase_add_test(tests, after_many_changes_words_are_counted_anew);
    tcase_add_test(tests, what_was_edited_before_the_start_is_counted);
    tcase_add_test(tests, a_search_that_waited_reads_the_lexicon_of_now);
    tcase_add_test(tests, while_long_texts_are_counted_others_are_served);
    tcase_add_test(tests, another_tenant_finds_and_erases_nothing);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
