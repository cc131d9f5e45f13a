// SPDX-License-Identifier: MIT
/* What was deleted is forgotten when nothing older can come any more. */
#include "handlers/handlers.h"
#include "stand.h"
#include "sync/tombstone_cleanup.h"
#include "sync/tombstone_store.h"

static void begin(void)
{
    stand_begin("test_sweep");
}

#define SWEEP_TEST(name, body)                                                                     \
    START_TEST(name)                                                                               \
    {                                                                                              \
        stand_run(body, NULL);                                                                     \
    }                                                                                              \
    END_TEST

/* Waits until nothing open elsewhere holds the tombstones back. */
static void sweep(void)
{
    struct fault fault = {.code = ""};

    stand_learn();
    ck_assert_msg(tombstone_cleanup_run(stand_app()->tombstone_cleanup, &fault), "%s",
                  fault.detail);
}

static void plant(int count, int days)
{
    stand_sql("INSERT INTO document_tombstone (tenant_id, id, version, deleted_at)"
              " SELECT gen_random_uuid(), 'd' || n, 1, now() - interval '%d days'"
              " FROM generate_series(1, %d) n",
              days, count);
}

static long long left(void)
{
    return stand_number("SELECT count(*) FROM document_tombstone");
}

static void old_body(void *data)
{
    (void)data;
    plant(3 * TOMBSTONE_PAGE_MAX, 91);
    plant(7, 89);
    sweep();
    ck_assert_int_eq(left(), 7);
}
SWEEP_TEST(what_was_deleted_long_ago_is_forgotten, old_body)

static void erase(const char *user_id)
{
    ck_status(stand_status(&(struct ask){.handler = delete_documents,
                                         .method = HTTP_DELETE,
                                         .query = {{"user_id", user_id}}}),
              200);
}

/* Case: A person was erased here alone, and his deletion is old. In a new epoch his message would
 * come back. */
static void told_body(void *data)
{
    (void)data;
    stand_said_all(1, 3, 1, "яблоко");
    stand_feed();
    erase("1");
    stand_unsaid(2);
    stand_feed();
    ck_assert_int_eq(left(), 2);
    plant(2 * TOMBSTONE_PAGE_MAX, 100);
    stand_sql("UPDATE document_tombstone SET deleted_at = now() - interval '200 days'"
              " WHERE version > 1 OR id LIKE '018f%%'");
    sweep();
    ck_assert_int_eq(left(), 1);
    stand_sql("UPDATE bot.feed_messages SET epoch = 2, tx = '0'");
    stand_feed();
    ck_assert_str_eq(stand_found("яблоко"), "0003");
    stand_sql("DELETE FROM bot.feed_messages WHERE user_id = 1");
    stand_sql("UPDATE document_tombstone SET deleted_at = now() - interval '200 days'");
    sweep();
    ck_assert_int_eq(left(), 0);
}
SWEEP_TEST(what_the_feed_still_tells_is_remembered, told_body)

static void away_body(void *data)
{
    (void)data;
    stand_said_all(1, 3, 1, "яблоко");
    stand_feed();
    erase("1");
    stand_sql("UPDATE document_tombstone SET deleted_at = now() - interval '200 days'");
    stand_sql("ALTER TABLE bot.feed_messages RENAME TO elsewhere");
    sweep();
    stand_sql("ALTER TABLE bot.elsewhere RENAME TO feed_messages");
    ck_assert_int_eq(left(), 1);
}
SWEEP_TEST(while_the_feed_is_away_nothing_is_forgotten, away_body)

/* Whoever follows deletions cannot have read it yet. */
static void unseen_body(void *data)
{
    struct fault fault = {.code = ""};

    (void)data;
    PGconn *held = stand_hold("SELECT pg_current_xact_id()");
    plant(5, 91);
    ck_assert_msg(tombstone_cleanup_run(stand_app()->tombstone_cleanup, &fault), "%s",
                  fault.detail);
    ck_assert_int_eq(left(), 5);
    stand_commit(held);
    sweep();
    ck_assert_int_eq(left(), 0);
}
SWEEP_TEST(what_no_follower_can_have_read_is_kept, unseen_body)

static void alone_body(void *data)
{
    (void)data;
    plant(5, 91);
    stand_sql("ALTER TABLE bot.feed_messages RENAME TO not_yet");
    sweep();
    stand_sql("ALTER TABLE bot.not_yet RENAME TO feed_messages");
    ck_assert_int_eq(left(), 0);
}
SWEEP_TEST(without_the_gateway_it_is_forgotten_too, alone_body)

int main(void)
{
    Suite *suite = suite_create("sweep");
    TCase *tests = tcase_create("sweep");

    tcase_add_checked_fixture(tests, begin, stand_finish);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, what_was_deleted_long_ago_is_forgotten);
    tcase_add_test(tests, what_the_feed_still_tells_is_remembered);
    tcase_add_test(tests, while_the_feed_is_away_nothing_is_forgotten);
    tcase_add_test(tests, what_no_follower_can_have_read_is_kept);
    tcase_add_test(tests, without_the_gateway_it_is_forgotten_too);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
