// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "embeddings/embedder_private.h"
#include "embeddings/vector_store.h"
#include "vectors/quantise.h"

enum {
    LEASE_S = 120,          /* longer than a run of the embedder */
    CALL_MS = 30000,        /* time limit of one attempt to send a request */
    WRITE_MS = 5000,        /* left of the run's time to write the vectors */
    ROOM = 16 * 1024 * 1024 /* bytes of the arena of a batch */
};

struct batch {
    struct embedder *embedder;
    size_t at; /* index in generations.live.list */
    const struct generation *generation;
    struct arena arena;
    enum embedder_batch_end end;
    struct vector_due due[VECTORS_WRITTEN_MAX];
    size_t due_count;
    /* The texts of the request, and the due documents whose vectors are requested. */
    struct slice texts[1 + VECTORS_WRITTEN_MAX]; /* the probe is the first */
    size_t text_count;
    size_t waiting[VECTORS_WRITTEN_MAX]; /* indexes in `due` */
    size_t text_of[VECTORS_WRITTEN_MAX]; /* parallel to `waiting`: indexes in `texts` */
    size_t waiting_count;
    struct vector_spent spent[VECTORS_WRITTEN_MAX]; /* estimated for each text except the probe */
    struct budget budget;
    int64_t texts_left;                           /* texts that may still be sent in this minute */
    int64_t tokens;                               /* tokens that the request has used */
    struct vector_made made[VECTORS_WRITTEN_MAX]; /* results to be written */
    enum embedder_count how[VECTORS_WRITTEN_MAX]; /* what happened to each of `made` */
    size_t made_count;
    int64_t refused[VECTORS_WRITTEN_MAX];
    size_t refused_count;
};

/* --- the claim --- */

/* Adds a due document to `made`, to be written. If `vector` is absent, the document needs no
 * vector. */
static void add_result(struct batch *batch, const struct vector_due *due, struct slice vector,
                       bool truncated, enum embedder_count outcome)
{
    batch->how[batch->made_count] = outcome;
    batch->made[batch->made_count++] =
        (struct vector_made){due->number, due->hash, vector, truncated};
}

/* The index in `texts` of the text of due[at]; `text_count` if the text is not there. */
static size_t find_text_index(const struct batch *batch, size_t due_index)
{
    for (size_t i = 0; i < batch->waiting_count; i++) {
        if (slice_equal(batch->due[batch->waiting[i]].hash, batch->due[due_index].hash))
            return batch->text_of[i];
    }
    return batch->text_count;
}

static size_t count_requested_texts(const struct batch *batch)
{
    return batch->text_count - 1; /* without the probe */
}

/* The estimated tokens of the requested texts of a tenant; NULL: of all tenants. */
static int64_t sum_estimated_tokens(const struct batch *batch, const struct uuid *tenant_id)
{
    int64_t tokens = 0;

    for (size_t i = 0; i < count_requested_texts(batch); i++)
        if (tenant_id == NULL || uuid_equal(&batch->spent[i].tenant_id, tenant_id))
            tokens += batch->spent[i].tokens;
    return tokens;
}

/* Adds the text of a due document to the request. False: the tokens of the tenant or the texts of
 * this minute are used up. */
static bool add_text_within_limits(struct batch *batch, const struct vector_due *due)
{
    const int64_t tokens = budget_estimate_tokens(due->text);
    const int64_t used = due->used + sum_estimated_tokens(batch, &due->tenant_id);

    if (tokens > budget_tokens_left_for_tenant(&batch->budget, used) || batch->texts_left <= 0)
        return false;
    batch->spent[count_requested_texts(batch)] = (struct vector_spent){due->tenant_id, tokens};
    batch->texts[batch->text_count++] = due->text;
    batch->budget.used += tokens;
    batch->texts_left--;
    return true;
}

/* Adds due[due_index] to the request, unless its text is new to the request and exceeds a limit. */
static void add_to_request_within_limits(struct batch *batch, size_t due_index)
{
    const size_t index = find_text_index(batch, due_index);

    if (index == batch->text_count && !add_text_within_limits(batch, &batch->due[due_index]))
        return;
    batch->waiting[batch->waiting_count] = due_index;
    batch->text_of[batch->waiting_count++] = index;
}

