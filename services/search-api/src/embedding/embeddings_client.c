// SPDX-License-Identifier: MIT
#include "embedding/embeddings_client.h"

#include <assert.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "base/parse.h"
#include "base/value.h"
#include "loop/fiber.h"
#include "loop/loop.h"

#include "embedding/embeddings_batch.h"
#include "embedding/embeddings_read.h"
#include "embedding/embeddings_verdict.h"

enum {
    REQUEST_MAX = 1024 * 1024,
    ANSWER_MAX = 8 * 1024 * 1024,
    BACKOFF_MS = 200, /* before the second try, doubled before the next; half is jitter */
    RETRY_AFTER_MAX_S = 60 * 60, /* longer ones are believed as far */
};

/* What is counted beside verdicts. */
enum { LOST = EMBEDDINGS_VERDICTS, LATE, UNUSABLE, OUTCOMES };
static const char *const lost_labels[] = {"outcome=\"lost\"", "outcome=\"late\"",
                                          "outcome=\"unusable\""};

struct embeddings_client {
    struct embeddings_options options;
    int under_way;
    size_t at_once;
    bool no_base64;
    uint64_t no_dimensions; /* the hash of the model that takes none; 0: none is known */
    int64_t paused_until_ns;
    const char *paused_code;
    struct metric calls[OUTCOMES];
    struct metric tokens;
};

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
                                           .labels = i < EMBEDDINGS_VERDICTS
                                                         ? embeddings_policies[i].label
                                                         : lost_labels[i - EMBEDDINGS_VERDICTS]};
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

/* --- one request --- */

/* All texts of an ask, and those of them that are still to be made. */
struct making {
    struct embeddings_client *client;
    const struct embeddings_ask *ask;
    struct arena *arena;
    struct slice *texts;           /* with their prefix, perhaps cut */
    size_t *order;                 /* of embeddings_plan */
    struct embeddings_part *parts; /* a stack */
    size_t part_count;
    size_t stood_back; /* parts at the bottom of the stack that have failed */
    struct embeddings *out;
};

/* What became of one request. */
struct told {
    enum embeddings_verdict verdict;
    long status;
    bool of_a_text;        /* the vectors of one are none */
    int64_t retry_after_s; /* FIELD_ABSENT: not said */
    size_t fewer;          /* of EMBEDDINGS_TOO_MANY */
    struct embeddings_read *read;
};

static bool asks_dimensions(const struct making *making)
{
    return making->ask->dimensions > 0 &&
           making->client->no_dimensions != digest_fast64(slice_of(making->ask->model));
}

static bool write_request(const struct making *making, const struct embeddings_part *part,
                          struct arena *arena, struct buf *out, struct fault *fault)
{
    struct slice *texts = arena_alloc(arena, part->count * sizeof *texts);

    if (texts == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < part->count; i++)
        texts[i] = making->texts[making->order[part->first + i]];
    embeddings_request_write(
        &(struct embeddings_request){.model = making->ask->model,
                                     .texts = texts,
                                     .count = part->count,
                                     .dimensions =
                                         asks_dimensions(making) ? making->ask->dimensions : 0,
                                     .base64 = !making->client->no_base64},
        out);
    return buf_ok(out, fault);
}

/* Of the server as a whole. 500 may be about one text (llama.cpp). */
static bool is_failure(long status)
{
    return status >= 502 && status <= 504;
}

static bool call_out(const struct making *making, struct slice body, struct arena *arena,
                     struct http_answer *said, struct fault *fault)
{
    const struct embeddings_options *options = &making->client->options;
    const struct slice url = arena_printf(arena, "%s/embeddings", options->url),
                       key = arena_printf(arena, "Authorization: Bearer %s", options->key);
    const char *const headers[] = {"Content-Type: application/json",
                                   options->key[0] != '\0' ? key.at : NULL, NULL};

