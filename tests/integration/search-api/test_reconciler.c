// SPDX-License-Identifier: MIT
/* Documents are compared with bot-gateway's feed, in both directions. */
#include "stand.h"
#include "sync/message_consumer.h"
#include "sync/reconcile_store.h"
#include "sync/reconciler.h"

enum { PAGES_MAX = 1000 };

static void page(struct reconciler *reconciler)
{
    bool more;

    ck_ok(reconciler_run_page(reconciler, &more, &fault));
}

static bool is_under_way(void)
{
    return stand_number("SELECT count(*) FROM feed_check WHERE phase <> 'ended'") == 1;
}

/* From the cursor to the end. */
static void go_on(struct reconciler *reconciler)
{
    for (int i = 0; i < PAGES_MAX && is_under_way(); i++)
        page(reconciler);
    ck_assert(!is_under_way());
}

/* A whole pass, even if it is not due. */
static void pass(void)
{
    stand_sql("UPDATE feed_check SET began_at = began_at - interval '1 day'");
    page(stand_app()->reconciler);
    ck_assert(is_under_way());
    go_on(stand_app()->reconciler);
}

static void ck_reported(const char *state)
{
    struct answer answer = ck_status(ask_get(get_index), 200);

    ck_text(answer.json, "reconcile.state", state);
}

static long long documents(void)
{
    return stand_number("SELECT count(*) FROM document");
}

/* Documents that the feed never had. */
static void plant_orphans(int count)
{
    stand_sql("INSERT INTO document (tenant_id, id, source, version, text, sent_at, length,"
              "  normaliser, terms)"
              " SELECT '%s', '018f00ff-0000-7000-8000-' || to_char(n, 'FM000000000000'),"
              "  'bot-gateway', 1, 'слон', now(), 1, 1, '''слон''' FROM generate_series(1, %d) n",
              stand_tenant(), count);
}

TEST_CASE("reconciler", .setup = stand_begin, .teardown = stand_finish);

/* Case: Documents are missing. */
FIBER_TEST(missing_document_is_restored)
{
    stand_say(1, 1500, 1, "яблоко");
    stand_sql("DELETE FROM document WHERE user_id IN (3, 700, 1400)");
    pass();
    ck_assert_int_eq(documents(), 1500);
    ck_reported("waiting");
    const long long changes = stand_number("SELECT sum(tx::text::bigint) FROM document");
    pass();
    ck_sql(changes, "SELECT sum(tx::text::bigint) FROM document");
}

FIBER_TEST(older_version_is_replaced)
{
    stand_say(1, 20, 2, "груша");
    stand_sql("UPDATE document SET version = 1, text = 'яблоко', terms = '''яблок'''"
              " WHERE user_id = 7");
    pass();
    ck_assert_str_eq(stand_found("яблоко"), "");
    ck_rows(20, "document WHERE version = 2");
}

FIBER_TEST(deleted_message_is_deleted)
{
    stand_say(1, 20, 1, "яблоко");
    stand_delete_message(7);
    stand_sql("CREATE TABLE kept AS SELECT * FROM document WHERE user_id = 7");
    stand_consume_messages();
    ck_assert_int_eq(documents(), 19);
    stand_sql("INSERT INTO document OVERRIDING SYSTEM VALUE SELECT * FROM kept");
    stand_sql("DROP TABLE kept");
    pass();
    ck_assert_int_eq(documents(), 19);
}

FIBER_TEST(orphan_is_deleted)
{
    stand_say(1, 20, 1, "яблоко");
    ck_status(ask_post(post_documents, .body = "{'id':'a','version':1,'text':'слон',"
                                               "'sent_at':'2026-01-01T00:00:00Z'}"),
              200);
    plant_orphans(2);
    pass();
    ck_assert_str_eq(stand_found("слон"), "a");
    ck_assert_int_eq(documents(), 21);
    ck_rows(0, "feed_orphan");
    /* The lexicon counts the deletion. If the feed has the message later, it is written again. */
    ck_rows(2, "document_tombstone");
    stand_sql("INSERT INTO bot.feed_messages (id, tenant_id, text, sent_at, version, bot, chat_id)"
              " VALUES ('018f00ff-0000-7000-8000-000000000001', '%s', 'слон', now(), 1, 'a', 1)",
              stand_tenant());
    stand_consume_messages();
    ck_assert_str_eq(stand_found("слон"), "0001 a");
}

