// SPDX-License-Identifier: MIT
/* Searches by words and by vectors while Qdrant misbehaves or has wrong points. With PostgreSQL and
 * an embeddings endpoint of the test's own. */

#include "base/auto.h"
#include "base/value.h"

#include "integration/search-api/embeddings.h"
#include "vectors/synchroniser.h"

enum { TRIES = 3000, TIMEOUT_MS = 1000, SLOW_MS = 8000, SEARCHES_MAX = 10 };

static void start(void *data)
{
    embedding_start("model");
    stand_app()->embedder = embedder;
    stand_app()->synchroniser = stand_synchroniser_at(getenv("TEST_QDRANT_URL"), TIMEOUT_MS);
}

static void begin(void)
{
    embedding_begin();
    stand_run(start, NULL);
}

/* NULL: works again. */
static bool break_qdrant(const char *how)
{
    AUTO(arena_finish) struct arena arena = ARENA(65536);
    struct http_answer answer = {.status = 0};
    struct fault fault;

    const struct http_call call = {
        .method = "POST",
        .url = textf("%s/_break%s%s", getenv("TEST_QDRANT_URL"), how != NULL ? "?how=" : "",
                     how != NULL ? how : ""),
        .timeout_ms = 20000,
        .answer_max = 65536,
        .tries = 1,
        .no_breaker = true,
        .allow_private = true,
        .allow_plain = true,
    };
    return http_client_call(stand_service()->client, &call, &arena, &answer, &fault) &&
           answer.status == 200;
}

static void put_as(const struct api_caller *caller, const char *id, const char *user)
{
    const char *body =
        textf("{\"id\":\"%s\",\"version\":1,\"text\":\"подземный паркинг свободен\",\"user_id\":%s,"
              "\"sent_at\":\"2026-01-02T03:04:05Z\"}",
              id, user);

    ck_status(ask_post(post_documents, .body = body, .caller = caller), 200);
}

/* Whether the answer has this reason; no document has the words of these queries. */
static bool search(const char *reason, const char **mode, size_t *found)
{
    static char text[16];
    struct answer answer = ask_post(post_search_messages, .body = "{\"query\":\"машина\"}");
    const json_t *item;
    size_t index;
    bool given = false;

    ck_status(answer, 200);
    snprintf(text, sizeof text, "%s", text_at(answer.json, "mode"));
    *mode = text;
    *found = count_at(answer.json, "items");
    json_array_foreach(json_object_get(answer.json, "reasons"), index, item)
    {
        given = given || strcmp(json_string_value(item), reason) == 0;
    }
    return given;
}

/* Until a search finds this many, all of them by vectors, and nothing is missing. */
static void search_until(size_t count)
{
    const char *mode = "";
    struct fault fault = {.code = ""};
    size_t found = 0;

    for (int i = 0; i < TRIES; i++) {
        const bool ok = synchroniser_run(stand_app()->synchroniser, &fault);
        if (ok && !search("vectors_failed", &mode, &found) && strcmp(mode, "hybrid") == 0 &&
            found == count &&
            synchroniser_missing_vectors_reason(stand_app()->synchroniser, NULL) == NULL)
            return;
        stand_sleep(10);
    }
    ck_abort_msg("%s: %zu, not %zu; %s, %s", mode, found, count,
                 synchroniser_missing_vectors_reason(stand_app()->synchroniser, NULL), fault.code);
}

static void prepare(void)
{
    put_as(NULL, "a", "97");
    put_as(NULL, "b", "98");
    put_as(&stand_other, "c", "97");
    stand_update_lexicon();
    embedding_works();
    search_until(2);
}

static const char *const troubles[] = {"500",  "key",      "gone", "size", "quota",
                                       "busy", "nonsense", "cut",  "hang"};

TEST_CASE("degraded", .setup = begin, .teardown = embedding_finish);

/* Case: Qdrant fails in any way during a search. */
FIBER_TEST_ROWS(words_answer_while_qdrant_fails_until_it_recovers, troubles)
{
    const char *mode;
    size_t found;

    /* A real Qdrant cannot be made to fail. */
    if (getenv("TEST_QDRANT_REAL") != NULL)
        return;
    prepare();
    ck_assert(break_qdrant(*row));
    const int64_t began_ns = now_mono_ns();
    ck_assert_msg(search("vectors_failed", &mode, &found), "%s", *row);
    ck_assert_int_lt(now_mono_ns() - began_ns, SLOW_MS * NS_PER_MS);
    ck_assert_str_eq(mode, "text");
    ck_assert_uint_eq(found, 0);
    ck_assert_ptr_nonnull(synchroniser_missing_vectors_reason(stand_app()->synchroniser, NULL));
    ck_assert(break_qdrant(NULL));
    search_until(2);
}

/* Points of another tenant, or of a deleted document, that Qdrant has as ours. */
FIBER_TEST(hits_of_qdrant_are_read_from_postgresql_with_the_tenant)
{
    static const int8_t vector[EMBEDDINGS_SERVER_DIMENSIONS] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct vector_row rows[2];

    prepare();
    for (size_t i = 0; i < 2; i++)
        rows[i] = (struct vector_row){
            .number =
                stand_number("SELECT number FROM document WHERE id = '%s'", i == 0 ? "c" : "b"),
            .revision = INT64_MAX / 2,
            .tenant_id = stand_staff.tenant_id,
            .chat_id = FIELD_ABSENT,
            .user_id = FIELD_ABSENT,
            .language = -1,
            .vector = vector,
        };
    /* Its point still exists, as the index is not synchronised meanwhile. */
    ck_refused(ask_delete(delete_documents, .params = "user_id=98"), 503, "erasure_unfinished");
    struct synchroniser_index *index = synchroniser_borrow_serving_index(stand_app()->synchroniser);
    ck_assert_ptr_nonnull(index);
    const struct vector_index *vectors = synchroniser_get_vector_index(index);
    ck_ok(vectors->kind->put(vectors->self, rows, 2, &fault));
    synchroniser_release_index(index);
    for (int i = 0; i < 2; i++) {
        const char *mode;
        size_t found;
        for (int tries = 1; search("vectors_failed", &mode, &found); tries++)
            ck_assert_msg(tries < SEARCHES_MAX, "Qdrant does not answer in time");
        ck_assert_str_eq(mode, "hybrid");
        ck_assert_uint_eq(found, 1);
    }
    /* A comparison repairs both: the point without a row is deleted, and the other gets its tenant
     * back. */
    synchroniser_request_comparison(stand_app()->synchroniser);
    search_until(1);
}
