// SPDX-License-Identifier: MIT
#include "embedding/embedder_batch.h"

#include <stdlib.h>

#include "db/transaction.h"

#include "embedding/vector_store.h"
#include "embedding/worth.h"
#include "vectors/quantise.h"

enum {
    LEASE_S = 120, /* longer than a run of the embedder */
    CALL_MS = 30000,
    ROOM = 16 * 1024 * 1024
};

struct batch {
    const struct embedder_batch_options *options;
    struct arena arena;
    enum embedder_batch_end end;
    struct vector_due due[VECTORS_WRITTEN_MAX];
    size_t due_count;
    /* Texts that are asked for; those of `due` that wait for one, and for which. */
    struct slice texts[1 + VECTORS_WRITTEN_MAX]; /* the probe is the first */
    size_t text_count;
    size_t asked[VECTORS_WRITTEN_MAX];
    size_t place[VECTORS_WRITTEN_MAX];
    size_t asked_count;
    struct vector_used used; /* counted before the request */
    int64_t tokens;          /* that it was in the end */
    struct vector_made made[VECTORS_WRITTEN_MAX];
    enum embedder_count how[VECTORS_WRITTEN_MAX]; /* each of `made` */
    size_t made_count;
    int64_t refused[VECTORS_WRITTEN_MAX];
    size_t refused_count;
};

/* --- what is done --- */

static void finish(struct batch *batch, const struct vector_due *due, struct slice vector,
                   bool truncated, enum embedder_count how)
{
    batch->how[batch->made_count] = how;
    batch->made[batch->made_count++] =
        (struct vector_made){due->number, due->hash, vector, truncated};
}

/* The place of the text of due[at] among those that are asked for; their count: it is none. */
static size_t place_of(const struct batch *batch, size_t at)
{
    for (size_t i = 0; i < batch->asked_count; i++) {
        if (slice_equal(batch->due[batch->asked[i]].hash, batch->due[at].hash))
            return batch->place[i];
    }
    return batch->text_count;
}

/* False: it is beyond the budget. */
static bool ask_for(struct batch *batch, size_t at, int64_t tokens_left, int64_t texts_left)
{
    const size_t place = place_of(batch, at);

    if (place == batch->text_count) {
        const int64_t tokens = worth_tokens(batch->due[at].text);
        if (batch->used.tokens + tokens > tokens_left || batch->used.texts >= texts_left)
            return false;
        batch->used.tokens += tokens;
        batch->used.texts++;
        batch->texts[batch->text_count++] = batch->due[at].text;
    }
    batch->asked[batch->asked_count] = at;
    batch->place[batch->asked_count++] = place;
    return true;
}

static bool read_due(struct batch *batch, struct db_rows *rows, struct fault *fault)
{
    batch->due_count = (size_t)rows->count;
    for (int i = 0; i < rows->count; i++)
        vector_store_row(rows, i, &batch->due[i]);
    return db_rows_keep(rows, &batch->arena, fault);
}

static void sort_due(struct batch *batch, int64_t tokens_left, int64_t texts_left)
{
    bool more = true;

    batch->end = batch->due_count > 0 ? EMBEDDER_BATCH_MORE : EMBEDDER_BATCH_NOTHING_DUE;
    for (size_t i = 0; i < batch->due_count; i++) {
        const struct vector_due *due = &batch->due[i];
        if (!worth_a_vector(due->text, due->words) ||
            worth_tokens(due->text) > batch->options->daily_tokens)
            finish(batch, due, (struct slice){NULL, 0}, false, EMBEDDER_SKIPPED);
        else if (due->vector.at != NULL)
            finish(batch, due, due->vector, due->truncated, EMBEDDER_REUSED);
        else if (more)
            more = ask_for(batch, i, tokens_left, texts_left);
    }
    if (!more && batch->asked_count == 0 && batch->made_count == 0)
        batch->end = EMBEDDER_BATCH_OVER_BUDGET;
}

static bool claim(struct db *tx, void *arg, struct fault *fault)
{
    struct batch *batch = arg;
    const struct embedder_batch_options *options = batch->options;
    auto_rows struct db_rows rows = {0};
    struct vector_used used;
    bool granted;
    /* The probe takes a place. */
    const size_t at_once = embeddings_at_once(options->client);
    const size_t most = at_once < VECTORS_WRITTEN_MAX ? at_once : VECTORS_WRITTEN_MAX;

    batch->due_count = batch->asked_count = batch->made_count = 0;
    batch->texts[0] = generation_probes[0];
    batch->text_count = 1;
    batch->used = (struct vector_used){0, 0};
    if (!vector_store_lease(tx, options->who, LEASE_S, &granted, &used, fault))
        return false;
    batch->end = EMBEDDER_BATCH_ELSEWHERE;
    if (!granted)
        return true;
    if (!vector_store_due(tx, options->generation->number, most > 1 ? (int64_t)most - 1 : 1, &rows,
                          fault) ||
        !read_due(batch, &rows, fault))
        return false;
    sort_due(batch, options->daily_tokens - used.tokens, options->minute_texts - used.texts);
    return vector_store_charge(tx, options->who, &batch->used,
                               batch->asked_count + batch->made_count == 0, fault);
}

/* --- what is asked for --- */

