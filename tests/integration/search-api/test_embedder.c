// SPDX-License-Identifier: MIT
/* Vectors of documents beside a real PostgreSQL and an embeddings endpoint of the test's own: which
 * are made, in what order, and only once; edits and refusals. */
#include "embeddings.h"
#include "embeddings/generation.h"
#include "support/scratch.h"

enum { DIMENSIONS = EMBEDDINGS_SERVER_DIMENSIONS };

/* The endpoint takes so long for each byte of a request; calls that would be late end at once. */
static int64_t byte_ms;

__typeof__(http_client_call) __real_http_client_call, __wrap_http_client_call;
bool __wrap_http_client_call(struct http_client *client, const struct http_call *call,
                             struct arena *room, struct http_answer *answer, struct fault *why)
{
    if ((int64_t)call->body.len * byte_ms <= call->timeout_ms)
        return __real_http_client_call(client, call, room, answer, why);
    /* Otherwise the circuit, which queries use, would open. */
    ck_assert(call->no_breaker);
    *answer = (struct http_answer){.sent = true};
    return fault_set(why, FAULT_TIMEOUT, "upstream_timeout", "The test has no time.");
}

/* --- made vectors --- */

TEST_CASE("embedder", .setup = embedding_begin, .teardown = embedding_finish);

FIBER_TEST(old_and_new_documents_get_vectors)
{
    write_one(1, "парковка во дворе");
    embedding_start("some-model");
    embedding_works();
    write_one(2, "вид на горы");
    write_one(3, "да");
    write_one(4, "/start now");
    embedding_works();
    ck_assert_str_eq(embedded(), "1 2");
    ck_rows(0, "vector_due");
    check_vector(1, "passage: парковка во дворе", 0);
    check_vector(2, "passage: вид на горы", 0);
    ck_assert(!embeddings_server_heard("passage: да"));
    ck_assert(embedding_state().usable);
    ck_assert_str_eq(embedding_state().model, "some-model");
    ck_assert_int_eq(embedding_state().due, 0);
    ck_assert_double_eq(metric_of("search_vectors_total{how=\"made\"}"), 2);
    ck_assert_double_eq(metric_of("search_vectors_total{how=\"skipped\"}"), 2);
}

static const struct {
    bool commits;
    const char *embedded;
} deletions[] = {
    {true,  "1 3"  },
    {false, "1 2 3"},
};

/* A document is being deleted while older documents are queued. */
FIBER_TEST_ROWS(document_being_deleted_does_not_stop_the_queue, deletions)
{
    write_many(1, 3);
    PGconn *held = stand_hold("DELETE FROM search_embedder.document WHERE id = '2'");
    embedding_start("some-model");
    embedding_works();
    ck_assert_str_eq(embedded(), "1 3");
    if (row->commits)
        stand_commit(held);
    else
        PQfinish(held);
    embedding_works();
    ck_assert_str_eq(embedded(), row->embedded);
    ck_rows(1, "generation WHERE queued_below = 0");
}

FIBER_TEST(newest_documents_come_first_within_the_budget_of_a_minute)
{
    embedding_early_in_a_minute();
    write_many(1, 100);
    embedding_start_with("some-model", 40, 100000000);
    embedding_works();
    ck_assert_int_eq(vectors(), 40);
    ck_sql(61, "SELECT min(d.id::bigint) FROM document d JOIN document_vector USING (number)");
    ck_assert_double_eq(metric_of("search_vectors_over_budget"), 1);
    /* Documents that arrive meanwhile are newer. */
    write_one(101, "совсем новое");
    embedding_early_in_a_minute();
    embedding_next_minute();
    embedding_works();
    ck_assert_int_eq(vectors(), 80);
    ck_rows(1, "document_vector v JOIN document d"
               " USING (number) WHERE d.id = '101'");
}

FIBER_TEST(budget_of_the_day_survives_a_restart)
{
    write_many(1, 100);
    /* The server counts 10 tokens for each text. */
    embedding_start_with("some-model", 100000, 500);
    for (int i = 0; i < 5; i++)
        embedding_works();
    const int first = vectors();
    ck_assert_int_ge(first, 30);
    ck_assert_int_le(first, 80);
    ck_assert_double_eq(metric_of("search_vectors_over_budget"), 1);
    /* A restart does not reset the budget. */
    embedding_stop();
    embedding_start_with("some-model", 100000, 500);
    embedding_works();
    ck_assert_int_eq(vectors(), first);
    stand_sql("UPDATE embedding_use SET day = day - 1");
    embedding_works();
    ck_assert_int_gt(vectors(), first);
}

