// SPDX-License-Identifier: MIT
/* Searches by words and by vectors together, beside an embeddings endpoint of the test's own. The
 * test chooses the vector of each document. */

#include "base/value.h"

#include "embeddings.h"
#include "messages/vector_search.h"
#include "support/scratch.h"
#include "vectors/synchroniser.h"

/* The endpoint answers late on a busy machine, and words alone would be searched. */
__typeof__(http_client_call) __real_http_client_call, __wrap_http_client_call;
bool __wrap_http_client_call(struct http_client *client, const struct http_call *call,
                             struct arena *room, struct http_answer *answer, struct fault *why)
{
    struct http_call patient = *call;

    if (call->timeout_ms == EMBEDDER_QUERY_MS)
        patient.timeout_ms = patience_ms(0);
    return __real_http_client_call(client, &patient, room, answer, why);
}

static void start(void *data)
{
    embedding_start("model");
    stand_app()->embedder = embedder;
    stand_app()->synchroniser = stand_synchroniser();
}

static void begin(void)
{
    embedding_begin();
    stand_run(start, NULL);
}

static void put(const char *id, const char *text)
{
    ck_status(ask_post(post_documents,
                       .body = textf("{'id':'%s','version':1,'text':'%s','user_id':%d,'bot':'taxi',"
                                     "'sent_at':'2026-01-02T03:04:05Z'}",
                                     id, text, id[0])),
              200);
}

/* Gives the document the vector of a text, as a query with that text has it. */
static void let_mean(const char *id, const char *text)
{
    float vector[EMBEDDINGS_SERVER_DIMENSIONS];
    char bytes[EMBEDDINGS_SERVER_DIMENSIONS * 2 + 1];
    float largest = 0;

    embeddings_server_vector(textf("query: %s", text), 0, vector);
    for (int i = 0; i < EMBEDDINGS_SERVER_DIMENSIONS; i++)
        if ((vector[i] < 0 ? -vector[i] : vector[i]) > largest)
            largest = vector[i] < 0 ? -vector[i] : vector[i];
    for (int i = 0; i < EMBEDDINGS_SERVER_DIMENSIONS; i++)
        snprintf(bytes + 2 * i, 3, "%02x", (unsigned)(uint8_t)(int8_t)(vector[i] / largest * 127));
    stand_sql("UPDATE document_vector v SET vector = '\\x%s'::bytea, tx = pg_current_xact_id()"
              " FROM document d WHERE d.number = v.number AND d.id = '%s'",
              bytes, id);
}

/* How many vectors can be searched; -1: none. */
static int64_t held(void)
{
    struct synchroniser_index *index = synchroniser_borrow_serving_index(stand_app()->synchroniser);
    int64_t count = -1;

    if (index == NULL)
        return -1;
    const struct vector_index *vectors = synchroniser_get_vector_index(index);
    ck_ok(vectors->kind->count(vectors->self, &count, &fault));
    synchroniser_release_index(index);
    return count;
}

/* Until the index has this many vectors: open transactions of other suites delay changes. */
static void follow(int64_t count)
{
    stand_until(synchroniser_run(stand_app()->synchroniser, &fault) && held() == count,
                "%s: %lld, not %lld", fault.code, (long long)held(), (long long)count);
}

/* Lexicon and index have all documents, of which this many have a vector. */
static void know(int64_t count)
{
    stand_update_lexicon();
    embedding_works();
    follow(count);
}

static struct answer ask_as(const struct api_caller *caller, const char *members)
{
    struct answer answer;

    stand_ask_admitted(
        answer, ask_post(post_search_messages, .body = textf("{%s}", members), .caller = caller));
    return ck_status(answer, 200);
}

/* "mode: a 1/-, b -/2; reason": the ids with their ranks by words and by vectors, and the reason
 * about vectors. */