static struct slice bytes_of(struct batch *batch, const float *vector, size_t dimensions)
{
    int8_t *bytes = arena_alloc(&batch->arena, dimensions);

    if (bytes == NULL || !vector_quantise(vector, dimensions, bytes))
        return (struct slice){NULL, 0};
    return (struct slice){(const char *)bytes, dimensions};
}

/* `made->list` begins with the probe. */
static bool probe_fits(const struct batch *batch, const struct embeddings *made,
                       struct fault *fault)
{
    const size_t dimensions = (size_t)batch->options->generation->dimensions;

    if (made->dimensions == dimensions &&
        generation_cosine(made->list[0].vector, batch->options->probes, dimensions) >=
            GENERATION_SAME)
        return true;
    return fault_set(fault, FAULT_UNAVAILABLE, "embeddings_swapped",
                     "The endpoint has another model under the same name: its probe moved.");
}

static void take_made(struct batch *batch, const struct embeddings *made)
{
    for (size_t i = 0; i < batch->asked_count; i++) {
        const struct embedding *one = &made->list[batch->place[i]];
        const struct vector_due *due = &batch->due[batch->asked[i]];
        const struct slice bytes = one->vector != NULL
                                       ? bytes_of(batch, one->vector, made->dimensions)
                                       : (struct slice){NULL, 0};
        if (bytes.at != NULL)
            finish(batch, due, bytes, one->truncated, EMBEDDER_MADE);
        else if (one->refused)
            batch->refused[batch->refused_count++] = due->number;
    }
}

static bool ask(struct batch *batch, struct fault *fault)
{
    const struct embedder_batch_options *options = batch->options;
    const struct generation_settings *settings = &options->generation->settings;
    const struct embeddings_ask request = {.model = settings->model,
                                           .dimensions = settings->asked,
                                           .prefix = slice_of(settings->passage_prefix),
                                           .texts = batch->texts,
                                           .count = batch->text_count,
                                           .timeout_ms = CALL_MS,
                                           .tries = EMBEDDINGS_TRIES};
    struct embeddings made;
    struct fault why;
    const bool ok = embeddings_make(options->client, &request, &batch->arena, &made, fault);

    if (made.made > 0)
        batch->tokens = made.tokens > 0 ? made.tokens : batch->used.tokens;
    if (made.made == 0 || made.list[0].vector == NULL)
        return ok && fault_set(fault, FAULT_UNAVAILABLE, "embeddings_refused",
                               "The embeddings endpoint refuses the probe.");
    if (!probe_fits(batch, &made, &why)) {
        *fault = why;
        return false;
    }
    take_made(batch, &made);
    return ok;
}

static bool write(struct db *tx, void *arg, struct fault *fault)
{
    struct batch *batch = arg;
    const struct embedder_batch_options *options = batch->options;
    const int64_t number = options->generation->number;
    const struct vector_used rest = {.tokens = batch->tokens - batch->used.tokens};

    return vector_store_write(tx, number, batch->made, batch->made_count, &batch->arena, fault) &&
           vector_store_postpone(tx, number, batch->refused, batch->refused_count, fault) &&
           vector_store_charge(tx, options->who, &rest, true, fault);
}

static void count(const struct batch *batch)
{
    struct metric *counts = batch->options->counts->list;

    for (size_t i = 0; i < batch->made_count; i++)
        counts[batch->how[i]].value++;
    counts[EMBEDDER_REFUSED].value += (double)batch->refused_count;
}

static bool work(struct batch *batch, struct fault *fault)
{
    struct db_pool *pool = batch->options->service->pool;
    struct fault why = {.code = ""};
    bool asked = true;

    if (!db_transaction(pool, claim, batch, fault))
        return false;
    if (batch->asked_count > 0)
        asked = ask(batch, &why);
    if (batch->asked_count + batch->made_count > 0) {
        if (!db_transaction(pool, write, batch, fault))
            return false;
        count(batch);
    }
    if (!asked)
        *fault = why;
    return asked;
}

bool embedder_batch_run(const struct embedder_batch_options *options, enum embedder_batch_end *end,
                        struct fault *fault)
{
    struct batch *batch = fault_calloc(sizeof *batch, "a batch", fault);

    if (batch == NULL)
        return false;
    batch->options = options;
    arena_init(&batch->arena, ROOM);
    const bool ok = work(batch, fault);
    if (ok)
        *end = batch->end;
    arena_finish(&batch->arena);
    free(batch);
    return ok;
}

/* --- what is counted --- */

static const char *const labels[EMBEDDER_COUNTS] = {
    [EMBEDDER_MADE] = "how=\"made\"",
    [EMBEDDER_REUSED] = "how=\"reused\"",
    [EMBEDDER_SKIPPED] = "how=\"skipped\"",
    [EMBEDDER_REFUSED] = "how=\"refused\"",
};

void embedder_counts_begin(struct embedder_counts *counts)
{
    for (int i = 0; i < EMBEDDER_COUNTS; i++)
        counts->list[i] = (struct metric){.name = "search_vectors_total",
                                          .help = "Documents that waited for a vector, by how.",
                                          .labels = labels[i]};
    metric_register_all(counts->list, EMBEDDER_COUNTS);
}

void embedder_counts_end(struct embedder_counts *counts)
{
    for (int i = 0; i < EMBEDDER_COUNTS; i++)
        metric_unregister(&counts->list[i]);
}
