// SPDX-License-Identifier: MIT
/* The synchroniser with a Qdrant that loses data, and with changing generations. With PostgreSQL.
 */

#include "base/value.h"

#include "integration/search-api/vectors.h"
#include "support/scratch.h"
#include "vectors/qdrant_client.h"

enum { TRIES = 3000, MANY = 700 };

static const char nobody[] = "http://127.0.0.1:9";

/* Of a model's generation; false: it never existed. */
static bool find_collection(const char *model, struct qdrant_client *out)
{
    static struct search_config config;

    config = (struct search_config){.qdrant_url = getenv("TEST_QDRANT_URL"),
                                    .qdrant_key = getenv("TEST_QDRANT_KEY")};
    *out = (struct qdrant_client){
        .http = stand_service()->client, .config = &config, .collection.dimensions = 2};
    snprintf(out->collection.name, sizeof out->collection.name, "%s",
             stand_text("SELECT coalesce((SELECT name FROM vector_collection"
                        " WHERE encode(key, 'hex') = repeat(left(md5('%s'), 16), 4)), '')",
                        model));
    snprintf(out->collection.generation, sizeof out->collection.generation, "%s",
             stand_text("SELECT repeat(left(md5('%s'), 16), 4)", model));
    return out->collection.name[0] != '\0';
}

/* How many points there are; -1: there is no collection. */
static int64_t points_of(const char *model)
{
    struct qdrant_client client;
    int64_t count;

    if (!find_collection(model, &client))
        return -1;
    if (qdrant_client_count_points(&client, &count, &fault))
        return count;
    ck_assert_str_eq(fault.code, "qdrant_collection_gone");
    return -1;
}

/* Drops a point behind the back of the synchroniser and, unless `revision` is 0, writes it with
 * another direction and this revision. */
static void falsify(int id, int64_t revision)
{
    static const int8_t away[] = {-100, 0};
    const int64_t number = number_of(id);
    const struct vector_row row = {.number = number,
                                   .revision = revision,
                                   .tenant_id = filter_of(FIELD_ABSENT).tenant_id,
                                   .chat_id = FIELD_ABSENT,
                                   .user_id = FIELD_ABSENT,
                                   .language = -1,
                                   .vector = away};
    struct synchroniser_index *index = synchroniser_borrow_serving_index(synchroniser);
    const struct vector_index *vectors = synchroniser_get_vector_index(index);

    ck_ok(vectors->kind->drop(vectors->self, &number, 1, &fault));
    if (revision != 0)
        ck_ok(vectors->kind->put(vectors->self, &row, 1, &fault));
    synchroniser_release_index(index);
}

/* Kills it with -9; it comes back empty. */
static bool kill_qdrant(void)
{
    struct http_answer answer = {.status = 0};
    const struct http_call call = {
        .method = "POST",
        .url = textf("%s/_die", getenv("TEST_QDRANT_URL")),
        .timeout_ms = 5000,
        .answer_max = 65536,
        .tries = 1,
        .allow_private = true,
        .allow_plain = true,
    };

    return !http_client_call(stand_service()->client, &call, &arena, &answer, &fault);
}

/* Runs may fail on the way. */
static void heal_until(const char *model, int64_t count)
{
    for (int i = 0; i < TRIES; i++) {
        synchroniser_request_comparison(synchroniser);
        if (synchroniser_run(synchroniser, &fault) &&
            synchroniser_missing_vectors_reason(synchroniser, NULL) == NULL &&
            points_of(model) == count)
            return;
        stand_sleep(10);
    }
    ck_abort_msg("%lld, not %lld: %s, %s", (long long)points_of(model), (long long)count,
                 synchroniser_missing_vectors_reason(synchroniser, NULL), fault.code);
}

static void restart_at(const char *url)
{
    synchroniser_stop(synchroniser);
    synchroniser = url != NULL ? stand_synchroniser_at(url, 1000) : stand_synchroniser();
}

