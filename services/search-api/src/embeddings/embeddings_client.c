// SPDX-License-Identifier: MIT
#include "embeddings/embeddings_client.h"

#include <assert.h>
#include <string.h>

#include "embeddings/embeddings_client_private.h"

enum { FIRST_HALF_MIN = 32 /* bytes of a text that was cut in half */ };

static const char *const lost_labels[] = {"outcome=\"lost\"", "outcome=\"late\"",
                                          "outcome=\"unusable\""};

void embeddings_client_init(struct embeddings_client *client, const struct service *service,
                            const struct search_config *config)
{
    *client = (struct embeddings_client){.service = service,
                                         .config = config,
                                         .texts_max = EMBEDDINGS_REQUEST_TEXTS,
                                         .texts_in_time = EMBEDDINGS_REQUEST_TEXTS};
    for (int i = 0; i < OUTCOMES; i++)
        metric_register_counter(&client->calls[i], "search_embeddings_calls_total",
                                "Requests to the embeddings endpoint.",
                                i < EMBEDDINGS_OUTCOMES ? embeddings_policies[i].label
                                                        : lost_labels[i - EMBEDDINGS_OUTCOMES]);
    metric_register_counter(&client->tokens, "search_embeddings_tokens_total",
                            "Tokens reported by the embeddings endpoint.", NULL);
}

void embeddings_client_finish(struct embeddings_client *client)
{
    metric_unregister_all(client->calls, OUTCOMES);
    metric_unregister(&client->tokens);
}

size_t embeddings_client_request_texts_max(const struct embeddings_client *client)
{
    return client->texts_in_time;
}

/* Adapts the number of texts of further requests to the result of a request with `count` texts. */
static void adapt_request_size(struct embeddings_client *client, size_t count,
                               const struct embeddings_result *result)
{
    const size_t half = count - count / 2;

    if (result->outcome == EMBEDDINGS_TOO_MANY && count > 1)
        client->texts_max = half;
    if (result->outcome == EMBEDDINGS_MADE && count >= client->texts_in_time)
        client->texts_in_time++;
    if (result->is_late && count > 1 && half < client->texts_in_time)
        client->texts_in_time = half;
    if (client->texts_in_time > client->texts_max)
        client->texts_in_time = client->texts_max;
}

/* --- batches of a job --- */

static void push_batch(struct embeddings_run *run, size_t first, size_t count)
{
    run->batches[run->batch_count++] = (struct embeddings_batch){first, count};
}

/* Divides a batch in two: the first `first_count` texts, which are sent first, and the others. */
static void divide_batch(struct embeddings_run *run, const struct embeddings_batch *batch,
                         size_t first_count)
{
    push_batch(run, batch->first + first_count, batch->count - first_count);
    push_batch(run, batch->first, first_count);
}

static bool store_vectors(struct embeddings_run *run, const struct embeddings_batch *batch,
                          const struct embeddings_result *result, struct fault *fault)
{
    const struct embeddings_vectors *vectors = &result->read->vectors;
    const size_t bytes = batch->count * vectors->dimensions * sizeof(float);
    struct embeddings *out = run->out;

    if (out->dimensions != 0 && out->dimensions != vectors->dimensions)
        return fault_set(fault, FAULT_UNAVAILABLE, "embeddings_dimensions",
                         "The endpoint gives vectors of different length.");
    float *values = arena_alloc(run->arena, bytes);
    if (values == NULL)
        return arena_fault(fault);
    memcpy(values, vectors->values, bytes);
    for (size_t i = 0; i < batch->count; i++)
        out->list[batch->first + i].vector = values + i * vectors->dimensions;
    out->dimensions = vectors->dimensions;
    out->made += batch->count;
    if (vectors->tokens > 0) {
        out->tokens += vectors->tokens;
        run->client->tokens.value += (double)vectors->tokens;
    }
    return true;
}

/* The first half of a text, cut between characters and without trailing white space. Absent: less
 * than FIRST_HALF_MIN bytes would remain. */
static struct slice first_half(struct slice text)
{
    struct slice half = {text.at, slice_prefix_len(text, text.len / 2)};

    while (half.len > 0 && strchr(" \t\r\n", half.at[half.len - 1]) != NULL)
        half.len--;
    return half.len >= FIRST_HALF_MIN ? half : SLICE_NONE;
}

/* Handles a batch of one text that the endpoint does not accept: cuts the text in half or, if
 * `may_cut` is false or the half would be too short, marks the text as refused. */
static void cut_or_refuse_text(struct embeddings_run *run, const struct embeddings_batch *batch,
                               bool may_cut)
{
    const size_t index = batch->first;
    const struct slice half = first_half(run->texts[index]);

    if (!may_cut || half.at == NULL || half.len <= run->job->prefix.len) {
        run->out->list[index].refused = true;
        return;
    }
    run->texts[index] = half;
    run->out->list[index].truncated = true;
    push_batch(run, batch->first, 1);
}

/* Whether the endpoint still works: repeats the request for a text that got a vector in this job.
 */
static bool endpoint_works(struct embeddings_run *run)
{
    struct embeddings_batch again = {.count = 1};
    struct embeddings_result result;
    struct fault fault;

    while (run->out->list[again.first].vector == NULL)
        again.first++;
    if (!embeddings_send_with_retries(run, &again, &result, &fault))
        return false;
    embeddings_read_destroy(result.read);
    return result.outcome == EMBEDDINGS_MADE;
}

