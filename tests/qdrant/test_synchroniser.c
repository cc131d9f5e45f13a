// SPDX-License-Identifier: MIT
/* What the synchroniser makes of a Qdrant that loses what it had, and of generations that come and
 * go. Beside PostgreSQL. */
#include <stdlib.h>

#include "base/auto.h"
#include "base/value.h"

#include "integration/search-api/vectors.h"
#include "vectors/qdrant_client.h"

enum { TRIES = 3000, MANY = 700 };

static const char nobody[] = "http://127.0.0.1:9";

static void begin(void)
{
    stand_begin("test_follow");
}

/* --- Qdrant, asked directly --- */

/* Of a model's generation; false: it has never been made. */
static bool find_collection(const char *model, struct qdrant_client *out)
{
    static char name[256], key[128];

    snprintf(name, sizeof name, "%s",
             stand_text("SELECT coalesce((SELECT name FROM vector_collection"
                        " WHERE encode(key, 'hex') = repeat(left(md5('%s'), 16), 4)), '')",
                        model));
    snprintf(key, sizeof key, "%s", stand_text("SELECT repeat(left(md5('%s'), 16), 4)", model));
    *out = (struct qdrant_client){
        .options = {.http = stand_service()->client,
                    .url = getenv("TEST_QDRANT_URL"),
                    .key = getenv("TEST_QDRANT_KEY"),
                    .collection = name,
                    .generation = key,
                    .dimensions = 2,
                    .timeout_ms = 10000}
    };
    return name[0] != '\0';
}

/* How many points fit; -1: there is no collection. */
static int64_t points_of(const char *model, const struct vector_filter *filter)
{
    struct qdrant_client client;
    struct fault fault = {.code = ""};
    int64_t count;

    if (!find_collection(model, &client))
        return -1;
    if (qdrant_client_count(&client, filter, &count, &fault))
        return count;
    ck_assert_str_eq(fault.code, "qdrant_collection_gone");
    return -1;
}

static void take_away(const char *model)
{
    struct qdrant_client client;
    struct fault fault = {.code = ""};

    ck_assert(find_collection(model, &client));
    ck_assert_msg(qdrant_client_remove(&client, &fault), "%s", fault.code);
}

/* It ends with kill -9 and comes back with nothing. */
static bool kill_qdrant(void)
{
    AUTO(arena_finish) struct arena arena;
    struct http_answer answer = {.status = 0};
    struct fault fault;

    arena_init(&arena, 65536);
    const struct http_call call = {
        .method = "POST",
        .url = arena_printf(&arena, "%s/_die", getenv("TEST_QDRANT_URL")).at,
        .timeout_ms = 5000,
        .answer_max = 65536,
        .tries = 1,
        .allow_private = true,
        .allow_plain = true,
    };
    return !http_client_call(stand_service()->client, &call, &arena, &answer, &fault);
}

/* --- the synchroniser --- */

/* Runs may fail on the way. */
static void heal_until(const char *model, int64_t count)
{
    struct fault fault = {.code = ""};

    for (int i = 0; i < TRIES; i++) {
        synchroniser_compare_soon(synchroniser);
        if (synchroniser_run(synchroniser, &fault) &&
            synchroniser_reason(synchroniser, NULL) == NULL && points_of(model, NULL) == count)
            return;
        stand_sleep(10);
    }
    ck_abort_msg("%lld, not %lld: %s, %s", (long long)points_of(model, NULL), (long long)count,
                 synchroniser_reason(synchroniser, NULL), fault.code);
}

static void restart_at(const char *url)
{
    synchroniser_stop(synchroniser);
    synchroniser = url != NULL ? stand_follower_at(url, 1000) : stand_follower(FOLLOWING_MEMORY);
}

static void serve(const char *model, const char *instead_of)
{
    stand_sql("UPDATE generation SET state = 'retired', retired_at = now() WHERE model = '%s'",
              instead_of);
    stand_sql("UPDATE generation SET state = 'serving', retired_at = NULL WHERE model = '%s'",
              model);
}

/* --- what must be so --- */

