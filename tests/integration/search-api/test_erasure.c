// SPDX-License-Identifier: MIT
/* A person is erased here while the feed still has the person's messages. */
#include "db/transaction.h"

#include "documents/document_store.h"
#include "stand.h"
#include "support/scratch.h"
#include "sync/feed_batch.h"
#include "sync/message_consumer.h"
#include "text/words.h"

static void erase(const char *user_id, int documents)
{
    struct answer answer =
        ask_delete(delete_documents, .params = textf("user_id=%s&bot=taxi", user_id));

    ck_status(answer, 200);
    ck_number(answer.json, "erased.document", documents);
}

TEST_CASE("erasure", .setup = stand_begin, .teardown = stand_finish);

/* An open transaction hides that the message is deleted in bot-gateway. */
FIBER_TEST(erasure_does_not_wait_for_the_feed)
{
    stand_put_message(1, 1, "яблоко");
    stand_say_one(2, 1, "яблоко");
    PGconn *held = stand_hold("SELECT pg_current_xact_id()");
    stand_delete_message(1);
    ck_ok(message_consumer_run(stand_app()->message_consumer, &fault));
    ck_assert_str_eq(stand_found_by(&stand_staff, "{'query':'яблоко','user_id':1}"), "0001");
    erase("1", 1);
    ck_ok(message_consumer_run(stand_app()->message_consumer, &fault));
    ck_assert_str_eq(stand_found("яблоко"), "0002");
    stand_commit(held);
    stand_consume_messages();
    ck_assert_str_eq(stand_found("яблоко"), "0002");
    erase("1", 0);
}

/* bot-gateway's database is restored from an older state, in a new epoch. */
FIBER_TEST(new_epoch_does_not_restore_erased_people)
{
    stand_put_message(1, 1, "яблоко");
    stand_say_one(2, 1, "яблоко");
    erase("1", 1);
    stand_sql("UPDATE bot.feed_messages SET epoch = 2, tx = '0'");
    stand_consume_messages();
    ck_assert_str_eq(stand_found("яблоко"), "0002");
}

static bool released;

/* Retries, because open transactions of other suites may delay it. */
static void feed_aside(void *data)
{
    while (!released) {
        ck_ok(message_consumer_run(stand_app()->message_consumer, &fault));
        stand_sleep(5);
    }
}

/* Case: A person is erased while a message is on its way. The message was read and not written yet;
 * an open transaction hides its deletion in bot-gateway. */
FIBER_TEST(message_read_before_an_erasure_is_not_written)
{
    stand_say_one(9, 1, "слива");
    stand_put_message(1, 1, "яблоко");
    stand_put_message(2, 1, "яблоко");
    released = false;
    PGconn *place = stand_hold("SELECT FROM search_erasure.feed_place FOR UPDATE");
    PGconn *held = stand_hold("SELECT pg_current_xact_id()");
    stand_go(feed_aside, NULL);
    wait_for("EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
             " AND query LIKE '%UPDATE feed_place%')");
    stand_delete_message(1);
    erase("1", 0);
    stand_commit(place);
    released = true;
    stand_join();
    ck_assert_str_eq(stand_found_by(&stand_staff, "{'query':'яблоко','user_id':1}"), "");
    stand_commit(held);
    stand_consume_messages();
    ck_assert_str_eq(stand_found("яблоко"), "0002");
}

/* --- other tenants --- */

static bool write_batch(struct db *tx, void *arg, struct fault *why)
{
    return feed_batch_write(tx, arg, why);
}

/* Case: Another tenant erases repeatedly while the feed is read. Messages read before are still
 * written. */
FIBER_TEST(erasures_of_one_tenant_do_not_delay_messages_of_another)
{
    struct service *service = stand_service();
    const struct feed_cursor start = {.epoch = 0};
    auto_rows struct db_rows rows = {0};
    struct feed_batch batch;

    stand_put_messages(1, 3, 1, "яблоко");
    stand_wait_for_feed();
    ck_assert(feed_read(service->db, &feed_messages_statement, &start, 10, &rows, &fault) &&
              rows.count == 3);
    ck_assert(feed_batch_read(service->work, &rows, &arena, &batch, &fault));
    stand_delete_message(2);
    for (int i = 0; i < 3; i++)
        ck_status(ask_delete(delete_documents, .caller = &stand_other, .params = "user_id=2"), 200);
    ck_ok(db_transaction(service->pool, write_batch, &batch, &fault));
    ck_sql_text("1 3", "SELECT string_agg(user_id::text, ' ' ORDER BY user_id) FROM document");
}

/* Documents that each take more than half a millisecond to delete. */
static void write_many(int count)
{
    stand_sql("INSERT INTO document (tenant_id, id, source, version, bot, user_id, text, sent_at,"
              " length, normaliser, terms) SELECT '%s', 'many' || n, 'api', 1, 'taxi', 1, 'яблоко',"
              " now(), 1, %d, 'яблок' FROM generate_series(1, %d) n",
              stand_tenant(), WORDS_VERSION, count);
    stand_script("CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                 " PERFORM pg_sleep(0.0005); RETURN OLD; END $$;"
                 "CREATE TRIGGER slow BEFORE DELETE ON document FOR EACH ROW"
                 " EXECUTE FUNCTION take_time()",
                 "the trigger");
}

/* Case: A person has more documents than one request can erase. */
FIBER_TEST(repeated_request_continues_the_erasure)
{
    enum { MANY = 8 * DOCUMENTS_ERASED_MAX + 200, ASKS_MAX = 10 };
    int64_t erased = 0;
    int status = 503, asks = 0;

    stand_say_one(2, 1, "яблоко");
    write_many(MANY);
    for (; status == 503 && asks < ASKS_MAX; asks++) {
        struct answer answer = ask_delete(delete_documents, .params = "user_id=1&bot=taxi");
        status = (int)answer.status;
        if (status == 503)
            ck_text(answer.json, "code", "erasure_unfinished");
        /* In the answer, or in the problem. */
        ck_assert_int_gt(number_at(answer.json, "erased.document"), 0);
        erased += number_at(answer.json, "erased.document");
    }
    ck_assert_int_eq(status, 200);
    ck_assert_int_gt(asks, 1);
    ck_assert_int_eq(erased, MANY);
    ck_rows(0, "document WHERE user_id = 1");
    ck_rows(MANY, "document_tombstone");
    ck_assert_str_eq(stand_found("яблоко"), "0002");
    stand_script("DROP TRIGGER slow ON document; DROP FUNCTION take_time", "the trigger");
}

/* The database refuses the second page. The answer is that of an unfinished erasure. */
FIBER_TEST(failure_of_a_later_page_leaves_the_erasure_unfinished)
{
    write_many(DOCUMENTS_ERASED_MAX + 1);
    stand_sql("CREATE OR REPLACE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
              " IF OLD.id = 'many%d' THEN RAISE 'full' USING ERRCODE = '53100'; END IF;"
              " RETURN OLD; END $$",
              DOCUMENTS_ERASED_MAX + 1);
    struct answer answer = ck_refused(ask_delete(delete_documents, .params = "user_id=1&bot=taxi"),
                                      503, "erasure_unfinished");
    ck_number(answer.json, "erased.document", DOCUMENTS_ERASED_MAX);
    ck_assert_int_eq(answer.retry_after, 1);
    ck_rows(1, "document WHERE user_id = 1");
    stand_script("DROP TRIGGER slow ON document; DROP FUNCTION take_time", "the trigger");
}