static const char *found_as(const struct api_caller *caller, const char *members)
{
    struct answer answer = ask_as(caller, members);
    size_t index;
    const json_t *item;

    buf_printf(&scratch, "%s:", text_at(answer.json, "mode"));
    json_array_foreach(json_object_get(answer.json, "items"), index, item)
    {
        const json_t *why = json_object_get(item, "why");
        const json_t *ranks[] = {json_object_get(why, "text_rank"),
                                 json_object_get(why, "vector_rank")};
        buf_printf(&scratch, "%s %s ", index > 0 ? "," : "", text_at(item, "id"));
        for (int i = 0; i < 2; i++) {
            buf_text(&scratch, i > 0 ? "/" : "");
            if (json_is_integer(ranks[i]))
                buf_i64(&scratch, json_integer_value(ranks[i]));
            else
                buf_char(&scratch, '-');
        }
    }
    json_array_foreach(json_object_get(answer.json, "reasons"), index, item)
    {
        if (strstr(json_string_value(item), "vectors") != NULL)
            buf_printf(&scratch, "; %s", json_string_value(item));
    }
    return scratch_text();
}

static const char *found(const char *members)
{
    return found_as(NULL, members);
}

#define MEANT "где поставить машину"
#define QUERY "'query':'" MEANT "'"

/* `a` has the words, `b` the meaning, `c` neither. */
static void prepare(void)
{
    put("a", "поставить машину у дома");
    put("b", "подземный паркинг свободен");
    put("c", "завтрак с восьми утра");
    know(3);
    let_mean("b", MEANT);
    stand_sql("DELETE FROM document_vector v USING document d WHERE d.number = v.number"
              " AND d.id <> 'b'");
    follow(1);
}

TEST_CASE("vector_search", .setup = begin, .teardown = embedding_finish);

FIBER_TEST(words_and_vectors_make_one_ranking)
{
    prepare();
    ck_assert_str_eq(found(QUERY), "hybrid: a 1/-, b -/1");
    ck_assert_str_eq(found(QUERY ",\"mode\":\"hybrid\""), "hybrid: a 1/-, b -/1");
    ck_assert_str_eq(found(QUERY ",\"mode\":\"vector\""), "vector: b -/1");
    ck_assert_str_eq(found(QUERY ",\"mode\":\"text\""), "text: a 1/-");
    let_mean("b", "завтрак");
    put("d", "поставить машину можно на паркинг");
    know(2);
    let_mean("d", MEANT);
    follow(2);
    ck_has(found(QUERY), " d ");
}

/* More text than PostgreSQL sends at once. */
FIBER_TEST(all_nearest_long_documents_are_found)
{
    write_many(1, 20);
    stand_sql("UPDATE document SET text = text || repeat(' слово', 1400)");
    know(20);
    struct answer answer = ask_as(NULL, QUERY ",'mode':'vector','limit':100");
    ck_text(answer.json, "mode", "vector");
    ck_assert_uint_eq(json_array_size(json_object_get(answer.json, "items")), 20);
}

static void search_once(void *data)
{
    ck_assert_str_eq(found(QUERY ",\"mode\":\"vector\""), "vector: b -/1");
}

/* More searches than concurrent calls of the endpoint. */
FIBER_TEST(searches_wait_for_a_slot_of_the_endpoint)
{
    prepare();
    stand_race(3 * VECTOR_SEARCH_SLOTS, search_once);
}

FIBER_TEST(filters_tenant_and_exclusions_apply_to_vector_results)
{
    prepare();
    ck_assert_str_eq(found("\"query\":\"" MEANT " -паркинг\""), "hybrid: a 1/-");
    ck_assert_str_eq(found(QUERY ",\"bot\":\"hotel\""), "hybrid:");
    ck_assert_str_eq(found(QUERY ",\"user_id\":98"), "hybrid: b -/1");
    ck_assert_str_eq(found(QUERY ",\"to\":\"2026-01-01T00:00:00Z\""), "hybrid:");
    ck_assert_str_eq(found_as(&stand_other, QUERY), "hybrid:");
}