/* Case: The feed lacks one document of ten. Probably a mistake, so nothing is deleted. */
FIBER_TEST(many_orphans_are_kept_and_reported)
{
    stand_say(1, 1500, 1, "яблоко");
    plant_orphans(160);
    pass();
    ck_assert_int_eq(documents(), 1660);
    ck_reported("stopped");
    ck_rows(160, "feed_orphan");
    /* The state stays while the next pass is running. */
    stand_sql("UPDATE feed_check SET began_at = began_at - interval '1 day'");
    page(stand_app()->reconciler);
    ck_reported("stopped");
    stand_sql("DELETE FROM document WHERE user_id IS NULL AND mod(number, 2) = 0");
    go_on(stand_app()->reconciler);
    ck_assert_int_eq(documents(), 1580);
    ck_reported("stopped");
    stand_sql("DELETE FROM document WHERE number IN (SELECT number FROM document"
              " WHERE user_id IS NULL LIMIT 10)");
    pass();
    ck_assert_int_eq(documents(), 1500);
    ck_reported("waiting");
}

/* A pass has left so many orphans that one statement cannot delete them in time. */
FIBER_TEST(orphans_of_the_pass_before_are_forgotten_in_pages)
{
    stand_say(1, 10, 1, "яблоко");
    pass();
    stand_sql("INSERT INTO feed_orphan SELECT generate_series(1, %d)", RECONCILE_FORGET + 1);
    stand_sql("UPDATE feed_check SET began_at = began_at - interval '1 day'");
    page(stand_app()->reconciler);
    ck_rows(1, "feed_orphan");
    ck_assert(!is_under_way());
    page(stand_app()->reconciler);
    ck_rows(0, "feed_orphan");
    ck_assert(is_under_way());
    go_on(stand_app()->reconciler);
    ck_assert_int_eq(documents(), 10);
}

/* A document that is no longer an orphan at the end of the pass stays. */
FIBER_TEST(orphan_is_checked_twice)
{
    stand_say(1, 30, 1, "яблоко");
    stand_sql("CREATE TABLE gone AS SELECT * FROM bot.feed_messages WHERE user_id = 4");
    stand_sql("DELETE FROM bot.feed_messages WHERE user_id = 4");
    page(stand_app()->reconciler);
    for (int i = 0; i < PAGES_MAX && stand_number("SELECT count(*) FROM feed_orphan") == 0; i++)
        page(stand_app()->reconciler);
    stand_sql("INSERT INTO bot.feed_messages SELECT * FROM gone");
    stand_sql("DROP TABLE gone");
    go_on(stand_app()->reconciler);
    ck_assert_int_eq(documents(), 30);
}

/* Case: An instance is killed during a comparison. Another one resumes after the last page. */
FIBER_TEST(other_instance_resumes_after_the_last_page)
{
    struct reconciler other;

    stand_say(1, 2500, 1, "яблоко");
    page(stand_app()->reconciler);
    page(stand_app()->reconciler);
    stand_sql("DELETE FROM document WHERE user_id IN (100, 2400)");
    reconciler_start(&other, stand_app()->service, stand_app()->message_consumer);
    go_on(&other);
    reconciler_stop(&other);
    ck_assert_int_eq(documents(), 2499);
    pass();
    ck_assert_int_eq(documents(), 2500);
}

