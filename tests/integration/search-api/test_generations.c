// SPDX-License-Identifier: MIT
/* Models that are added, removed and replaced under the same name. */

#include "embeddings.h"
#include "support/scratch.h"

enum { DIMENSIONS = EMBEDDINGS_SERVER_DIMENSIONS };

static const struct embeddings_says others[] = {
    {.seed = 1},
    {.dimensions = DIMENSIONS + 1},
};

TEST_CASE("generations", .setup = embedding_begin, .teardown = embedding_finish);

/* Case: The embeddings endpoint has another model under the same name. */
FIBER_TEST_ROWS(replaced_model_writes_nothing, others)
{
    struct embedder_query query;

    write_many(1, 5);
    embedding_start("some-model");
    embedding_works();
    write_many(6, 10);
    embedding_says(*row);
    /* Detected by the probe of the batch. */
    ck_assert_str_eq(embedding_fails(), "embeddings_swapped");
    ck_assert_int_eq(vectors(), 5);
    ck_assert(!embedding_state().usable);
    ck_assert_str_eq(embedding_state().reason, "embeddings_swapped");
    ck_assert_double_eq(metric_of("search_vectors_usable"), 0);
    ck_assert(!embedder_embed_query(embedder, &stand_staff.tenant_id, SLICE("где парковка"), &arena,
                                    &query, &fault));
    ck_assert_str_eq(fault.code, "embeddings_swapped");
    ck_assert_str_eq(embedding_fails(), "embeddings_swapped");
    /* A starting instance detects it too, and creates no generation. */
    embedding_restart("some-model");
    ck_assert_str_eq(embedding_fails(), "embeddings_swapped");
    ck_assert_str_eq(embedding_state().reason, "embeddings_swapped");
    ck_rows(1, "generation");
    /* The old model is back. */
    embedding_says((struct embeddings_says){.status = 0});
    embedder->generations.check_ns = 0;
    embedding_works();
    ck_assert(embedding_state().usable);
    ck_assert_int_eq(vectors(), 10);
}

static void work_for_minutes(int count)
{
    for (int i = 0; i < count; i++) {
        embedding_next_minute();
        embedding_works();
    }
}

/* Another configured model is not blocked by the replaced one. */
FIBER_TEST(replaced_model_may_be_abandoned)
{
    write_many(1, 10);
    embedding_start("one");
    embedding_works();
    embedding_says((struct embeddings_says){.seed = 1});
    embedding_restart("two");
    embedding_works();
    ck_assert_int_eq(vectors(), 20);
    embedding_works();
    ck_assert(embedding_state().usable);
    ck_assert_str_eq(embedding_state().model, "two");
}

FIBER_TEST(missing_old_model_stops_nothing)
{
    write_many(1, 40);
    embedding_start("one");
    embedding_works();
    embedding_stop();
    embedding_next_minute();
    embedding_start_with("two", 10, 100000000);
    embedding_says((struct embeddings_says){.knows = "two"});
    embedding_works();
    /* Searches use words until the new generation is complete. */
    ck_assert(!embedding_state().usable);
    ck_assert_str_eq(embedding_state().reason, "embeddings_refused");
    ck_assert_int_eq(vectors(), 50);
    work_for_minutes(4);
    ck_assert(embedding_state().usable);
    ck_assert_str_eq(embedding_state().model, "two");
}

FIBER_TEST(new_model_fills_while_the_old_one_serves)
{
    write_many(1, 30);
    embedding_start("one");
    embedding_works();
    const int64_t first = embedding_state().generation;
    embedding_stop();
    /* Another model, with a budget for some of them. */
    embedding_next_minute();
    embedding_start_with("two", 10, 100000000);
    embedding_works();
    ck_assert_int_eq(embedding_state().generation, first);
    ck_assert_str_eq(embedding_state().model, "one");
    ck_assert(embedding_state().usable);
    ck_assert_int_eq(vectors(), 40);
    /* New documents get vectors of both. */
    write_one(31, "совсем новое");
    work_for_minutes(1);
    ck_rows(2, "document_vector v JOIN document d"
               " USING (number) WHERE d.id = '31'");
    work_for_minutes(4);
    ck_assert_int_ne(embedding_state().generation, first);
    ck_assert_str_eq(embedding_state().model, "two");
    ck_assert(embedding_state().usable);
    ck_rows(1, "generation WHERE state = 'retired'");
    write_one(32, "ещё новее этого");
    embedding_works();
    ck_assert_int_eq(vectors(), 31 + 32);
    embedding_stop();
    /* Back to the old model: its vectors are not made again. */
    embedding_start("one");
    embedding_says((struct embeddings_says){.status = 0});
    embedding_works();
    embedding_works();
    ck_assert_int_eq(embedding_state().generation, first);
    ck_assert(embeddings_server_heard("ещё новее"));
    ck_assert(!embeddings_server_heard("слово слово 7"));
    ck_assert_int_eq(vectors(), 64);
}

FIBER_TEST(old_generation_is_deleted)
{
    write_many(1, 10);
    embedding_start("one");
    embedding_works();
    embedding_restart("two");
    embedding_works();
    embedding_works();
    ck_assert_str_eq(embedding_state().model, "two");
    ck_assert_int_eq(vectors(), 20);
    stand_sql("UPDATE generation SET retired_at = now() - interval '8 days'"
              " WHERE state = 'retired'");
    embedding_works();
    ck_assert_int_eq(vectors(), 10);
    ck_rows(1, "generation");
}

/* Case: A document is written by a transaction that began before the generation was created. */
FIBER_TEST(document_of_a_late_transaction_gets_its_vector)
{
    PGconn *held = stand_hold(textf(
        "SELECT pg_advisory_xact_lock_shared(7030000000000001);INSERT INTO"
        " search_generations.document (tenant_id, id, source, version, text, sent_at, length,"
        " normaliser, terms) VALUES ('%s', '1', 'api', 1, 'вид на горы', now(), 3, 1, '''a''')",
        stand_tenant()));

    embedding_start("some-model");
    ck_assert(!embedder_run(embedder, &fault)); /* it waits for the lock with a timeout */
    stand_commit(held);
    embedder->generations.check_ns = 0;
    embedding_works();
    ck_assert_str_eq(embedded(), "1");
}