/* Decides which due documents need no vector, which reuse a vector of the same text, and for which
 * a vector is requested. */
static void classify_due_documents(struct batch *batch)
{
    batch->end = batch->due_count > 0 ? EMBEDDER_BATCH_MORE : EMBEDDER_BATCH_NOTHING_DUE;
    for (size_t i = 0; i < batch->due_count; i++) {
        const struct vector_due *due = &batch->due[i];
        if (!budget_text_needs_vector(due->text, due->words) ||
            budget_estimate_tokens(due->text) > batch->budget.daily)
            add_result(batch, due, SLICE_NONE, false, EMBEDDER_SKIPPED);
        else if (due->vector.at != NULL)
            add_result(batch, due, due->vector, due->truncated, EMBEDDER_REUSED);
        else
            add_to_request_within_limits(batch, i);
    }
    if (batch->due_count > 0 && batch->waiting_count == 0 && batch->made_count == 0)
        batch->end = EMBEDDER_BATCH_OVER_BUDGET;
}

static bool claim_batch(struct db *tx, void *arg, struct fault *fault)
{
    struct batch *batch = arg;
    const struct embedder *embedder = batch->embedder;
    auto_rows struct db_rows rows = {0};
    int64_t texts;
    bool granted;
    /* The probe counts as a text. */
    const size_t texts_max = embeddings_client_request_texts_max(&embedder->client);
    const size_t most = texts_max < VECTORS_WRITTEN_MAX ? texts_max : VECTORS_WRITTEN_MAX;

    batch->due_count = batch->waiting_count = batch->made_count = 0;
    batch->texts[0] = generation_probes[0];
    batch->text_count = 1;
    batch->budget = (struct budget){
        .daily = budget_tokens_for_documents(embedder->config->embeddings_daily_tokens)};
    if (!vector_store_take_lease(tx, &embedder->instance, LEASE_S, &granted, &texts, fault))
        return false;
    batch->end = EMBEDDER_BATCH_ELSEWHERE;
    if (!granted)
        return true;
    batch->texts_left = embedder->config->embeddings_minute_texts - texts;
    if (!vector_store_read_budget(tx, &batch->budget, fault) ||
        !vector_store_list_due(tx, batch->generation->number, most > 1 ? (int64_t)most - 1 : 1,
                               &batch->budget, &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++)
        vector_store_read_due_row(&rows, i, &batch->due[batch->due_count++]);
    classify_due_documents(batch);
    return db_rows_keep(&rows, &batch->arena, fault) &&
           vector_store_add_used_tokens(tx, batch->spent, count_requested_texts(batch), fault) &&
           vector_store_charge_texts(tx, &embedder->instance, (int64_t)count_requested_texts(batch),
                                     batch->waiting_count + batch->made_count == 0, fault);
}

/* --- the request --- */

static struct slice quantise_into_arena(struct batch *batch, const float *vector, size_t dimensions)
{
    int8_t *bytes = arena_alloc(&batch->arena, dimensions);

    if (bytes == NULL || !quantise_vector(vector, dimensions, bytes))
        return SLICE_NONE;
    return (struct slice){(const char *)bytes, dimensions};
}

static void add_made_vectors(struct batch *batch, const struct embeddings *made)
{
    for (size_t i = 0; i < batch->waiting_count; i++) {
        const struct embedding *one = &made->list[batch->text_of[i]];
        const struct vector_due *due = &batch->due[batch->waiting[i]];
        const struct slice bytes = one->vector != NULL
                                       ? quantise_into_arena(batch, one->vector, made->dimensions)
                                       : SLICE_NONE;
        if (bytes.at != NULL)
            add_result(batch, due, bytes, one->truncated, EMBEDDER_MADE);
        else if (one->refused)
            batch->refused[batch->refused_count++] = due->number;
    }
}

static bool request_vectors(struct batch *batch, struct fault *fault)
{
    struct embedder *embedder = batch->embedder;
    const struct generation_settings *settings = &batch->generation->settings;
    const struct embeddings_job request = {.model = settings->model,
                                           .dimensions = settings->asked,
                                           .prefix = slice_of(settings->passage_prefix),
                                           .texts = batch->texts,
                                           .count = batch->text_count,
                                           .timeout_ms = CALL_MS,
                                           .tries = EMBEDDINGS_TRIES,
                                           .until_ns = fiber_deadline_ns(fiber_current()) -
                                                       WRITE_MS * NS_PER_MS,
                                           .with_probe = true};
    struct embeddings made;
    const bool ok =
        embeddings_embed_texts(&embedder->client, &request, &batch->arena, &made, fault);

    if (made.made > 0)
        batch->tokens = made.tokens > 0 ? made.tokens : sum_estimated_tokens(batch, NULL);
    if (made.made == 0 || made.list[0].vector == NULL)
        return ok && fault_set(fault, FAULT_UNAVAILABLE, "embeddings_refused",
                               "The embeddings endpoint refuses the probe.");
    if (!generations_probes_match(&embedder->generations, batch->at, &made, 1, fault))
        return false;
    add_made_vectors(batch, &made);
    return ok;
}

/* Corrects the tokens charged to tenants: distributes the difference between actual and estimated
 * tokens among the tenants, in proportion to the estimates. */
static bool correct_charged_tokens(struct db *tx, const struct batch *batch, struct fault *fault)
{
    const int64_t estimated = sum_estimated_tokens(batch, NULL);
    struct vector_spent rest[VECTORS_WRITTEN_MAX];

    for (size_t i = 0; i < count_requested_texts(batch); i++) {
        const double part = (double)batch->spent[i].tokens / (double)estimated;
        rest[i] = batch->spent[i];
        rest[i].tokens = (int64_t)(part * (double)(batch->tokens - estimated));
    }
    return vector_store_add_used_tokens(tx, rest, count_requested_texts(batch), fault);
}

static bool write_batch(struct db *tx, void *arg, struct fault *fault)
{
    struct batch *batch = arg;
    const struct embedder *embedder = batch->embedder;
    const int64_t number = batch->generation->number;

    return vector_store_write_vectors(tx, number, batch->made, batch->made_count, fault) &&
           vector_store_postpone_refused(tx, number, batch->refused, batch->refused_count, fault) &&
           correct_charged_tokens(tx, batch, fault) &&
           vector_store_charge_texts(tx, &embedder->instance, 0, true, fault);
}

static void count_outcomes_in_metrics(const struct batch *batch)
{
    struct metric *counts = batch->embedder->counts;

    for (size_t i = 0; i < batch->made_count; i++)
        counts[batch->how[i]].value++;
    counts[EMBEDDER_REFUSED].value += (double)batch->refused_count;
}

static bool run_batch(struct batch *batch, struct fault *fault)
{
    struct db_pool *pool = batch->embedder->service->pool;
    struct fault why = {.code = ""};
    bool waiting = true;

    if (!db_transaction(pool, claim_batch, batch, fault))
        return false;
    if (batch->waiting_count > 0)
        waiting = request_vectors(batch, &why);
    if (batch->waiting_count + batch->made_count > 0) {
        if (!db_transaction(pool, write_batch, batch, fault))
            return false;
        count_outcomes_in_metrics(batch);
    }
    if (!waiting)
        *fault = why;
    return waiting;
}

bool embedder_batch_run(struct embedder *embedder, size_t generation_index,
                        enum embedder_batch_end *end, struct fault *fault)
{
    struct batch *batch = fault_calloc(sizeof *batch, "a batch", fault);

    if (batch == NULL)
        return false;
    batch->embedder = embedder;
    batch->at = generation_index;
    batch->generation = &embedder->generations.live.list[generation_index];
    arena_init(&batch->arena, ROOM);
    const bool ok = run_batch(batch, fault);
    if (ok)
        *end = batch->end;
    arena_finish(&batch->arena);
    free(batch);
    return ok;
}