/* Case: The embeddings endpoint is down during a search. */
FIBER_TEST(words_answer_if_the_query_gets_no_vector)
{
    prepare();
    embedding_says((struct embeddings_says){.status = 500, .body = "{}"});
    ck_assert_str_eq(found(QUERY), "text: a 1/-; vectors_failed");
    embedding_says((struct embeddings_says){.status = 0});
    ck_assert_str_eq(found(QUERY), "hybrid: a 1/-, b -/1");
}

FIBER_TEST(words_answer_if_the_tokens_of_the_day_are_used_up)
{
    prepare();
    stand_sql("INSERT INTO embedding_use SELECT (now() AT TIME ZONE 'UTC')::date, '%s', 100000000"
              " ON CONFLICT (day, tenant_id) DO UPDATE SET tokens = EXCLUDED.tokens",
              stand_tenant());
    ck_assert_str_eq(found(QUERY), "text: a 1/-; vectors_over_budget");
}

/* Case: Another model answers under the name of the one whose vectors are stored. */
FIBER_TEST(vectors_of_another_model_are_not_compared)
{
    prepare();
    embedding_says((struct embeddings_says){.seed = 1});
    embedder->generations.check_ns = 0;
    (void)!embedder_run(embedder, &fault);
    ck_assert_str_eq(found(QUERY), "text: a 1/-; vectors_failed");
}

FIBER_TEST(documents_without_a_vector_are_reported)
{
    prepare();
    put("e", "новое сообщение без вектора пока");
    stand_update_lexicon();
    embedding_says((struct embeddings_says){.refuses = "новое"});
    embedding_works();
    ck_assert_str_eq(found(QUERY), "hybrid: a 1/-, b -/1; vectors_missing");
    /* Another tenant's documents do not matter. */
    ck_assert_str_eq(found_as(&stand_other, QUERY), "hybrid:");
}

/* Case: A text is edited, or its author erased, while the index still has the old vector. */
FIBER_TEST(deleted_document_is_not_found_by_its_vector)
{
    prepare();
    /* The index is not synchronised meanwhile. */
    ck_refused(ask_delete(delete_documents, .params = "user_id=98"), 503, "erasure_unfinished");
    ck_assert_str_eq(found(QUERY), "hybrid: a 1/-");
}

FIBER_TEST(phrase_without_any_match_is_ignored)
{
    prepare();
    let_mean("b", "'слова которых нет'");
    follow(1);
    ck_assert_str_eq(found("\"query\":\"\\\"слова которых нет\\\"\""), "hybrid: b -/1");
    ck_assert_str_eq(found("\"query\":\"\\\"слова которых нет\\\"\",\"mode\":\"vector\""),
                     "vector: b -/1");
}

/* The second run must not read the nearest again, of which there are none. */
FIBER_TEST(missed_phrase_without_any_nearest_document_leaks_nothing)
{
    prepare();
    ck_assert_str_eq(found("\"query\":\"\\\"слова которых нет\\\"\",\"user_id\":1"), "hybrid:");
}

FIBER_TEST(pages_follow_one_ranking)
{
    prepare();
    struct answer answer = ask_as(NULL, QUERY ",'limit':1");
    ck_assert_str_eq(
        found(textf(QUERY ",'limit':1,'cursor':'%s'", text_at(answer.json, "next_cursor"))),
        "hybrid: b -/1");
}

/* What GET /v1/index reports about vectors, without the tokens. */
static const char *vectors_report(const struct api_caller *caller, int64_t tokens)
{
    static char text[1024];
    struct answer answer = ck_status(ask_get(get_index, .caller = caller), 200);

    ck_text(answer.json, "backend", "embedded");
    json_t *vectors = json_object_get(answer.json, "vectors");
    ck_number(vectors, "tokens_today", tokens);
    json_object_del(vectors, "tokens_today");
    char *dumped = json_dumps(vectors, JSON_COMPACT | JSON_ENCODE_ANY | JSON_PRESERVE_ORDER);
    snprintf(text, sizeof text, "%s", dumped);
    free(dumped);
    return text;
}

#define VECTORS(reason, generations, max)                                                          \
    "{'reason':" reason ",'generations':[" generations "],'tokens_max':" #max "}"
