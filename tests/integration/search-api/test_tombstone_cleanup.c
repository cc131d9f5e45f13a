// SPDX-License-Identifier: MIT
/* Tombstones are deleted when no older version can arrive any more. */
#include "stand.h"
#include "sync/tombstone_store.h"

/* Waits until no open transaction elsewhere protects the tombstones. */
static void sweep(void)
{
    stand_update_lexicon();
    ck_ok(tombstone_store_delete_expired(stand_service(), &fault));
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

TEST_CASE("tombstone_cleanup", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(old_tombstones_are_deleted)
{
    plant(3 * TOMBSTONE_PAGE_MAX, 91);
    plant(7, 89);
    sweep();
    ck_assert_int_eq(left(), 7);
}

/* Case: A person was erased only here, long ago. In a new epoch the message would return. */
FIBER_TEST(tombstones_of_existing_messages_stay)
{
    stand_say(1, 3, 1, "яблоко");
    stand_erase("user_id=1");
    stand_delete_message(2);
    stand_consume_messages();
    ck_assert_int_eq(left(), 2);
    plant(2 * TOMBSTONE_PAGE_MAX, 100);
    stand_sql("UPDATE document_tombstone SET deleted_at = now() - interval '200 days'"
              " WHERE version > 1 OR id LIKE '018f%%'");
    sweep();
    ck_assert_int_eq(left(), 1);
    stand_sql("UPDATE bot.feed_messages SET epoch = 2, tx = '0'");
    stand_consume_messages();
    ck_assert_str_eq(stand_found("яблоко"), "0003");
    stand_sql("DELETE FROM bot.feed_messages WHERE user_id = 1");
    stand_sql("UPDATE document_tombstone SET deleted_at = now() - interval '200 days'");
    sweep();
    ck_assert_int_eq(left(), 0);
}

FIBER_TEST(without_the_feed_tombstones_stay)
{
    stand_say(1, 3, 1, "яблоко");
    stand_erase("user_id=1");
    stand_sql("UPDATE document_tombstone SET deleted_at = now() - interval '200 days'");
    stand_sql("ALTER TABLE bot.feed_messages RENAME TO elsewhere");
    sweep();
    stand_sql("ALTER TABLE bot.elsewhere RENAME TO feed_messages");
    ck_assert_int_eq(left(), 1);
}

/* Consumers of deletions may not have read it yet. */
FIBER_TEST(tombstones_that_consumers_may_have_missed_stay)
{
    PGconn *held = stand_hold("SELECT pg_current_xact_id()");

    plant(5, 91);
    ck_ok(tombstone_store_delete_expired(stand_service(), &fault));
    ck_assert_int_eq(left(), 5);
    stand_commit(held);
    sweep();
    ck_assert_int_eq(left(), 0);
}

FIBER_TEST(without_the_gateway_old_tombstones_are_deleted)
{
    plant(5, 91);
    stand_sql("ALTER TABLE bot.feed_messages RENAME TO not_yet");
    sweep();
    stand_sql("ALTER TABLE bot.not_yet RENAME TO feed_messages");
    ck_assert_int_eq(left(), 0);
}
