// SPDX-License-Identifier: MIT
#include "embeddings/embeddings_client.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "embeddings/embeddings_client_private.h"

static const char *const lost_labels[] = {"outcome=\"lost\"", "outcome=\"late\"",
                                          "outcome=\"unusable\""};

struct embeddings_client *embeddings_client_create(const struct embeddings_options *options,
                                                   struct fault *fault)
{
    struct embeddings_client *client = fault_calloc(sizeof *client, "embeddings", fault);

    if (client == NULL)
        return NULL;
    client->options = *options;
    client->at_once = EMBEDDINGS_AT_ONCE;
    for (int i = 0; i < OUTCOMES; i++)
        client->calls[i] = (struct metric){.name = "search_embeddings_calls_total",
                                           .help = "Requests to the embeddings endpoint.",
                                           .labels = i < EMBEDDINGS_OUTCOMES
                                                         ? embeddings_policies[i].label
                                                         : lost_labels[i - EMBEDDINGS_OUTCOMES]};
    metric_register_all(client->calls, OUTCOMES);
    client->tokens = (struct metric){.name = "search_embeddings_tokens_total",
                                     .help = "Tokens that the embeddings endpoint told of."};
    metric_register(&client->tokens);
    return client;
}

void embeddings_client_destroy(struct embeddings_client *client)
{
    if (client == NULL)
        return;
    for (int i = 0; i < OUTCOMES; i++)
        metric_unregister(&client->calls[i]);
    metric_unregister(&client->tokens);
    free(client);
}

size_t embeddings_at_once(const struct embeddings_client *client)
{
    return client->at_once;
}

/* --- all texts of an ask --- */

static void push(struct making *making, size_t first, size_t count)
{
    making->parts[making->part_count++] = (struct embeddings_part){first, count};
}

/* The half of shorter texts comes first. */
static void push_halves(struct making *making, const struct embeddings_part *part)
{
    const size_t half = part->count / 2;

    push(making, part->first + half, part->count - half);
    push(making, part->first, half);
}

static bool keep(struct making *making, const struct embeddings_part *part, const struct told *told,
                 struct fault *fault)
{
    const struct embeddings_vectors *vectors = embeddings_read_vectors(told->read);
    const size_t bytes = part->count * vectors->dimensions * sizeof(float);
    struct embeddings *out = making->out;

    if (out->dimensions != 0 && out->dimensions != vectors->dimensions)
        return fault_set(fault, FAULT_UNAVAILABLE, "embeddings_dimensions",
                         "The endpoint gives vectors of different length.");
    float *values = arena_alloc(making->arena, bytes);
    if (values == NULL)
        return arena_fault(fault);
    memcpy(values, vectors->values, bytes);
    for (size_t i = 0; i < part->count; i++)
        out->list[making->order[part->first + i]].vector = values + i * vectors->dimensions;
    out->dimensions = vectors->dimensions;
    out->made += part->count;
    if (vectors->tokens > 0) {
        out->tokens += vectors->tokens;
        making->client->tokens.value += (double)vectors->tokens;
    }
    return true;
}

/* Of a text alone. */
static void cut_or_refuse(struct making *making, const struct embeddings_part *part, bool cut)
{
    const size_t place = making->order[part->first];
    const struct slice half = embeddings_half(making->texts[place]);

    if (!cut || half.at == NULL || half.len <= making->ask->prefix.len) {
        making->out->list[place].refused = true;
        return;
    }
    making->texts[place] = half;
    making->out->list[place].truncated = true;
    push(making, part->first, 1);
}

/* Whether a text that has got its vector gets one again. */
static bool still_works(struct making *making)
{
    struct embeddings_part again = {.count = 1};
    struct told told;
    struct fault fault;

    while (making->out->list[making->order[again.first]].vector == NULL)
        again.first++;
    if (!embeddings_try(making, &again, &told, &fault))
        return false;
    embeddings_read_drop(told.read);
    return told.verdict == EMBEDDINGS_MADE;
}

/* 500, or vectors that are none, is of the server or of one text (llama.cpp, Ollama): such a text
 * is known by others that get their vectors. One that fails before any has one waits for them at
 * the bottom of the stack. False: it is of the server. */