    if (url.at == NULL || key.at == NULL)
        return arena_fault(fault);
    const struct http_call call = {.method = "POST",
                                   .url = url.at,
                                   .headers = headers,
                                   .body = body,
                                   .timeout_ms = making->ask->timeout_ms,
                                   .answer_max = ANSWER_MAX,
                                   .tries = 1, /* which answers are worth another, the body says */
                                   .allow_private = true,
                                   .allow_plain = true,
                                   .is_failure = is_failure};
    return http_client_call(options->http, &call, arena, said, fault);
}

static void judge(const struct http_answer *said, const struct embeddings_part *part,
                  struct arena *arena, struct told *told)
{
    struct embeddings_reason reason;
    int64_t seconds;

    embeddings_reason_read(said->body, arena, &reason);
    told->status = said->status;
    told->verdict = embeddings_judge(said->status, &reason);
    told->fewer = embeddings_fewer(reason.message, part->count);
    told->retry_after_s =
        said->retry_after.at != NULL && parse_i64(said->retry_after, 0, INT32_MAX, &seconds)
            ? seconds
            : FIELD_ABSENT;
}

/* False: nothing was answered, or nothing of use. */
static bool request(const struct making *making, const struct embeddings_part *part,
                    struct told *told, bool *sent, struct fault *fault)
{
    struct embeddings_client *client = making->client;
    struct http_answer said = {.status = 0};
    AUTO(buf_finish) struct buf body;
    struct arena arena;
    bool ok;

    arena_init(&arena, ANSWER_MAX + REQUEST_MAX);
    buf_init(&body, REQUEST_MAX);
    ok = write_request(making, part, &arena, &body, fault) &&
         call_out(making, buf_as_slice(&body), &arena, &said, fault);
    *sent = said.sent;
    if (!ok)
        client->calls[fault->kind == FAULT_TIMEOUT ? LATE : LOST].value++;
    else
        judge(&said, part, &arena, told);
    if (ok && told->verdict == EMBEDDINGS_MADE) {
        told->read = embeddings_read(client->options.work, said.body, part->count, fault);
        ok = told->read != NULL;
        if (!ok)
            client->calls[UNUSABLE].value++;
    }
    arena_finish(&arena);
    if (ok)
        client->calls[told->verdict].value++;
    return ok;
}

/* --- when it is tried again --- */

static int64_t jitter_ms(unsigned try)
{
    const uint32_t longest_ms = (uint32_t)BACKOFF_MS << try;
    uint32_t random;

    digest_random(&random, sizeof random);
    return longest_ms / 2 + random % (longest_ms / 2);
}

static void pause_for(const struct making *making, int64_t ms, const struct told *told)
{
    const struct embeddings_policy *policy = &embeddings_policies[told->verdict];
    struct embeddings_client *client = making->client;
    const int64_t until_ns = loop_now_ns(client->options.loop) + ms * NS_PER_MS;

    if (ms <= 0 || making->ask->no_pause || until_ns <= client->paused_until_ns)
        return;
    client->paused_until_ns = until_ns;
    client->paused_code = policy->code;
    LOG(LOG_WARN, "embeddings_paused", "The embeddings endpoint is not asked for a while",
        log_str("code", policy->code), log_int("status", told->status),
        log_int("seconds", ms / 1000));
}

static bool is_paused(const struct embeddings_client *client, struct fault *fault)
{
    const int64_t left_ns = client->paused_until_ns - loop_now_ns(client->options.loop);

    if (left_ns <= 0)
        return false;
    fault_set(fault, FAULT_UNAVAILABLE, client->paused_code,
              "The embeddings endpoint is not asked for a while.");
    fault->retry_after_s = (int)((left_ns + NS_PER_S - 1) / NS_PER_S);
    return true;
}

/* Waits before another try of what was busy. False: that is too late. */
static bool wait_busy(struct making *making, const struct told *told, unsigned try,
                      struct fault *fault)
{
    const int64_t until_ns = fiber_deadline_ns(fiber_current());
    int64_t ms = jitter_ms(try);

