// SPDX-License-Identifier: MIT
/* The connection to PostgreSQL is lost at each statement of the embedder's run, before it and after
 * it. The next run leaves each document with exactly one vector. */
#include "embeddings.h"
#include "support/failing_pq.h"

enum { DOCUMENTS = 3, RETRY_MS = 2000 };

static void reset(void)
{
    stand_sql("DELETE FROM vector_due");
    stand_sql("DELETE FROM document_vector");
    stand_sql("DELETE FROM generation");
    stand_sql("DELETE FROM embedding_work");
    stand_sql("DELETE FROM embedding_use");
    embedding_says((struct embeddings_says){.status = 0});
}

static bool runs(struct fault *fault)
{
    embedder->generations.check_ns = 0;
    return embedder_run(embedder, fault);
}

static void goes_on(int n, const char *name)
{
    struct fault fault = {.code = ""};

    failing_pq_leap(RETRY_MS * 1000000LL);
    stand_until(runs(&fault), "%d %s: %s", n, name, fault.code);
    failing_pq_leap(0);
    ck_assert_msg(vectors() == DOCUMENTS, "%d %s: %d vectors", n, name, vectors());
    ck_rows(0, "vector_due");
    ck_rows(1, "generation WHERE state = 'serving'");
    ck_rows(1, "embedding_work WHERE leased_until < now()");
    ck_assert(embedding_state().usable);
}

struct round {
    int n;
    enum failing_pq_when when;
};

static int hits;

static void round_body(void *data)
{
    const struct round *round = data;
    struct fault fault = {.code = ""};

    embedding_restart("some-model");
    reset();
    failing_pq_arm(round->n, round->when);
    (void)!runs(&fault);
    const char *name = textf("%s", failing_pq_call(round->n));
    hits += failing_pq_hit();
    failing_pq_arm(0, FAILING_PQ_BEFORE);
    goes_on(round->n, name);
}

static int calls;
static bool is_sync[FAILING_PQ_CALLS];

static void first_body(void *data)
{
    write_many(1, DOCUMENTS);
    embedding_start("some-model");
    /* Once to fill the connections' plans, once to count. */
    for (int i = 0; i < 2; i++) {
        reset();
        failing_pq_arm(0, FAILING_PQ_BEFORE);
        ck_ok(runs(&fault));
    }
    calls = failing_pq_calls();
    for (int n = 1; n <= calls; n++)
        is_sync[n - 1] = failing_pq_is_sync(n);
    goes_on(0, "undisturbed");
}

static void last_body(void *data)
{
    embedding_stop();
}

TEST_CASE("embedder_lost", .setup = embedding_begin, .teardown = embedding_finish);

/* Case: PostgreSQL is lost while vectors are made. */
TEST(lost_postgresql_never_duplicates_or_loses_a_vector)
{
    stand_run(first_body, NULL);
    ck_assert_int_gt(calls, 10);
    for (int n = 1; n <= calls; n++) {
        stand_run(round_body, &(struct round){n, FAILING_PQ_BEFORE});
        if (is_sync[n - 1])
            stand_run(round_body, &(struct round){n, FAILING_PQ_AFTER});
    }
    /* A run may need one call less if the lost connection had more plans than the next one. */
    ck_assert_int_gt(hits, calls * 9 / 10);
    stand_run(last_body, NULL);
}
