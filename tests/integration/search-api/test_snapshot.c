// SPDX-License-Identifier: MIT
/* Snapshots of the lexicon: a starting instance loads one and counts later changes. */

#include "lexicon/lexicon_updater.h"
#include "lexicon/snapshot_store.h"
#include "stand.h"

/* Reads changes, and stores a snapshot. */
static void learn(void)
{
    stand_update_lexicon();
    ck_ok(lexicon_updater_store_snapshot_if_due(stand_app()->lexicon_updater, &fault));
}

static void start(struct lexicon_updater *lexicon_updater)
{
    ck_ok(lexicon_updater_start(lexicon_updater, stand_app()->service, &fault));
}

/* As another instance does. */
static void restart(void)
{
    lexicon_updater_stop(stand_app()->lexicon_updater);
    start(stand_app()->lexicon_updater);
    learn();
}

static void said_and_learnt(int first, int last, int version, const char *text)
{
    stand_say(first, last, version, text);
    learn();
}

/* Makes the next snapshot due. */
static void let_time_pass(void)
{
    stand_sql("UPDATE lexicon_snapshot SET begun_at = begun_at - interval '%d seconds',"
              " saved_at = saved_at - interval '%d seconds'",
              SNAPSHOT_RENEWED_S, SNAPSHOT_RENEWED_S);
}

static long long newest(void)
{
    return stand_number("SELECT max(number) FROM lexicon_snapshot");
}