static void serve(const char *model, const char *instead_of)
{
    stand_sql("UPDATE generation SET state = 'retired', retired_at = now() WHERE model = '%s'",
              instead_of);
    stand_sql("UPDATE generation SET state = 'serving', retired_at = NULL WHERE model = '%s'",
              model);
}

/* Generation "two" with `count` vectors serves instead of "one". */
static void replace_by_two(int count)
{
    add_generation("two", "filling");
    add_vectors("two", 1, count);
    serve("two", "one");
}

TEST_CASE("synchroniser", .setup = vectors_begin, .teardown = vectors_finish);

/* Case: Qdrant's collection is deleted behind the back of search-api. */
FIBER_TEST(deleted_collection_is_filled_again)
{
    serve_one(MANY);
    ck_assert_ptr_null(synchroniser_missing_vectors_reason(synchroniser, NULL));
    struct qdrant_client client;
    ck_assert(find_collection("one", &client));
    ck_ok(qdrant_client_delete_collection(&client, &fault));
    heal_until("one", MANY);
    ck_assert_int_eq(nearest_to(4) % 60, number_of(4) % 60);
}

/* Case: Qdrant is killed and comes back empty while documents come and go. */
FIBER_TEST(points_lost_by_a_killed_qdrant_are_sent_again)
{
    serve_one(10);
    if (getenv("TEST_QDRANT_REAL") != NULL)
        return;
    ck_assert(kill_qdrant());
    stand_sql("DELETE FROM document WHERE id IN ('d1', 'd2')");
    add(11, 20);
    const long long gone = number_of(11);
    heal_until("one", 18);
    stand_sql("DELETE FROM document WHERE id = 'd11'");
    heal_until("one", 17);
    ck_assert_int_ne(nearest_to(11), gone);
    ck_assert_int_eq(nearest_to(14), number_of(14));
}

/* Case: People are erased while no instance of search-api runs. */
FIBER_TEST(person_erased_while_no_instance_ran_leaves_qdrant)
{
    struct vector_filter person = filter_of(FIELD_ABSENT);

    person.user_id = 5;
    serve_one(MANY);
    ck_assert_int_eq(count_of(&person), 1);
    synchroniser_stop(synchroniser);
    /* Most of the documents; after a day the records of deletions are gone. */
    stand_sql("DELETE FROM document WHERE user_id < 600");
    stand_sql("DELETE FROM vector_gone");
    synchroniser = stand_synchroniser();
    heal_until("one", MANY - 599);
    ck_assert_int_eq(count_of(&person), 0);
}

/* What was erased has numbers above every row that is left. */
FIBER_TEST(points_numbered_above_every_row_leave_qdrant)
{
    serve_one(MANY);
    synchroniser_stop(synchroniser);
    stand_sql("DELETE FROM document WHERE number > %lld", number_of(10));
    stand_sql("DELETE FROM vector_gone");
    synchroniser = stand_synchroniser();
    heal_until("one", 10);
    ck_assert_int_eq(nearest_to(10), number_of(10));
}

FIBER_TEST(erased_person_leaves_qdrant_in_the_next_run)
{
    struct vector_filter person = filter_of(FIELD_ABSENT);

    person.user_id = 5;
    serve_one(MANY);
    stand_sql("DELETE FROM document WHERE user_id < 600");
    sync_until(MANY - 599);
    ck_assert_int_eq(count_of(&person), 0);
}

/* Case: Qdrant has fewer points than there are vectors, and was always reachable. */
FIBER_TEST(missing_points_are_detected_by_their_count)
{
    serve_one(10);
    falsify(3, 0);
    falsify(4, 0);
    ck_assert_int_eq(count_of(NULL), 8);
    heal_until("one", 10);
}

/* Case: Qdrant restarts with an older copy of its disk. Then, or if PostgreSQL was restored, the
 * counts are equal, and the revisions are not. */