FIBER_TEST(equal_texts_are_requested_once)
{
    write_all(1, 50, "спасибо большое");
    embedding_start("some-model");
    embedding_works();
    ck_assert_int_eq(vectors(), 50);
    ck_assert_int_le(embeddings_server_texts(), 10); /* including probes */
    const int asked = embeddings_server_texts();
    write_all(51, 60, "спасибо большое");
    embedding_works();
    ck_assert_int_eq(vectors(), 60);
    ck_assert_int_eq(embeddings_server_texts(), asked);
    ck_sql(1, "SELECT count(DISTINCT vector) FROM document_vector");
    /* Vectors of texts are reused only from existing documents. */
    stand_sql("DELETE FROM document");
    ck_assert_int_eq(vectors(), 0);
    ck_rows(0, "vector_due");
}

FIBER_TEST(edited_text_loses_its_vector_at_once)
{
    write_one(1, "парковка во дворе");
    write_one(2, "вид на горы");
    embedding_start("some-model");
    embedding_works();
    const long long before = stand_number("SELECT max(tx::text::bigint) FROM document_vector");
    /* Another user, the same text. */
    stand_sql("UPDATE document SET version = 2, user_id = 9 WHERE id = '1'");
    ck_assert_int_eq(vectors(), 2);
    stand_sql("UPDATE document SET version = 3, text = 'места нет совсем' WHERE id = '1'");
    ck_assert_str_eq(embedded(), "2");
    embedding_works();
    ck_assert_str_eq(embedded(), "1 2");
    check_vector(1, "passage: места нет совсем", 0);
    ck_assert_int_gt(stand_number("SELECT max(tx::text::bigint) FROM document_vector"), before);
}

static void race_edit(void *data)
{
    stand_sleep(300);
    stand_sql("UPDATE document SET version = 2, text = 'новый текст здесь' WHERE id = '1'");
}

/* Case: A text is edited while its vector is made. */
FIBER_TEST(text_edited_during_embedding_gets_its_own_vector)
{
    embedding_start("some-model");
    embedding_works();
    write_one(1, "парковка во дворе");
    embedding_says((struct embeddings_says){.ms = 1000});
    stand_go(race_edit, NULL);
    embedding_works();
    stand_join();
    embedding_works();
    ck_assert_str_eq(embedded(), "1");
    check_vector(1, "passage: новый текст здесь", 0);
}

/* The clock of the server was a year ahead. */
FIBER_TEST(lease_that_ends_too_late_does_not_hold)
{
    embedding_start("some-model");
    embedding_works();
    write_one(1, "парковка во дворе");
    embedding_works();
    write_one(2, "вид на горы");
    stand_sql("UPDATE embedding_work SET leased_by = gen_random_uuid(),"
              " leased_until = now() + interval '1 minute'");
    embedding_works();
    ck_assert_str_eq(embedded(), "1");
    stand_sql("UPDATE embedding_work SET leased_until = now() + interval '1 year'");
    embedding_works();
    ck_assert_str_eq(embedded(), "1 2");
}

static struct embedder *copies[3];

static void run_copy(void *data)
{
    ck_ok(embedder_run(copies[(intptr_t)data], &fault));
}

/* Case: Two instances make vectors. */
FIBER_TEST(concurrent_instances_make_each_vector_once)
{
    embedding_start("some-model");
    embedding_works();
    for (int i = 0; i < 3; i++) {
        copies[i] = embedding_create("some-model", 100000, 100000000);
        ck_ok(embedder_run(copies[i], &fault));
    }
    write_many(1, 200);
    embedding_says((struct embeddings_says){.ms = 20});
    stand_race(3, run_copy);
    embedding_works();
    ck_assert_int_eq(vectors(), 200);
    /* With a probe in each request. */
    ck_assert_int_eq(embeddings_server_texts(), 200 + embeddings_server_requests());
    for (int i = 0; i < 3; i++)
        embedder_stop(copies[i]);
}

/* Case: The embeddings endpoint fails and the process ends in the middle of the work. */
FIBER_TEST(vectors_made_before_a_failure_are_stored)
{
    const struct embeddings_says steps[] = {{.status = 0}, {.status = 0}, {.status = 500}};

    write_many(1, 100);
    embedding_start("some-model");
    embeddings_server_says(steps, 3);
    ck_assert_str_eq(embedding_fails(), "embeddings_failed");
    const int made = vectors();
    ck_assert_int_ge(made, 20);
    ck_assert_int_lt(made, 100);
    ck_assert(embedding_state().usable);
    embedding_says((struct embeddings_says){.status = 0});
    embedding_restart("some-model");
    embedding_works();
    ck_assert_int_eq(vectors(), 100);
    ck_assert_int_eq(embeddings_server_texts(), 100 - made + 3 + embeddings_server_requests() - 1);
}

