// SPDX-License-Identifier: MIT
/* An index and the table with which it synchronises; with Qdrant too, by tests/qdrant/run. Vectors
 * have two dimensions; each number has a direction of its own. */
#include "base/now.h"
#include "base/value.h"

#include "support/scratch.h"
#include "vectors.h"
#include "vectors/synchroniser_store.h"

/* Waits until no older transaction is open in other suites: then everything committed here is
 * visible. */
static struct sync_generation settle(void)
{
    struct db *db = stand_app()->service->db;
    struct sync_generation now[SYNCHRONISER_GENERATIONS];
    size_t count;

    stand_until(
        (synchroniser_store_list_live_generations(db, now, &count, &fault) &&
         stand_number("SELECT max(tx::text::bigint) FROM document_vector") < now[0].settled),
        "a transaction elsewhere does not end");
    return now[0];
}

TEST_CASE("synchroniser", .setup = vectors_begin, .teardown = vectors_finish);

FIBER_TEST(writes_edits_and_deletions_are_synchronised)
{
    serve_one(10);
    ck_assert_int_eq(nearest_to(4), number_of(4));
    add(11, 20);
    sync_until(20);
    ck_assert_int_eq(nearest_to(14), number_of(14));
    const long long gone = number_of(14);
    stand_sql("DELETE FROM document WHERE id = 'd14'");
    sync_until(19);
    ck_assert_int_ne(nearest_to(14), gone);
    /* Its vector is of the old text; a new one is made later. */
    stand_sql("UPDATE document SET text = 'другое' WHERE id = 'd5'");
    sync_until(18);
    add_vectors("one", 5, 5);
    sync_until(19);
    ck_assert_int_eq(nearest_to(5), number_of(5));
}

/* Case: A text is edited, and its new vector exists before the next run. */
FIBER_TEST(vector_replaced_between_two_runs_stays)
{
    serve_one(10);
    stand_sql("UPDATE document SET text = 'другое' WHERE id = 'd5'");
    add_vectors("one", 5, 5);
    add(11, 11);
    sync_until(11);
    ck_assert_int_eq(nearest_to(5), number_of(5));
}

FIBER_TEST(document_moved_to_another_chat_is_found_there)
{
    struct vector_filter chat = filter_of(77);

    serve_one(10);
    ck_assert_int_eq(count_of(&chat), 0);
    stand_sql("UPDATE document SET chat_id = 77 WHERE id = 'd3'");
    stand_until((follow(), count_of(&chat) == 1), "%lld, not 1", (long long)count_of(&chat));
    ck_assert_int_eq(count_of(NULL), 10);
}

/* Case: A vector is committed late. The synchroniser does not skip what an open transaction has
 * written. */
FIBER_TEST(vector_committed_late_is_not_lost)
{
    add_generation("one", "serving");
    add(1, 10);
    add_documents(11, 11);
    PGconn *held = stand_hold(
        "INSERT INTO search_synchroniser.document_vector (generation, number, hash, vector, "
        "truncated)"
        " SELECT g.number, d.number, decode(repeat('00', 16), 'hex'), '\\x0101', false FROM"
        " search_synchroniser.generation g, search_synchroniser.document d WHERE d.id = 'd11'");
    follow();
    add(12, 12);
    follow();
    stand_commit(held);
    sync_until(12);
}

FIBER_TEST(many_vectors_are_loaded_page_by_page)
{
    enum { MANY = 7000 };

    serve_one(MANY);
    stand_sql("UPDATE document_vector SET tx = pg_current_xact_id()");
    add(MANY + 1, MANY + 1);
    sync_until(MANY + 1);
    stand_sql("DELETE FROM document WHERE id <> 'd1'");
    sync_until(1);
}

/* Case: Vectors have more pages than one statement lists. Other numbers lie between them. */
FIBER_TEST(more_pages_than_one_statement_lists_are_loaded)
{
    enum { DIMENSIONS = 1000, A_PAGE = SYNCHRONISER_PAGE_BYTES / DIMENSIONS, MANY = 3000 };

    ck_assert_int_gt(MANY, 20 * A_PAGE);
    add_generation("one", "serving");
    stand_sql("UPDATE generation SET dimensions = %d, probes = decode(repeat('00', %d), 'hex')",
              DIMENSIONS, 12 * DIMENSIONS);
    add_documents(1, MANY);
    stand_sql("INSERT INTO document_vector (generation, number, hash, vector, truncated)"
              " SELECT g.number, d.number, decode(repeat('00', 16), 'hex'),"
              "  decode(repeat('01', %d), 'hex'), false"
              " FROM document d CROSS JOIN generation g WHERE d.number %% 100 < 90",
              DIMENSIONS);
    sync_until(stand_number("SELECT count(*) FROM document_vector"));
}