    if (told->retry_after_s != FIELD_ABSENT) {
        const int64_t seconds =
            told->retry_after_s < RETRY_AFTER_MAX_S ? told->retry_after_s : RETRY_AFTER_MAX_S;
        ms += seconds * 1000;
        if (try + 1 >= making->ask->tries || ms > making->ask->timeout_ms) {
            pause_for(making, seconds * 1000, told);
            return false;
        }
    }
    if (try + 1 >= making->ask->tries ||
        loop_now_ns(making->client->options.loop) + ms * NS_PER_MS >= until_ns)
        return false;
    return fiber_sleep(ms * NS_PER_MS, fault);
}

static bool fail(struct making *making, const struct told *told, struct fault *fault)
{
    const struct embeddings_policy *policy = &embeddings_policies[told->verdict];

    pause_for(making, policy->pause_ms, told);
    fault_set(fault, FAULT_UNAVAILABLE, policy->code, "%s", policy->detail);
    if (told->retry_after_s != FIELD_ABSENT && told->retry_after_s < RETRY_AFTER_MAX_S)
        fault->retry_after_s = (int)told->retry_after_s;
    return false;
}

/* What the endpoint does not take, is not asked for. False: it was not asked for. */
static bool learn(struct making *making, enum embeddings_verdict verdict)
{
    struct embeddings_client *client = making->client;

    if (verdict == EMBEDDINGS_NO_DIMENSIONS && asks_dimensions(making)) {
        client->no_dimensions = digest_fast64(slice_of(making->ask->model));
        return true;
    }
    if (verdict == EMBEDDINGS_NO_BASE64 && !client->no_base64) {
        client->no_base64 = true;
        return true;
    }
    return false;
}

/* A connection that was lost while the request was on its way. Ollama drops it for some texts that
 * are too long. */
static bool was_cut(const struct fault *fault, bool sent)
{
    return sent && strcmp(fault->code, "upstream_unreachable") == 0;
}

/* One part, until it has a verdict that another try of the same does not change. */
static bool try_part(struct making *making, const struct embeddings_part *part, struct told *told,
                     struct fault *fault)
{
    bool sent = false;

    for (unsigned try = 0;;) {
        *told = (struct told){.retry_after_s = FIELD_ABSENT};
        if (!request(making, part, told, &sent, fault)) {
            if (strcmp(fault->code, "embeddings_vector") == 0) {
                told->verdict = EMBEDDINGS_FAILED;
                told->of_a_text = true;
                return true;
            }
            if (strcmp(fault->code, "upstream_unreachable") != 0)
                return false;
            told->verdict = EMBEDDINGS_BUSY;
            if (was_cut(fault, sent) && (part->count > 1 || try + 1 >= making->ask->tries)) {
                told->verdict = EMBEDDINGS_BAD_TEXT;
                return true;
            }
            if (!wait_busy(making, told, try++, fault))
                return false;
            continue;
        }
        if (learn(making, told->verdict))
            continue;
        if (told->verdict != EMBEDDINGS_BUSY)
            return true;
        if (!wait_busy(making, told, try++, fault))
            return fail(making, told, fault);
    }
}

/* --- all of them --- */

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
    if (!try_part(making, &again, &told, &fault))
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
    case EMBEDDINGS_VERDICTS:
        break;
    }
    return fail(making, told, fault);
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
        if (!try_part(making, &part, &told, fault))
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
    if (is_paused(client, fault))
        return false;
    if (client->under_way >= EMBEDDINGS_CALLS_MAX)
        return fault_set(fault, FAULT_UNAVAILABLE, "overloaded",
                         "Too many texts wait for their vectors.");
    client->under_way++;
    const bool ok = make_all(&making, fault);
    client->under_way--;
    return ok;
}