/* Case: Qdrant's collection is taken away behind the back of search-api. */
static void taken_body(void *data)
{
    (void)data;
    add_generation("one", "serving");
    add(1, MANY);
    sync_until(MANY);
    ck_assert_ptr_null(synchroniser_reason(synchroniser, NULL));
    take_away("one");
    heal_until("one", MANY);
    ck_assert_int_eq(nearest_to(4) % 60, number_of(4) % 60);
}
SYNCHRONISER_TEST(a_collection_that_is_taken_away_is_filled_again, taken_body)

/* Case: Qdrant is killed, and comes back with nothing, while documents come and go. */
static void killed_body(void *data)
{
    (void)data;
    add_generation("one", "serving");
    add(1, 10);
    sync_until(10);
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
SYNCHRONISER_TEST(what_a_killed_qdrant_has_lost_is_sent_again, killed_body)

/* Case: People are erased while no copy of search-api runs. */
static void erased_body(void *data)
{
    struct vector_filter person = filter_of(FIELD_ABSENT);

    (void)data;
    person.user_id = 5;
    add_generation("one", "serving");
    add(1, MANY);
    sync_until(MANY);
    ck_assert_int_eq(points_of("one", &person), 1);
    synchroniser_stop(synchroniser);
    /* Most of what is there; and a day later nothing tells of it. */
    stand_sql("DELETE FROM document WHERE user_id < 600");
    stand_sql("DELETE FROM vector_gone");
    synchroniser = stand_follower(FOLLOWING_MEMORY);
    heal_until("one", MANY - 599);
    ck_assert_int_eq(points_of("one", &person), 0);
}
SYNCHRONISER_TEST(who_was_erased_while_nobody_followed_leaves_qdrant, erased_body)

static void gone_body(void *data)
{
    struct vector_filter person = filter_of(FIELD_ABSENT);

    (void)data;
    person.user_id = 5;
    add_generation("one", "serving");
    add(1, MANY);
    sync_until(MANY);
    stand_sql("DELETE FROM document WHERE user_id < 600");
    sync_until(MANY - 599);
    ck_assert_int_eq(points_of("one", &person), 0);
}
SYNCHRONISER_TEST(who_is_erased_leaves_qdrant_with_the_next_look, gone_body)

/* Case: Qdrant has fewer points than there are vectors, and was reached all the time. */
static void fewer_body(void *data)
{
    struct qdrant_client client;
    struct fault fault = {.code = ""};

    (void)data;
    add_generation("one", "serving");
    add(1, 10);
    sync_until(10);
    ck_assert(find_collection("one", &client));
    const int64_t some[] = {number_of(3), number_of(4)};
    ck_assert(qdrant_client_drop(&client, some, 2, &fault));
    ck_assert_int_eq(count_of(NULL), 8);
    heal_until("one", 10);
}
SYNCHRONISER_TEST(points_that_are_missing_are_noticed_by_their_number, fewer_body)

/* Case: Another model's vectors are made while the first one serves. */
static void switched_body(void *data)
{
    (void)data;
    add_generation("one", "serving");
    add(1, 10);
    sync_until(10);
    add_generation("two", "filling");
    add_vectors("two", 1, 4);
    heal_until("two", 4);
    ck_assert_int_eq(count_of(NULL), 10);
    serve("two", "one");
    follow();
    /* At once, without a gap; the other one is gone already, though its vectors are kept. */
    ck_assert_int_eq(count_of(NULL), 4);
    ck_assert_int_eq(points_of("one", NULL), -1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM document_vector"), 14);
    /* And comes back. */
    serve("one", "two");
    heal_until("one", 10);
    ck_assert_int_eq(points_of("two", NULL), -1);
}
SYNCHRONISER_TEST(a_generation_serves_when_its_collection_is_complete, switched_body)

static void incomplete_body(void *data)
{
    (void)data;
    add_generation("one", "serving");
    add(1, 10);
    sync_until(10);
    add_generation("two", "filling");
    add_vectors("two", 1, 10);
    serve("two", "one");
    restart_at(nobody);
    ck_assert(!synchroniser_run(synchroniser, &(struct fault){.code = ""}));
    ck_assert_ptr_null(synchroniser_borrow(synchroniser));
    ck_assert_str_eq(synchroniser_reason(synchroniser, NULL), "upstream_unreachable");
    restart_at(NULL);
    sync_until(10);
}
SYNCHRONISER_TEST(a_collection_that_cannot_be_filled_serves_nobody, incomplete_body)

/* Case: A collection cannot be removed, and search-api is restarted before it can. */
static void remains_body(void *data)
{
    (void)data;
    add_generation("one", "serving");
    add(1, 10);
    sync_until(10);
    add_generation("two", "filling");
    serve("two", "one");
    restart_at(nobody);
    ck_assert(!synchroniser_run(synchroniser, &(struct fault){.code = ""}));
    ck_assert_int_eq(points_of("one", NULL), 10);
    restart_at(NULL);
    follow();
    ck_assert_int_eq(points_of("one", NULL), -1);
    /* The name is known until the generation is forgotten: a late copy may have made it anew. */
    ck_assert_int_eq(stand_number("SELECT count(*) FROM vector_collection"), 2);
    stand_sql("DELETE FROM document_vector");
    stand_sql("DELETE FROM generation WHERE model = 'one'");
    synchroniser_compare_soon(synchroniser);
    follow();
    ck_assert_int_eq(stand_number("SELECT count(*) FROM vector_collection"), 1);
}
SYNCHRONISER_TEST(what_could_not_be_removed_is_removed_later, remains_body)

/* More than a page of collections whose names no URL can have stand before the one that retired. */
static void behind_body(void *data)
{
    struct fault fault = {.code = ""};

    (void)data;
    add_generation("one", "serving");
    add(1, 10);
    sync_until(10);
    stand_sql(
        "INSERT INTO vector_collection (name, key, dimensions)"
        " SELECT 'a b ' || n, decode(repeat('00', 32), 'hex'), 2 FROM generate_series(1, 17) n");
    add_generation("two", "filling");
    serve("two", "one");
    synchroniser_compare_soon(synchroniser);
    ck_assert(!synchroniser_run(synchroniser, &fault));
    ck_assert_int_eq(points_of("one", NULL), -1);
    stand_sql("DELETE FROM vector_collection WHERE name LIKE 'a b %%'");
}
SYNCHRONISER_TEST(a_collection_that_cannot_be_removed_stops_no_other, behind_body)

/* A search that began before the switch has the old index still. */
static void borrowed_body(void *data)
{
    const float query[] = {1, 0};
    const struct vector_filter filter = filter_of(FIELD_ABSENT);
    struct fault fault = {.code = ""};
    struct vector_hit hit;
    size_t count;

    (void)data;
    add_generation("one", "serving");
    add(1, 10);
    sync_until(10);
    struct synchroniser_index *old = synchroniser_borrow(synchroniser);
    add_generation("two", "filling");
    serve("two", "one");
    follow();
    const struct vector_index *vectors = synchroniser_vectors(old);
    for (int i = 0; i < 3; i++)
        ck_assert(!vectors->kind->nearest(vectors->self, &filter, query, 1, &hit, &count, &fault));
    ck_assert_int_eq(points_of("one", NULL), -1);
    synchroniser_give_back(old);
}
SYNCHRONISER_TEST(a_search_makes_no_collection_again, borrowed_body)

int main(void)
{
    Suite *suite = suite_create("follow");
    TCase *tests = tcase_create("follow");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, begin, stand_finish);
    tcase_add_test(tests, a_collection_that_is_taken_away_is_filled_again);
    tcase_add_test(tests, what_a_killed_qdrant_has_lost_is_sent_again);
    tcase_add_test(tests, who_was_erased_while_nobody_followed_leaves_qdrant);
    tcase_add_test(tests, who_is_erased_leaves_qdrant_with_the_next_look);
    tcase_add_test(tests, points_that_are_missing_are_noticed_by_their_number);
    tcase_add_test(tests, a_generation_serves_when_its_collection_is_complete);
    tcase_add_test(tests, a_collection_that_cannot_be_filled_serves_nobody);
    tcase_add_test(tests, what_could_not_be_removed_is_removed_later);
    tcase_add_test(tests, a_collection_that_cannot_be_removed_stops_no_other);
    tcase_add_test(tests, a_search_makes_no_collection_again);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