/* More than one batch of repairs, by number and by size. */
FIBER_TEST(all_missing_documents_are_restored)
{
    stand_put_messages(1, 900, 1, "яблоко");
    stand_put_texts(60, "repeat('слово ', 1365)");
    stand_consume_messages();
    stand_sql("DELETE FROM document");
    pass();
    ck_assert_int_eq(documents(), 960);
}

/* Rows that the consumer has not read yet. */
FIBER_TEST(unread_messages_are_no_difference)
{
    stand_say(1, 10, 1, "яблоко");
    stand_put_messages(8, 12, 2, "груша");
    stand_delete_message(1);
    pass();
    ck_rows(10, "document WHERE version = 1");
    stand_consume_messages();
    ck_assert_int_eq(documents(), 11);
}

FIBER_TEST(new_epoch_is_compared_at_once)
{
    stand_say(1, 10, 1, "яблоко");
    pass();
    page(stand_app()->reconciler);
    ck_assert(!is_under_way());
    stand_sql("UPDATE bot.feed_messages SET epoch = 2");
    stand_consume_messages();
    page(stand_app()->reconciler);
    ck_assert(is_under_way());
    /* Also in the middle of a pass. */
    page(stand_app()->reconciler);
    stand_sql("UPDATE bot.feed_messages SET epoch = 3");
    stand_consume_messages();
    page(stand_app()->reconciler);
    ck_rows(1, "feed_check WHERE of_epoch = 3 AND epoch = 0");
}

/* The clock of the server was a year ahead. */
FIBER_TEST(pass_begins_after_one_that_began_in_the_future)
{
    stand_say(1, 10, 1, "яблоко");
    pass();
    stand_sql("UPDATE feed_check SET began_at = now() + interval '1 year'");
    page(stand_app()->reconciler);
    ck_assert(is_under_way());
    go_on(stand_app()->reconciler);
    page(stand_app()->reconciler);
    ck_assert(!is_under_way());
}

/* --- erasure --- */

FIBER_TEST(erased_documents_are_not_missing)
{
    stand_say(1, 10, 1, "яблоко");
    stand_erase("user_id=4");
    pass();
    ck_assert_int_eq(documents(), 9);
    /* More of them than one batch of repairs. */
    stand_say(11, 10 + 2 * RECONCILE_REPAIR, 1, "яблоко");
    stand_sql("WITH gone AS (DELETE FROM document WHERE user_id > 10 RETURNING *)"
              " INSERT INTO document_tombstone (tenant_id, id, version)"
              " SELECT tenant_id, id, version FROM gone");
    pass();
    ck_assert_int_eq(documents(), 9);
}

static void repair_aside(void *data)
{
    page(stand_app()->reconciler);
}

/* Case: A person is erased while a message is restored. */
FIBER_TEST(message_read_before_an_erasure_is_not_repaired)
{
    stand_say(1, 10, 1, "яблоко");
    page(stand_app()->reconciler);
    stand_sql("DELETE FROM document WHERE user_id IN (4, 5)");
    PGconn *held = stand_hold("SELECT FROM search_reconciler.feed_check FOR UPDATE");
    stand_go(repair_aside, NULL);
    wait_for("EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
             " AND query LIKE '%feed_check%FOR UPDATE%')");
    stand_delete_message(4);
    stand_erase("user_id=4");
    stand_commit(held);
    stand_join();
    ck_assert_int_eq(documents(), 9);
    go_on(stand_app()->reconciler);
    ck_assert_int_eq(documents(), 9);
    ck_rows(0, "document WHERE user_id = 4");
}

/* Two instances compare the same page: only one of them repairs. */
FIBER_TEST(concurrent_instances_compare_each_page_once)
{
    stand_say(1, 500, 1, "яблоко");
    page(stand_app()->reconciler);
    stand_sql("DELETE FROM document WHERE user_id <= 200");
    stand_race(3, repair_aside);
    go_on(stand_app()->reconciler);
    ck_assert_int_eq(documents(), 500);
    ck_sql(500, "SELECT documents FROM feed_check");
}