FIBER_TEST(points_of_other_revisions_are_replaced)
{
    serve_one(10);
    falsify(4, 1);
    falsify(6, INT64_MAX / 2);
    ck_assert_int_eq(count_of(NULL), 10);
    ck_assert_int_ne(nearest_to(4), number_of(4));
    ck_assert_int_ne(nearest_to(6), number_of(6));
    restart_at(NULL);
    heal_until("one", 10);
    ck_assert_int_eq(nearest_to(4), number_of(4));
    ck_assert_int_eq(nearest_to(6), number_of(6));
}

/* Case: Vectors of another model are made while the first one serves. */
FIBER_TEST(generation_serves_when_its_collection_is_complete)
{
    serve_one(10);
    add_generation("two", "filling");
    add_vectors("two", 1, 4);
    heal_until("two", 4);
    ck_assert_int_eq(count_of(NULL), 10);
    serve("two", "one");
    follow();
    /* At once, without a gap; the old collection is already deleted, though its vectors are stored.
     */
    ck_assert_int_eq(count_of(NULL), 4);
    ck_assert_int_eq(points_of("one"), -1);
    ck_rows(14, "document_vector");
    /* And back. */
    serve("one", "two");
    heal_until("one", 10);
    ck_assert_int_eq(points_of("two"), -1);
}

FIBER_TEST(collection_that_cannot_be_filled_does_not_serve)
{
    serve_one(10);
    replace_by_two(10);
    restart_at(nobody);
    ck_assert(!synchroniser_run(synchroniser, &(struct fault){.code = ""}));
    ck_assert_ptr_null(synchroniser_borrow_serving_index(synchroniser));
    ck_assert_str_eq(synchroniser_missing_vectors_reason(synchroniser, NULL),
                     "upstream_unreachable");
    restart_at(NULL);
    sync_until(10);
}

/* Case: A collection cannot be deleted before search-api restarts. */
FIBER_TEST(failed_deletion_of_a_collection_is_repeated)
{
    serve_one(10);
    replace_by_two(0);
    restart_at(nobody);
    ck_assert(!synchroniser_run(synchroniser, &(struct fault){.code = ""}));
    ck_assert_int_eq(points_of("one"), 10);
    restart_at(NULL);
    follow();
    ck_assert_int_eq(points_of("one"), -1);
    /* The name is stored until the generation is deleted: a late instance may have recreated the
     * collection. */
    ck_rows(2, "vector_collection");
    stand_sql("DELETE FROM document_vector");
    stand_sql("DELETE FROM generation WHERE model = 'one'");
    synchroniser_request_comparison(synchroniser);
    follow();
    ck_rows(1, "vector_collection");
}

/* More than a page of collections with names that no URL can have precede the retired one. */
FIBER_TEST(undeletable_collection_does_not_block_others)
{
    serve_one(10);
    stand_sql(
        "INSERT INTO vector_collection (name, key, dimensions)"
        " SELECT 'a b ' || n, decode(repeat('00', 32), 'hex'), 2 FROM generate_series(1, 17) n");
    replace_by_two(0);
    synchroniser_request_comparison(synchroniser);
    ck_assert(!synchroniser_run(synchroniser, &fault));
    ck_assert_int_eq(points_of("one"), -1);
    stand_sql("DELETE FROM vector_collection WHERE name LIKE 'a b %%'");
}

/* A search that started before the switch still has the old index. */
FIBER_TEST(search_does_not_recreate_a_collection)
{
    const float query[] = {1, 0};
    const struct vector_filter filter = filter_of(FIELD_ABSENT);
    struct vector_hit hit;
    size_t count;

    serve_one(10);
    struct synchroniser_index *old = synchroniser_borrow_serving_index(synchroniser);
    replace_by_two(0);
    follow();
    const struct vector_index *vectors = synchroniser_get_vector_index(old);
    for (int i = 0; i < 3; i++)
        ck_assert(!vectors->kind->nearest(vectors->self, &filter, query, 1, &hit, &count, &fault));
    ck_assert_int_eq(points_of("one"), -1);
    synchroniser_release_index(old);
}
