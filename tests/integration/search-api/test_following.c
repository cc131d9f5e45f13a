// SPDX-License-Identifier: MIT
/* The index beside the table that it follows; in Qdrant too, by tests/qdrant/run. Vectors have two
 * dimensions; each number has a direction of its own. */
#include "base/value.h"

#include "following.h"

enum { TRIES = 3000 };

static void begin(void)
{
    stand_begin("test_following");
}

static void changes_body(void *data)
{
    (void)data;
    add_generation("one", "serving");
    add(1, 10);
    follow_until(10);
    ck_assert_int_eq(nearest_to(4), number_of(4));
    add(11, 20);
    follow_until(20);
    ck_assert_int_eq(nearest_to(14), number_of(14));
    const long long gone = number_of(14);
    stand_sql("DELETE FROM document WHERE id = 'd14'");
    follow_until(19);
    ck_assert_int_ne(nearest_to(14), gone);
    /* Its vector is of another text; a new one is made later. */
    stand_sql("UPDATE document SET text = 'другое' WHERE id = 'd5'");
    follow_until(18);
    add_vectors("one", 5, 5);
    follow_until(19);
    ck_assert_int_eq(nearest_to(5), number_of(5));
}
FOLLOW_TEST(what_is_written_edited_and_deleted_is_followed, changes_body)

/* Case: A text is edited and its new vector is there before the index looked. */
static void both_body(void *data)
{
    (void)data;
    add_generation("one", "serving");
    add(1, 10);
    follow_until(10);
    stand_sql("UPDATE document SET text = 'другое' WHERE id = 'd5'");
    add_vectors("one", 5, 5);
    add(11, 11);
    follow_until(11);
    ck_assert_int_eq(nearest_to(5), number_of(5));
}
FOLLOW_TEST(a_vector_that_is_replaced_between_two_looks_stays, both_body)

static void moved_body(void *data)
{
    struct vector_filter chat = filter_of(77);

    (void)data;
    add_generation("one", "serving");
    add(1, 10);
    follow_until(10);
    ck_assert_int_eq(count_of(&chat), 0);
    stand_sql("UPDATE document SET chat_id = 77 WHERE id = 'd3'");
    for (int i = 0; i < TRIES && count_of(&chat) == 0; i++) {
        stand_sleep(10);
        follow();
    }
    ck_assert_int_eq(count_of(&chat), 1);
    ck_assert_int_eq(count_of(NULL), 10);
}
FOLLOW_TEST(a_document_that_changes_its_chat_is_found_there, moved_body)

/* Case: A vector is committed late. What a held transaction has written is not passed over. */
static void held_body(void *data)
{
    (void)data;
    add_generation("one", "serving");
    add(1, 10);
    add_documents(11, 11);
    PGconn *held = stand_hold(
        "INSERT INTO test_following.document_vector (generation, number, hash, vector,"
        " truncated) SELECT g.number, d.number,"
        " decode(repeat('00', 16), 'hex'), '\\x0101', false FROM test_following.generation g,"
        " test_following.document d WHERE d.id = 'd11'");
    follow();
    add(12, 12);
    follow();
    stand_commit(held);
    follow_until(12);
}
FOLLOW_TEST(a_vector_that_is_committed_late_is_not_lost, held_body)

static void pages_body(void *data)
{
    enum { MANY = 7000 };

    (void)data;
    add_generation("one", "serving");
    add(1, MANY);
    follow_until(MANY);
    stand_sql("UPDATE document_vector SET tx = pg_current_xact_id()");
    add(MANY + 1, MANY + 1);
    follow_until(MANY + 1);
    stand_sql("DELETE FROM document WHERE id <> 'd1'");
    follow_until(1);
}
FOLLOW_TEST(more_than_a_page_is_read_page_by_page, pages_body)

static void newest_body(void *data)
{
    enum { MANY = 5000, ROOM = 4096 };
    struct vector_index_state state;

    (void)data;
    if (stand_in_qdrant())
        return;
    stand_follower_stop(follower);
    follower = stand_follower(1);
    add_generation("one", "serving");
    add(1, MANY);
    follow();
    struct follower_index *index = follower_borrow(follower);
    ck_assert_ptr_nonnull(index);
    follower_vectors(index)->kind->state(follower_vectors(index)->self, &state);
    ck_assert_str_eq(state.reason, "vector_memory");
    ck_assert_int_le(state.count, ROOM);
    ck_assert_int_gt(state.count, ROOM - ROOM / 100);
    /* All that were sent later are there. */
    struct vector_filter newest = filter_of(FIELD_ABSENT);
    newest.from = state.left_until;
    ck_assert_int_eq(count_of(&newest), state.count);
    follower_give_back(index);
}
FOLLOW_TEST(beyond_the_memory_the_newest_are_loaded, newest_body)

static void generations_body(void *data)
{
    (void)data;
    follow();
    ck_assert_ptr_null(follower_borrow(follower));
    add_generation("one", "serving");
    add(1, 10);
    follow_until(10);
    struct follower_index *old = follower_borrow(follower);
    add_generation("two", "filling");
    add_vectors("two", 1, 4);
    follow_until(10);
    stand_sql("UPDATE generation SET state = 'retired', retired_at = now() WHERE model = 'one'");
    stand_sql("UPDATE generation SET state = 'serving' WHERE model = 'two'");
    follow_until(4);
    struct follower_index *index = follower_borrow(follower);
    ck_assert_int_gt(follower_generation(index), follower_generation(old));
    struct vector_index_state state;
    follower_vectors(old)->kind->state(follower_vectors(old)->self, &state);
    ck_assert_int_eq(state.count, 10);
    follower_give_back(old);
    follower_give_back(index);
    /* Of what is retired nobody hears any more. */
    stand_sql("DELETE FROM document");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM vector_gone"), 4);
    follow_until(0);
}
FOLLOW_TEST(another_generation_has_an_index_of_its_own, generations_body)

static void sweep_body(void *data)
{
    (void)data;
    add_generation("one", "serving");
    add(1, 10);
    stand_sql("DELETE FROM document WHERE id IN ('d1', 'd2')");
    stand_sql("UPDATE vector_gone SET gone_at = now() - interval '25 hours'"
              " WHERE number = (SELECT min(number) FROM vector_gone)");
    follow();
    ck_assert_int_eq(stand_number("SELECT count(*) FROM vector_gone"), 1);
}
FOLLOW_TEST(what_is_gone_is_forgotten_after_a_day, sweep_body)

int main(void)
{
    Suite *suite = suite_create("following");
    TCase *tests = tcase_create("following");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, begin, stand_finish);
    tcase_add_test(tests, what_is_written_edited_and_deleted_is_followed);
    tcase_add_test(tests, a_vector_that_is_replaced_between_two_looks_stays);
    tcase_add_test(tests, a_document_that_changes_its_chat_is_found_there);
    tcase_add_test(tests, a_vector_that_is_committed_late_is_not_lost);
    tcase_add_test(tests, more_than_a_page_is_read_page_by_page);
    tcase_add_test(tests, beyond_the_memory_the_newest_are_loaded);
    tcase_add_test(tests, another_generation_has_an_index_of_its_own);
    tcase_add_test(tests, what_is_gone_is_forgotten_after_a_day);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