TEST_CASE("snapshot", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(starting_instance_loads_the_snapshot)
{
    said_and_learnt(1, 50, 1, "слон");
    stand_sql("DELETE FROM document");
    restart();
    ck_assert(lexicon_updater_is_ready(stand_app()->lexicon_updater));
    ck_assert_uint_eq(stand_df("слон"), 50);
    ck_assert_uint_eq(
        lexicon_sums(lexicon_updater_lexicon(stand_app()->lexicon_updater))->documents, 50);
}

/* Case: An instance starts from a snapshot, and documents have changed since. */
FIBER_TEST(changes_after_the_snapshot_are_counted_once)
{
    said_and_learnt(1, 1000, 1, "слон");
    stand_say(1001, 5000, 1, "лев");
    stand_put_messages(1001, 5000, 2, "жираф большой");
    stand_put_messages(1, 10, 2, "носорог");
    stand_delete_message(11);
    stand_consume_messages();
    restart();
    ck_assert_uint_eq(stand_df("слон"), 1000);
    ck_assert_uint_eq(stand_df("жираф"), 4000);
    ck_assert_uint_eq(stand_df("лев"), 0);
    ck_assert_uint_eq(stand_df("носор"), 0);
    said_and_learnt(5001, 5001, 1, "носорог");
    ck_assert_uint_eq(stand_df("носор"), 1);
}

FIBER_TEST(changes_before_the_snapshot_are_counted)
{
    said_and_learnt(1, 1200, 1, "слон");
    said_and_learnt(1, 500, 2, "жираф");
    let_time_pass();
    restart();
    ck_sql(500, "SELECT changed FROM lexicon_snapshot");
    said_and_learnt(501, 1100, 2, "жираф");
    ck_assert_uint_eq(stand_df("слон"), 1200);
    learn();
    ck_assert_uint_eq(stand_df("слон"), 100);
    ck_assert_uint_eq(stand_df("жираф"), 1100);
}

static const struct {
    const char *why, *sql;
    bool deleted;
} unfit[] = {
    {"of another cluster",                   "UPDATE lexicon_snapshot SET cluster = cluster + 1",                false},
    {"of other words",                       "UPDATE lexicon_snapshot SET normaliser = normaliser + 1",          false},
    {"of another format",                    "UPDATE lexicon_snapshot SET format = format + 1",                  false},
    {"too old",                              "UPDATE lexicon_snapshot SET saved_at = now() - interval '4 days'", false},
    {"of a transaction that is yet to come", "UPDATE lexicon_snapshot SET tx = 1::bigint << 60",
     false                                                                                                            },
    {"of a deletion that is yet to come",
     "UPDATE lexicon_snapshot SET deleted_tx = 1::bigint << 60",                                                 false},
    {"not whole",                            "UPDATE lexicon_snapshot SET pieces = NULL, saved_at = NULL",       false},
    {"of before an erasure",                 "UPDATE lexicon_snapshot SET erasures = erasures - 1",              true },
    {"a chunk is missing",                   "DELETE FROM lexicon_piece WHERE number = 1",                       true },
    {"two chunks are swapped",
     "UPDATE lexicon_piece p SET bytes = q.bytes FROM lexicon_piece q WHERE p.number = 0 AND"
     " q.number = (SELECT max(number) FROM lexicon_piece)",                                                      true },
    {"a term is missing",                    "UPDATE lexicon_snapshot SET terms = terms + 1",                    true },
};

/* Case: The snapshot is of another cluster or tokenizer, or broken. */
FIBER_TEST_ROWS_WHY(unsuitable_snapshot_is_not_read, unfit)
{
    said_and_learnt(1, 50, 1, "слон");
    const long long before = newest();
    stand_sql("%s", row->sql);
    stand_say(1, 50, 2, "жираф");
    restart();
    ck_assert(stand_df("слон") == 0);
    ck_assert(stand_df("жираф") == 50);
    /* A deleted snapshot is replaced at once. */
    ck_assert((newest() > before) == row->deleted);
    let_time_pass();
    restart();
    ck_rows(1, "lexicon_snapshot WHERE pieces > 1");
    stand_sql("DELETE FROM document");
    restart();
    ck_assert(stand_df("жираф") == 50);
}

FIBER_TEST(snapshot_is_written_rarely)
{
    said_and_learnt(1, 50, 1, "слон");
    const long long before = newest();
    for (int i = 0; i < 3; i++)
        restart();
    ck_assert_int_eq(newest(), before);
    stand_sql("UPDATE lexicon_snapshot SET begun_at = begun_at - interval '1 hour'");
    said_and_learnt(51, 60, 1, "слон");
    restart();
    ck_assert_int_eq(newest(), before);
    let_time_pass();
    restart();
    ck_assert_int_gt(newest(), before);
    ck_rows(1, "lexicon_snapshot");
    ck_sql(60, "SELECT documents FROM lexicon_snapshot");
}

enum { COPIES = 4 };
static struct lexicon_updater copies[COPIES];

static void run_copy(void *data)
{
    struct lexicon_updater *copy = &copies[(intptr_t)data];

    ck_ok(lexicon_updater_run(copy, &fault) && lexicon_updater_store_snapshot_if_due(copy, &fault));
}

/* Case: Two instances write a snapshot at once. */
FIBER_TEST(concurrent_instances_write_one_snapshot)
{
    said_and_learnt(1, 50, 1, "слон");
    stand_sql("DELETE FROM lexicon_snapshot");
    for (int i = 0; i < COPIES; i++)
        start(&copies[i]);
    stand_race(COPIES, run_copy);
    for (int i = 0; i < COPIES; i++)
        lexicon_updater_stop(&copies[i]);
    ck_rows(1, "lexicon_snapshot");
    ck_sql(0, "SELECT max(pieces) - count(*) FROM lexicon_snapshot"
              " JOIN lexicon_piece p ON p.snapshot = lexicon_snapshot.number");
    stand_sql("DELETE FROM document");
    restart();
    ck_assert_uint_eq(stand_df("слон"), 50);
}

/* --- erasures --- */

/* Makes an hour of the loop pass at once, whatever the wall clock shows. */
static int64_t passed_ns;
__typeof__(loop_now_ns) __real_loop_now_ns, __wrap_loop_now_ns;

int64_t __wrap_loop_now_ns(const struct loop *loop)
{
    return __real_loop_now_ns(loop) + passed_ns;
}

FIBER_TEST(snapshot_survives_a_dry_run)
{
    said_and_learnt(1, 50, 1, "слон");
    stand_erase("user_id=1&dry_run=true");
    learn();
    ck_rows(1, "lexicon_snapshot");
}

static void erase_of_another_tenant(const char *params)
{
    ck_status(ask_delete(delete_documents, .caller = &stand_other, .params = params), 200);
}

/* Case: A tenant erases a person without documents repeatedly. */
FIBER_TEST(erasures_of_nobody_keep_the_snapshot_of_all_tenants)
{
    said_and_learnt(1, 50, 1, "слон");
    const long long before = newest();
    const int64_t began_ns = stand_app()->lexicon_updater->began_ns;
    for (int i = 0; i < 5; i++)
        erase_of_another_tenant("user_id=1");
    learn();
    ck_assert_int_eq(newest(), before);
    passed_ns = LEXICON_UPDATER_ERASED_S * NS_PER_S;
    stand_update_lexicon();
    passed_ns = 0;
    ck_assert_int_eq(stand_app()->lexicon_updater->began_ns, began_ns);
    /* Nothing was deleted since its own erasure either. */
    stand_erase("user_id=1");
    learn();
    ck_rows(0, "lexicon_snapshot WHERE number = %lld", before);
    restart();
    const long long after = newest();
    stand_erase("user_id=1");
    stand_erase("user_id=77777");
    learn();
    ck_assert_int_eq(newest(), after);
}

/* Messages 1 to 100 mention a giraffe, that of person 101 an elephant; this person is erased.
 * `deleted_before`: the feed has deleted the person's documents. */
static void erase(bool deleted_before)
{
    stand_put_messages(1, 100, 1, "жираф");
    said_and_learnt(101, 101, 1, "слон");
    ck_assert_int_gt(stand_number("SELECT count(*) FROM lexicon_snapshot"), 0);
    if (deleted_before) {
        stand_delete_message(101);
        stand_consume_messages();
    }
    stand_erase("user_id=101");
}

/* Case: A person is erased whose words are in the snapshot. */
FIBER_TEST(erasure_deletes_older_snapshots)
{
    erase(false);
    learn();
    ck_rows(0, "lexicon_snapshot");
    restart();
    ck_assert_uint_eq(stand_df("слон"), 0);
    ck_assert_uint_eq(stand_df("жираф"), 100);
    ck_sql(100, "SELECT documents FROM lexicon_snapshot");
    ck_rows(0, "lexicon_piece WHERE position('слон'::bytea IN bytes) > 0");
}

static const bool deleted_before[] = {false, true};

/* Case: A person is erased whose words are in the snapshot. The wall clock may have been ahead. */
FIBER_TEST_ROWS(erasure_rebuilds_the_lexicon_within_an_hour, deleted_before)
{
    erase(*row);
    learn();
    ck_assert_uint_eq(stand_df("слон"), 1);
    passed_ns = LEXICON_UPDATER_ERASED_S * NS_PER_S;
    stand_update_lexicon();
    passed_ns = 0;
    ck_assert_uint_eq(stand_df("слон"), 0);
    ck_assert_uint_eq(stand_df("жираф"), 100);
    learn();
    ck_sql(100, "SELECT documents FROM lexicon_snapshot");
}