/* Case: Vectors are written into a page before it is read. None of the others is displaced. */
FIBER_TEST(page_that_grows_loses_nothing)
{
    enum { A_PAGE = 4 };
    struct db *db = stand_app()->service->db;
    auto_rows struct db_rows bounds = {0}, rows = {0};

    add_generation("one", "serving");
    add_documents(1, 2 * A_PAGE);
    add_vectors("one", 1, 2);
    add_vectors("one", 2 * A_PAGE - 1, 2 * A_PAGE);
    struct sync_generation now = settle();
    now.dimensions = SYNCHRONISER_PAGE_BYTES / (A_PAGE + 1);
    ck_ok(synchroniser_store_list_pages(db, &now, INT64_MAX, &bounds, &fault));
    ck_assert_int_eq(bounds.count, 1);
    add_vectors("one", 3, 2 * A_PAGE - 2);
    ck_ok(synchroniser_store_read_page(db, &now, synchroniser_store_read_page_bound(&bounds, 0),
                                       INT64_MAX, &rows, &fault));
    ck_assert_int_eq(rows.count, A_PAGE);
    ck_assert_int_eq(synchroniser_store_read_cursor(&rows, A_PAGE - 1).number, number_of(1));
}

FIBER_TEST(beyond_the_limit_the_newest_vectors_are_loaded)
{
    enum { MANY = 5000, ROOM = 4096, CHATS = 10 };
    struct vector_index_state state;

    if (stand_in_qdrant())
        return;
    stand_synchroniser_stop(synchroniser);
    stand_vector_memory = 0;
    synchroniser = stand_synchroniser();
    stand_vector_memory = 4;
    add_generation("one", "serving");
    add(1, MANY);
    (void)settle();
    follow();
    struct synchroniser_index *index = synchroniser_borrow_serving_index(synchroniser);
    ck_assert_ptr_nonnull(index);
    synchroniser_get_vector_index(index)->kind->state(synchroniser_get_vector_index(index)->self,
                                                      NULL, &state);
    ck_assert_str_eq(state.reason, "vector_memory");
    ck_assert_int_le(state.count, ROOM);
    ck_assert_int_gt(state.count, ROOM - ROOM / 100);
    /* Those are the rows sent last. */
    struct vector_filter newest = filter_of(FIELD_ABSENT);
    int64_t later = 0;
    newest.from = (MANY - state.count + 1) * US_PER_S;
    for (newest.chat_id = 0; newest.chat_id < CHATS; newest.chat_id++)
        later += count_of(&newest);
    ck_assert_int_eq(later, state.count);
    synchroniser_release_index(index);
}

FIBER_TEST(each_generation_has_its_own_index)
{
    follow();
    ck_assert_ptr_null(synchroniser_borrow_serving_index(synchroniser));
    serve_one(10);
    struct synchroniser_index *old = synchroniser_borrow_serving_index(synchroniser);
    add_generation("two", "filling");
    add_vectors("two", 1, 4);
    sync_until(10);
    stand_sql("UPDATE generation SET state = 'retired', retired_at = now() WHERE model = 'one'");
    stand_sql("UPDATE generation SET state = 'serving' WHERE model = 'two'");
    sync_until(4);
    struct synchroniser_index *index = synchroniser_borrow_serving_index(synchroniser);
    ck_assert_int_gt(synchroniser_get_generation_number(index),
                     synchroniser_get_generation_number(old));
    struct vector_index_state state;
    synchroniser_get_vector_index(old)->kind->state(synchroniser_get_vector_index(old)->self, NULL,
                                                    &state);
    ck_assert_int_eq(state.count, 10);
    synchroniser_release_index(old);
    synchroniser_release_index(index);
    /* Deletions of retired generations are not recorded. */
    stand_sql("DELETE FROM document");
    ck_rows(4, "vector_gone");
    sync_until(0);
}