#define GENERATION(model, state, documents, due, refused, truncated)                               \
    "{'model':'" model "','dimensions':8,'state':'" state "','documents':" #documents              \
    ",'due':" #due ",'refused':" #refused ",'truncated':" #truncated "}"

FIBER_TEST(index_reports_the_serving_generation)
{
    if (stand_in_qdrant())
        return; /* it has reasons of its own */
    const char *const all =
        as_json(VECTORS("null", GENERATION("model", "serving", 2, 1, 1, 1), 100000000));

    ck_assert_str_eq(vectors_report(NULL, 0),
                     as_json(VECTORS("'embeddings_unknown'", "", 100000000)));
    put("a", "поставить машину у дома");
    put("b", "слишком длинное сообщение для модели, которая читает только короткие, поэтому "
             "от него остаётся начало, а конец его модель не увидит никогда");
    put("c", "запретное слово модели");
    embedding_says((struct embeddings_says){.refuses = "запретное", .bytes_max = 160});
    embedding_works();
    const int64_t tokens = stand_number("SELECT sum(tokens) FROM embedding_use");
    ck_assert_int_gt(tokens, 0);
    ck_assert_str_eq(vectors_report(NULL, tokens),
                     as_json(VECTORS("'vectors_loading'",
                                     GENERATION("model", "serving", 2, 1, 1, 1), 100000000)));
    follow(2);
    ck_assert_str_eq(vectors_report(NULL, tokens), all);
    /* About another tenant's documents only the tokens are reported. */
    ck_assert_str_eq(
        vectors_report(&stand_other, tokens),
        as_json(VECTORS("null", GENERATION("model", "serving", 0, 0, 0, 0), 100000000)));
    stand_sql("UPDATE embedding_use SET day = day - 1");
    ck_assert_str_eq(vectors_report(NULL, 0), all);
}

FIBER_TEST(index_reports_the_filling_generation)
{
    if (stand_in_qdrant())
        return; /* it has reasons of its own */

    put("a", "поставить машину у дома");
    put("b", "подземный паркинг свободен");
    know(2);
    embedding_next_minute();
    struct embedder *next = embedding_create("next", 1, 1000);
    stand_app()->embedder = next;
    ck_ok(embedder_run(next, &fault));
    ck_assert_str_eq(vectors_report(NULL, stand_number("SELECT sum(tokens) FROM embedding_use")),
                     as_json(VECTORS("null",
                                     GENERATION("model", "serving", 2, 0, 0,
                                                0) "," GENERATION("next", "filling", 1, 1, 0, 0),
                                     1000)));
    stand_app()->embedder = embedder;
    embedder_stop(next);
}

/* Another tenant has uploaded more documents than are counted, and our text is refused after them.
 */
FIBER_TEST(index_counts_due_documents_among_those_of_other_tenants)
{
    if (stand_in_qdrant())
        return; /* it has reasons of its own */
    put("a", "поставить машину у дома");
    know(1);
    stand_sql(
        "INSERT INTO document (tenant_id, id, source, version, text, sent_at, length,"
        "  normaliser, terms)"
        " SELECT '018f0001-0000-7000-8000-0000000000ff', n, 'api', 1, 'слово', now(), 1, 1, ''"
        " FROM generate_series(1, 20001) n");
    put("b", "подземный паркинг свободен");
    stand_sql("UPDATE vector_due v SET tries = 1 FROM document d"
              " WHERE d.number = v.number AND d.id = 'b'");
    ck_assert_str_eq(
        vectors_report(NULL, stand_number("SELECT sum(tokens) FROM embedding_use")),
        as_json(VECTORS("null", GENERATION("model", "serving", 1, 1, 1, 0), 100000000)));
}

TEST_CASE("vector_search", .setup = embedding_begin, .teardown = embedding_finish);

FIBER_TEST(index_reports_no_vectors_without_an_endpoint)
{
    struct answer answer = ck_status(ask_get(get_index), 200);

    ck_text(answer.json, "backend", "embedded");
    ck_assert(json_is_null(value_at(answer.json, "vectors")));
}
