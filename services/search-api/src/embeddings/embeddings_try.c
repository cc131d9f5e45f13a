// SPDX-License-Identifier: MIT
/* One request to the embeddings endpoint: made, answered, tried again. */
#include <string.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/now.h"
#include "base/parse.h"
#include "base/value.h"
#include "loop/fiber.h"
#include "loop/loop.h"

#include "embeddings/embeddings_client_private.h"

enum {
    REQUEST_MAX = 1024 * 1024,
    ANSWER_MAX = 8 * 1024 * 1024,
    BACKOFF_MS = 200, /* before the second try, doubled before the next; half is jitter */
    RETRY_AFTER_MAX_S = 60 * 60, /* longer ones are believed as far */
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
    told->verdict = embeddings_outcome_of(said->status, &reason);
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

bool embeddings_is_paused(const struct embeddings_client *client, struct fault *fault)
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

bool embeddings_fail(struct making *making, const struct told *told, struct fault *fault)
{
    const struct embeddings_policy *policy = &embeddings_policies[told->verdict];

    pause_for(making, policy->pause_ms, told);
    fault_set(fault, FAULT_UNAVAILABLE, policy->code, "%s", policy->detail);
    if (told->retry_after_s != FIELD_ABSENT && told->retry_after_s < RETRY_AFTER_MAX_S)
        fault->retry_after_s = (int)told->retry_after_s;
    return false;
}

/* What the endpoint does not take, is not asked for. False: it was not asked for. */
static bool learn(struct making *making, enum embeddings_outcome verdict)
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

bool embeddings_try(struct making *making, const struct embeddings_part *part, struct told *told,
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
            return embeddings_fail(making, told, fault);
    }
}