FIBER_TEST(refused_text_is_tried_three_times)
{
    write_many(1, 20);
    write_one(21, "плохой текст");
    embedding_start("some-model");
    embedding_says((struct embeddings_says){.refuses = "плохой"});
    embedding_works();
    ck_assert_int_eq(vectors(), 20);
    ck_rows(1, "vector_due WHERE tries = 1 AND next_at > now() + interval '50 minutes'");
    for (int i = 0; i < 2; i++) {
        stand_sql("UPDATE vector_due SET next_at = now()");
        embedding_works();
    }
    ck_rows(0, "vector_due");
    ck_assert_double_eq(metric_of("search_vectors_total{how=\"refused\"}"), 3);
}

FIBER_TEST(vector_of_a_truncated_text_is_marked)
{
    write_one(1, "парковка во дворе, вид на горы и на город, вай-фай, кухня, балкон, лифт");
    embedding_start("some-model");
    embedding_says((struct embeddings_says){.bytes_max = 100});
    embedding_works();
    ck_rows(1, "document_vector WHERE truncated");
}

/* --- tenants --- */

static long long vectors_of(const struct api_caller *caller)
{
    char tenant[UUID_TEXT_LEN + 1];

    uuid_format(&caller->tenant_id, tenant);
    return stand_number("SELECT count(*) FROM document_vector JOIN document d USING (number)"
                        " WHERE d.tenant_id = '%s'",
                        tenant);
}

/* Case: One tenant has far more documents that wait for a vector than another. */
FIBER_TEST(tenant_with_many_documents_shares_the_minute)
{
    embedding_early_in_a_minute();
    write_many_of(&stand_other, 1, 10);
    write_many(11, 200);
    embedding_start_with("some-model", 40, 100000000);
    embedding_works();
    ck_assert_int_eq(vectors(), 40);
    ck_assert_int_eq(vectors_of(&stand_other), 10);
}

/* The endpoint is too slow for a whole batch, and a firewall refuses one text of a tenant. */
FIBER_TEST(slow_batch_and_forbidden_text_do_not_stop_other_documents)
{
    embedding_start("some-model");
    embedding_works();
    write_many_of(&stand_other, 1, 20);
    write_many(21, 60);
    write_one(61, "запретный текст");
    embedding_says((struct embeddings_says){.forbids = "запретный"});
    byte_ms = 40;
    for (int i = 0; i < 2; i++)
        embedding_works();
    byte_ms = 0;
    ck_assert_int_lt(embeddings_server_most(), 32);
    ck_assert_int_eq(vectors(), 60);
    ck_assert_int_eq(vectors_of(&stand_other), 20);
    ck_rows(1, "vector_due WHERE tries = 1 AND next_at > now() + interval '50 minutes'");
}

/* One text alone takes longer than a call may. */
FIBER_TEST(text_that_is_always_late_is_postponed)
{
    embedding_start("some-model");
    embedding_works();
    write_many_of(&stand_other, 1, 20);
    write_one(21, "слово слово");
    stand_sql("UPDATE document SET text = repeat('слово ', 1000) WHERE id = '21'");
    byte_ms = 10;
    for (int i = 0; i < 2; i++)
        embedding_works();
    byte_ms = 0;
    ck_assert_int_eq(vectors(), 20);
    ck_rows(1, "vector_due WHERE tries = 1");
}

/* Case: One tenant uses up the tokens of the day. */
FIBER_TEST(tenant_over_its_budget_leaves_tokens_to_others)
{
    write_many_of(&stand_other, 1, 1);
    write_many(2, 200);
    /* The server counts 10 tokens for each text. */
    embedding_start_with("some-model", 100000, 1000);
    for (int i = 0; i < 20; i++)
        embedding_works();
    ck_assert_double_eq(metric_of("search_vectors_over_budget"), 1);
    ck_assert_int_ge(vectors(), 30);
    ck_assert_int_lt(vectors(), 150);
    write_many_of(&stand_other, 301, 305);
    embedding_works();
    ck_assert_int_eq(vectors_of(&stand_other), 6);
}