FIBER_TEST(records_of_deletions_expire_after_a_day)
{
    add_generation("one", "serving");
    add(1, 10);
    stand_sql("DELETE FROM document WHERE id IN ('d1', 'd2')");
    stand_sql("UPDATE vector_gone SET gone_at = now() - interval '25 hours'"
              " WHERE number = (SELECT min(number) FROM vector_gone)");
    follow();
    ck_rows(1, "vector_gone");
}

/* Case: The database cancels a statement of the synchroniser after its timeout. The next run
 * resumes. */
FIBER_TEST(cancelled_run_is_resumed)
{
    serve_one(10);
    add(11, 12);
    stand_sql("BEGIN");
    stand_sql("LOCK TABLE document_vector");
    ck_unavailable(sync_once(&fault), "busy");
    ck_assert_int_eq(count_of(NULL), 10);
    stand_sql("COMMIT");
    sync_until(12);
}

/* The status; `erased` documents. */
static int erase(const char *person, long long *erased)
{
    struct api_caller caller = stand_staff;

    ck_assert(uuid_parse(SLICE("018f0001-0000-7000-8000-000000000001"), &caller.tenant_id));
    struct answer answer =
        ask_delete(delete_documents, .caller = &caller, .params = textf("user_id=%s", person));
    if (answer.status == 503)
        ck_assert_str_eq(answer.code, "erasure_unfinished");
    *erased = number_at(answer.json, "erased.document");
    return answer.status;
}

static bool goes_on;

static void sync_on(void *data)
{
    while (goes_on) {
        follow();
        stand_sleep(5);
    }
}

static void erase_first(void *data)
{
    long long erased;

    stand_until(erase("1", &erased) == 200 && erased == 1, "a receipt of one document");
}

/* Case: A person is erased while the index of vectors is not synchronised. */
FIBER_TEST(erasure_ends_when_the_vectors_are_gone)
{
    long long erased;

    stand_app()->synchroniser = synchroniser;
    serve_one(3);
    ck_assert_int_eq(erase("1", &erased), 503);
    ck_assert_int_eq(erased, 1);
    ck_assert_int_eq(count_of(NULL), 3);
    goes_on = true;
    stand_go(sync_on, NULL);
    stand_until(erase("1", &erased) == 200, "a receipt");
    ck_assert_int_eq(erased, 0);
    ck_assert_int_eq(count_of(NULL), 2);
    stand_until(erase("2", &erased) == 200, "a receipt");
    ck_assert_int_eq(count_of(NULL), 1);
    goes_on = false;
    stand_join();
    stand_app()->synchroniser = NULL;
}

/* The embedder writes a vector of a person who is being erased. It has locked the document,
 * and locks the row of the queue next. */
FIBER_TEST(erasure_locks_documents_before_their_vectors)
{
    add_generation("one", "serving");
    add_documents(1, 1);
    ck_rows(1, "vector_due");
    PGconn *held = stand_hold("SELECT FROM search_synchroniser.document FOR SHARE");
    stand_go(erase_first, NULL);
    wait_for(textf("EXISTS (SELECT FROM pg_stat_activity WHERE %d = ANY (pg_blocking_pids(pid)))",
                   PQbackendPID(held)));
    PGresult *locked = PQexec(held, "SELECT FROM search_synchroniser.vector_due FOR UPDATE NOWAIT");
    ck_assert_msg(PQresultStatus(locked) == PGRES_TUPLES_OK, "%s", PQerrorMessage(held));
    PQclear(locked);
    stand_commit(held);
    stand_join();
    ck_rows(0, "document");
}

static void sync_first(void *data)
{
    follow();
}

/* The first generation is being loaded while a person is erased. */
FIBER_TEST(first_load_of_vectors_delays_the_end_of_an_erasure)
{
    follow();
    ck_assert(synchroniser_wait_for_tx(synchroniser, 1, now_mono_ns()));
    add_generation("one", "serving");
    add(1, 3);
    PGconn *held = stand_hold("LOCK TABLE search_synchroniser.document_vector");
    stand_go(sync_first, NULL);
    wait_for(textf("EXISTS (SELECT FROM pg_stat_activity WHERE %d = ANY (pg_blocking_pids(pid)))",
                   PQbackendPID(held)));
    ck_assert(!synchroniser_wait_for_tx(synchroniser, 1, now_mono_ns()));
    stand_commit(held);
    stand_join();
    sync_until(3);
}