static bool stand_back(struct making *making, const struct embeddings_part *part)
{
    if (part->count > 1) {
        push_halves(making, part);
        return true;
    }
    if (making->out->made > 0) {
        making->out->list[making->order[part->first]].refused = still_works(making);
        return making->out->list[making->order[part->first]].refused;
    }
    if (making->part_count <= making->stood_back)
        return false;
    memmove(making->parts + 1, making->parts, making->part_count * sizeof *making->parts);
    making->parts[0] = *part;
    making->part_count++;
    making->stood_back++;
    return true;
}

static bool settle(struct making *making, const struct embeddings_part *part,
                   const struct told *told, struct fault *fault)
{
    switch (told->verdict) {
    case EMBEDDINGS_MADE:
        return keep(making, part, told, fault);
    case EMBEDDINGS_TOO_MANY:
        if (part->count > 1)
            making->client->at_once = told->fewer;
        __attribute__((fallthrough));
    case EMBEDDINGS_TOO_LONG:
    case EMBEDDINGS_BAD_TEXT:
    case EMBEDDINGS_NO_DIMENSIONS:
    case EMBEDDINGS_NO_BASE64:
        if (part->count > 1)
            push_halves(making, part);
        else
            cut_or_refuse(making, part,
                          told->verdict == EMBEDDINGS_TOO_LONG ||
                              told->verdict == EMBEDDINGS_TOO_MANY);
        return true;
    case EMBEDDINGS_FAILED:
        if ((told->status == 500 || told->of_a_text) && stand_back(making, part))
            return true;
        break;
    case EMBEDDINGS_BUSY:
    case EMBEDDINGS_QUOTA:
    case EMBEDDINGS_REFUSED:
    case EMBEDDINGS_OUTCOMES:
        break;
    }
    return embeddings_fail(making, told, fault);
}

static bool make_all(struct making *making, struct fault *fault)
{
    while (making->part_count > 0) {
        const struct embeddings_part part = making->parts[--making->part_count];
        struct told told;
        if (part.count > making->client->at_once) {
            push_halves(making, &part);
            continue;
        }
        if (!embeddings_try(making, &part, &told, fault))
            return false;
        const bool ok = settle(making, &part, &told, fault);
        embeddings_read_drop(told.read);
        if (!ok)
            return false;
    }
    return true;
}

static bool begin(struct making *making, struct fault *fault)
{
    const struct embeddings_ask *ask = making->ask;
    const struct embeddings_limits limits = {making->client->at_once, EMBEDDINGS_BYTES_MAX};
    struct embeddings_plan plan;

    making->texts = arena_alloc(making->arena, (ask->count + 1) * sizeof *making->texts);
    making->parts = arena_alloc(making->arena, (ask->count + 1) * sizeof *making->parts);
    making->out->list = arena_alloc(making->arena, (ask->count + 1) * sizeof *making->out->list);
    if (making->texts == NULL || making->parts == NULL || making->out->list == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < ask->count; i++) {
        making->texts[i] = arena_printf(making->arena, "%.*s%.*s", SLICE_ARG(ask->prefix),
                                        SLICE_ARG(ask->texts[i]));
        if (making->texts[i].at == NULL)
            return arena_fault(fault);
    }
    if (!embeddings_plan_make(making->texts, ask->count, &limits, making->arena, &plan, fault))
        return false;
    making->order = plan.order;
    while (plan.count > 0)
        making->parts[making->part_count++] = plan.parts[--plan.count];
    return true;
}

bool embeddings_make(struct embeddings_client *client, const struct embeddings_ask *ask,
                     struct arena *arena, struct embeddings *out, struct fault *fault)
{
    struct making making = {.client = client, .ask = ask, .arena = arena, .out = out};

    assert(ask->tries >= 1 && ask->tries <= EMBEDDINGS_TRIES);
    *out = (struct embeddings){.list = NULL};
    if (!begin(&making, fault))
        return false;
    if (embeddings_is_paused(client, fault))
        return false;
    if (client->under_way >= EMBEDDINGS_CALLS_MAX)
        return fault_set(fault, FAULT_UNAVAILABLE, "overloaded",
                         "Too many texts wait for their vectors.");
    client->under_way++;
    const bool ok = make_all(&making, fault);
    client->under_way--;
    return ok;
}