/* Whether a failure may concern the server or only one text, as with llama.cpp and Ollama. */
static bool may_concern_one_text(const struct embeddings_run *run,
                                 const struct embeddings_result *result)
{
    return result->status == 500 || result->is_of_text || result->is_late ||
           (run->job->with_probe &&
            (result->outcome == EMBEDDINGS_FAILED || result->outcome == EMBEDDINGS_REFUSED));
}

/* Handles a failure that may concern the server or only one text. If other texts get vectors, the
 * failure concerns the text. If no text has a vector yet, a batch of one text is put at the bottom
 * of the stack, to be tried after the other texts, unless it is a probe. False: the failure
 * concerns the server. */
static bool split_defer_or_refuse_batch(struct embeddings_run *run,
                                        const struct embeddings_batch *batch,
                                        const struct embeddings_result *result)
{
    if (batch->count > 1) {
        /* The probe alone shows soonest whether the endpoint refuses everything. */
        const bool probe_first = result->outcome == EMBEDDINGS_REFUSED && run->out->made == 0;
        divide_batch(run, batch, probe_first ? 1 : batch->count / 2);
        return true;
    }
    if (run->out->made > 0) {
        run->out->list[batch->first].refused = endpoint_works(run);
        return run->out->list[batch->first].refused;
    }
    if (run->job->with_probe || run->batch_count <= run->deferred)
        return false;
    memmove(run->batches + 1, run->batches, run->batch_count * sizeof *run->batches);
    run->batches[0] = *batch;
    run->batch_count++;
    run->deferred++;
    return true;
}

static bool store_or_requeue_batch(struct embeddings_run *run, const struct embeddings_batch *batch,
                                   const struct embeddings_result *result, struct fault *fault)
{
    adapt_request_size(run->client, batch->count, result);
    switch (result->outcome) {
    case EMBEDDINGS_MADE:
        return store_vectors(run, batch, result, fault);
    case EMBEDDINGS_TOO_MANY:
    case EMBEDDINGS_TOO_LONG:
    case EMBEDDINGS_BAD_TEXT:
    case EMBEDDINGS_NO_DIMENSIONS:
    case EMBEDDINGS_NO_BASE64:
        if (batch->count > 1)
            divide_batch(run, batch, batch->count / 2);
        else
            cut_or_refuse_text(run, batch,
                               result->outcome == EMBEDDINGS_TOO_LONG ||
                                   result->outcome == EMBEDDINGS_TOO_MANY);
        return true;
    case EMBEDDINGS_FAILED:
    case EMBEDDINGS_BUSY:
    case EMBEDDINGS_REFUSED:
        if (may_concern_one_text(run, result) && split_defer_or_refuse_batch(run, batch, result))
            return true;
        break;
    case EMBEDDINGS_QUOTA:
    case EMBEDDINGS_OUTCOMES:
        break;
    }
    return embeddings_set_fault_and_pause(run, result, fault);
}

static bool send_all_batches(struct embeddings_run *run, struct fault *fault)
{
    while (run->batch_count > 0) {
        const struct embeddings_batch batch = run->batches[--run->batch_count];
        struct embeddings_result result;
        if (batch.count > run->client->texts_in_time) {
            divide_batch(run, &batch, run->client->texts_in_time);
            continue;
        }
        if (!embeddings_send_with_retries(run, &batch, &result, fault))
            return false;
        const bool ok = store_or_requeue_batch(run, &batch, &result, fault);
        embeddings_read_destroy(result.read);
        if (!ok)
            return false;
    }
    return true;
}

static bool prepare_texts_and_batches(struct embeddings_run *run, struct fault *fault)
{
    const struct embeddings_job *job = run->job;

    run->texts = arena_alloc(run->arena, (job->count + 1) * sizeof *run->texts);
    run->batches = arena_alloc(run->arena, (job->count + 1) * sizeof *run->batches);
    run->out->list = arena_alloc(run->arena, (job->count + 1) * sizeof *run->out->list);
    if (run->texts == NULL || run->batches == NULL || run->out->list == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < job->count; i++) {
        run->texts[i] =
            arena_printf(run->arena, "%.*s%.*s", SLICE_ARG(job->prefix), SLICE_ARG(job->texts[i]));
        if (run->texts[i].at == NULL)
            return arena_fault(fault);
    }
    if (job->count > 0)
        push_batch(run, 0, job->count);
    return true;
}

bool embeddings_embed_texts(struct embeddings_client *client, const struct embeddings_job *job,
                            struct arena *arena, struct embeddings *out, struct fault *fault)
{
    struct embeddings_run run = {.client = client, .job = job, .arena = arena, .out = out};

    assert(job->tries >= 1 && job->tries <= EMBEDDINGS_TRIES);
    *out = (struct embeddings){.list = NULL};
    if (!prepare_texts_and_batches(&run, fault))
        return false;
    if (embeddings_is_paused(client, fault))
        return false;
    if (client->running >= EMBEDDINGS_CALLS_MAX)
        return fault_set(fault, FAULT_UNAVAILABLE, "overloaded",
                         "Too many texts wait for their vectors.");
    client->running++;
    const bool ok = send_all_batches(&run, fault);
    client->running--;
    return ok;
}