FIBER_TEST(future_document_does_not_come_first)
{
    embedding_early_in_a_minute();
    embedding_start_with("some-model", 1, 100000000);
    embedding_works();
    write_one(1, "из далёкого будущего");
    stand_sql("UPDATE document SET sent_at = '2099-01-01', text = text || ' сюда'");
    write_one(2, "написано только что");
    stand_sql("UPDATE document SET sent_at = now(), text = text || ' здесь' WHERE id = '2'");
    embedding_works();
    ck_assert_str_eq(embedded(), "2");
}

/* --- queries --- */

/* On a busy machine a query may wait longer than EMBEDDER_QUERY_MS. */
static bool ask(const struct api_caller *caller, struct embedder_query *query)
{
    bool made;

    stand_until((made = embedder_embed_query(embedder, &caller->tenant_id, SLICE("где парковка"),
                                             &arena, query, &fault)) ||
                    fault.kind != FAULT_TIMEOUT,
                "the endpoint answers in time");
    return made;
}

FIBER_TEST(query_has_its_own_prefix)
{
    float query_terms[DIMENSIONS];
    struct embedder_query query;

    embedding_start("some-model");
    ck_assert(!ask(&stand_staff, &query));
    ck_assert_str_eq(fault.code, "embeddings_unknown");
    embedding_works();
    ck_assert(ask(&stand_staff, &query));
    embeddings_server_vector("query: где парковка", 0, query_terms);
    ck_assert(generation_cosine_of_unit_vectors(query_terms, query.vector, DIMENSIONS) > 0.9999);
    ck_assert_int_eq(query.generation, embedding_state().generation);
    embedding_says((struct embeddings_says){.status = 503});
    ck_assert(!ask(&stand_staff, &query));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
}

/* A firewall refuses a query. */
FIBER_TEST(refused_query_does_not_pause_documents)
{
    struct embedder_query query;

    embedding_start("some-model");
    embedding_works();
    embedding_says((struct embeddings_says){.forbids = "парковка"});
    ck_assert(!ask(&stand_staff, &query));
    ck_assert_str_eq(fault.code, "embeddings_refused");
    write_one(1, "вид на горы");
    embedding_works();
    ck_assert_str_eq(embedded(), "1");
}

/* Of one tenant, until its tokens are used up. */
static int queries_of(const struct api_caller *caller)
{
    enum { MOST = 50 };
    struct embedder_query query;
    int made = 0;

    while (made < MOST && ask(caller, &query))
        made++;
    ck_assert_str_eq(fault.code, "embeddings_over_budget");
    return made;
}

/* Case: One tenant uses up the tokens of the day. */
FIBER_TEST(queries_are_charged_and_leave_tokens_to_others)
{
    write_many_of(&stand_other, 1, 1);
    write_many(2, 2);
    embedding_start_with("some-model", 100000, 2000);
    embedding_works();
    stand_sql("DELETE FROM embedding_use");
    stand_sql("INSERT INTO embedding_use SELECT (now() AT TIME ZONE 'UTC')::date,"
              " gen_random_uuid(), 1450");
    ck_assert_int_gt(queries_of(&stand_staff), 10);
    embedding_works();
    ck_assert_int_gt(stand_number("SELECT sum(tokens) FROM embedding_use"), 1650);
    ck_assert_int_gt(queries_of(&stand_other), 10);
}

static const struct {
    struct embeddings_says step;
    const char *code;
} starts[] = {
    {{.status = 401},                                                                             "embeddings_refused"},
    {{.status = 429, .body = "{\"error\":{\"code\":\"insufficient_quota\"}}"},                    "embeddings_busy"   },
    {{.status = 429, .body = "{\"error\":{\"message\":\"no\",\"code\":\"insufficient_quota\"}}"},
     "embeddings_quota"                                                                                               },
    {{.status = 500},                                                                             "embeddings_failed" },
    {{.cuts = ""},                                                                                NULL                },
    {{.fewer = true},                                                                             "embeddings_count"  },
};

FIBER_TEST_ROWS(failing_endpoint_makes_no_generation, starts)
{
    write_many(1, 5);
    embedding_says(row->step);
    embedding_start("some-model");
    const char *code = embedding_fails();
    ck_assert_msg(row->code == NULL || strcmp(code, row->code) == 0, "%s", code);
    ck_assert(!embedding_state().usable);
    ck_assert_str_eq(embedding_state().reason, code);
    ck_rows(0, "generation");
    ck_assert_int_eq(vectors(), 0);
}
