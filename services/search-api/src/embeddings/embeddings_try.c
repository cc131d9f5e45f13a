// SPDX-License-Identifier: MIT
/* One request to the embeddings endpoint with its retries. */
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/now.h"
#include "base/number.h"
#include "base/parse.h"
#include "base/retry.h"
#include "base/value.h"
#include "loop/fiber.h"
#include "loop/loop.h"

#include "embeddings/embeddings_client_private.h"
#include "jobs/job.h"

enum {
    REQUEST_MAX = 1024 * 1024,    /* bytes */
    ANSWER_MAX = 8 * 1024 * 1024, /* bytes */
    RETRY_AFTER_MAX_S = 60 * 60,  /* a longer Retry-After is cut */
};

static bool asks_dimensions(const struct embeddings_run *run)
{
    return run->job->dimensions > 0 &&
           run->client->no_dimensions != digest_fast64(slice_of(run->job->model));
}

static bool write_request(const struct embeddings_run *run, const struct embeddings_batch *batch,
                          struct buf *out, struct fault *fault)
{
    embeddings_request_write(
        &(struct embeddings_request){.model = run->job->model,
                                     .texts = run->texts + batch->first,
                                     .count = batch->count,
                                     .dimensions = asks_dimensions(run) ? run->job->dimensions : 0,
                                     .base64 = !run->client->no_base64},
        out);
    return buf_ok(out, fault);
}

/* Whether a status shows that the server as a whole fails. A 500 may concern one text (llama.cpp).
 */
static bool shows_server_failure(long status)
{
    return status >= 502 && status <= 504;
}

/* The time limit of the next attempt. */
static int64_t get_attempt_ms(const struct embeddings_run *run)
{
    const struct embeddings_job *job = run->job;
    const int64_t left_ns = job->until_ns - loop_now_ns(run->client->service->loop);

    if (job->until_ns == 0)
        return job->timeout_ms;
    /* Rounded up, so that an attempt that is cut short ends after `until_ns`. */
    return number_min(left_ns > 0 ? left_ns / NS_PER_MS + 1 : 1, job->timeout_ms);
}

static bool send_request(const struct embeddings_run *run, struct slice body, struct arena *arena,
                         struct http_answer *answer, struct fault *fault)
{
    const struct search_config *config = run->client->config;
    const struct slice url = arena_printf(arena, "%s/embeddings", config->embeddings_url),
                       key =
                           arena_printf(arena, "Authorization: Bearer %s", config->embeddings_key);
    const char *const headers[] = {"Content-Type: application/json",
                                   config->embeddings_key[0] != '\0' ? key.at : NULL, NULL};

    if (url.at == NULL || key.at == NULL)
        return arena_fault(fault);
    const struct http_call call = {.method = "POST",
                                   .url = url.at,
                                   .headers = headers,
                                   .body = body,
                                   .timeout_ms = get_attempt_ms(run),
                                   .answer_max = ANSWER_MAX,
                                   .tries = 1, /* the caller decides by the body whether to retry */
                                   .allow_private = true,
                                   .allow_plain = true,
                                   .is_failure = shows_server_failure,
                                   .no_breaker = run->job->with_probe};
    return http_client_call(run->client->service->client, &call, arena, answer, fault);
}

/* --- the answer --- */

void embeddings_read_destroy(struct embeddings_read *read)
{
    if (read == NULL)
        return;
    arena_finish(&read->arena);
    free(read);
}

static void drop_read(void *data)
{
    embeddings_read_destroy(data);
}

static bool parse_answer(void *data, struct fault *fault)
{
    struct embeddings_read *read = data;

    return embeddings_answer_read(read->body, read->count, &read->arena, &read->vectors, fault);
}

/* Reads an answer in a thread of the work pool: lists of numbers may have megabytes. Returns new.
 */
static struct embeddings_read *read_answer_in_thread(struct work *work, struct slice body,
                                                     size_t count, struct fault *fault)
{
    struct embeddings_read *read = fault_calloc(sizeof *read, "vectors", fault);

    if (read == NULL)
        return NULL;
    arena_init(&read->arena, EMBEDDINGS_ROOM + 2 * body.len + ARENA_FIRST_BLOCK);
    read->count = count;
    if (!arena_keep(&read->arena, body, &read->body, fault)) {
        embeddings_read_destroy(read);
        return NULL;
    }
    if (job_run(work, parse_answer, read, drop_read, fault))
        return read;
    if (fault->kind != FAULT_TIMEOUT)
        fault->kind = FAULT_UNAVAILABLE;
    return NULL;
}

static void classify_answer(const struct http_answer *answer, struct arena *arena,
                            struct embeddings_result *result)
{
    struct embeddings_reason reason;
    int64_t seconds;

    embeddings_error_reason_read(answer->body, arena, &reason);
    result->status = answer->status;
    result->outcome = embeddings_outcome_of(answer->status, &reason);
    result->retry_after_s =
        answer->retry_after.at != NULL && parse_i64(answer->retry_after, 0, INT32_MAX, &seconds)
            ? seconds
            : FIELD_ABSENT;
}

/* Sends one request. False: there is no usable answer. */
static bool send_batch_once(const struct embeddings_run *run, const struct embeddings_batch *batch,
                            struct embeddings_result *result, bool *sent, struct fault *fault)
{
    struct embeddings_client *client = run->client;
    struct http_answer answer = {.status = 0};
    AUTO(buf_finish) struct buf body = BUF(REQUEST_MAX);
    AUTO(arena_finish) struct arena arena = ARENA(ANSWER_MAX + REQUEST_MAX);
    bool ok;

    ok = write_request(run, batch, &body, fault) &&
         send_request(run, buf_as_slice(&body), &arena, &answer, fault);
    *sent = answer.sent;
    if (!ok)
        client->calls[fault->kind == FAULT_TIMEOUT ? LATE : LOST].value++;
    else
        classify_answer(&answer, &arena, result);
    if (ok && result->outcome == EMBEDDINGS_MADE) {
        result->read =
            read_answer_in_thread(client->service->work, answer.body, batch->count, fault);
        ok = result->read != NULL;
        if (!ok)
            client->calls[UNUSABLE].value++;
    }
    if (ok)
        client->calls[result->outcome].value++;
    return ok;
}

/* --- retries --- */

static void pause_requests(const struct embeddings_run *run, int64_t ms,
                           const struct embeddings_result *result)
{
    const struct embeddings_policy *policy = &embeddings_policies[result->outcome];
    struct embeddings_client *client = run->client;
    const int64_t until_ns = loop_now_ns(client->service->loop) + ms * NS_PER_MS;

    if (ms <= 0 || (run->job->no_pause && result->outcome == EMBEDDINGS_REFUSED) ||
        until_ns <= client->paused_until_ns)
        return;
    client->paused_until_ns = until_ns;
    client->paused_code = policy->code;
    LOG(LOG_WARN, "embeddings_paused", "Requests to the embeddings endpoint pause",
        log_str("code", policy->code), log_int("status", result->status),
        log_int("seconds", ms / 1000));
}

bool embeddings_is_paused(const struct embeddings_client *client, struct fault *fault)
{
    const int64_t left_ns = client->paused_until_ns - loop_now_ns(client->service->loop);

    if (left_ns <= 0)
        return false;
    fault_set(fault, FAULT_UNAVAILABLE, client->paused_code,
              "Requests to the embeddings endpoint pause.");
    fault->retry_after_s = (int)((left_ns + NS_PER_S - 1) / NS_PER_S);
    return true;
}

/* Waits before the next attempt after a busy answer. False: no attempt is left, or the wait would
 * be too long. */
static bool wait_before_retry(struct embeddings_run *run, const struct embeddings_result *result,
                              unsigned try, struct fault *fault)
{
    static const struct retry_policy policy = {
        .jitter_percent = 100, .waits_ms = {100, 200}
    };
    const int64_t until_ns = fiber_deadline_ns(fiber_current());
    int64_t ms = retry_wait_ms(&policy, (int64_t)try + 1, digest_random_number());

    if (result->retry_after_s != FIELD_ABSENT) {
        const int64_t seconds = number_min(result->retry_after_s, RETRY_AFTER_MAX_S);
        ms += seconds * 1000;
        if (try + 1 >= run->job->tries || ms > run->job->timeout_ms) {
            pause_requests(run, seconds * 1000, result);
            return false;
        }
    }
    if (try + 1 >= run->job->tries ||
        loop_now_ns(run->client->service->loop) + ms * NS_PER_MS >= until_ns)
        return false;
    return fiber_sleep(ms * NS_PER_MS, fault);
}

bool embeddings_set_fault_and_pause(struct embeddings_run *run,
                                    const struct embeddings_result *result, struct fault *fault)
{
    const struct embeddings_policy *policy = &embeddings_policies[result->outcome];

    pause_requests(run, policy->pause_ms, result);
    fault_set(fault, FAULT_UNAVAILABLE, policy->code, "%s", policy->detail);
    if (result->retry_after_s != FIELD_ABSENT && result->retry_after_s < RETRY_AFTER_MAX_S)
        fault->retry_after_s = (int)result->retry_after_s;
    return false;
}

/* Remembers that the endpoint does not support dimensions or base64, so that later requests do not
 * use them. False: the request used neither, so a repetition would fail too. */
static bool remember_unsupported_feature(struct embeddings_run *run,
                                         enum embeddings_outcome outcome)
{
    struct embeddings_client *client = run->client;

    if (outcome == EMBEDDINGS_NO_DIMENSIONS && asks_dimensions(run)) {
        client->no_dimensions = digest_fast64(slice_of(run->job->model));
        return true;
    }
    if (outcome == EMBEDDINGS_NO_BASE64 && !client->no_base64) {
        client->no_base64 = true;
        return true;
    }
    return false;
}

/* Classifies the fault of an attempt without a usable answer. False: the fault does not concern the
 * texts. */
static bool classify_fault(const struct embeddings_run *run, const struct fault *fault,
                           struct embeddings_result *result)
{
    const struct embeddings_job *job = run->job;
    const bool in_time =
        job->until_ns == 0 || loop_now_ns(run->client->service->loop) < job->until_ns;

    result->is_of_text = strcmp(fault->code, "embeddings_vector") == 0;
    result->is_late = job->with_probe && in_time && strcmp(fault->code, "upstream_timeout") == 0;
    result->outcome = result->is_of_text ? EMBEDDINGS_FAILED : EMBEDDINGS_BUSY;
    return result->is_of_text || result->is_late ||
           strcmp(fault->code, "upstream_unreachable") == 0;
}

/* Whether a busy answer is that of a proxy whose server is late, or closes the connection at each
 * attempt. */
static bool is_late_answer(const struct embeddings_run *run, const struct embeddings_result *result,
                           bool is_final)
{
    return run->job->with_probe && (result->status == 504 || (result->status == 502 && is_final));
}

bool embeddings_send_with_retries(struct embeddings_run *run, const struct embeddings_batch *batch,
                                  struct embeddings_result *result, struct fault *fault)
{
    bool sent = false;

    for (unsigned try = 0;;) {
        const bool is_final = batch->count > 1 || try + 1 >= run->job->tries;
        *result = (struct embeddings_result){.retry_after_s = FIELD_ABSENT};
        if (!send_batch_once(run, batch, result, &sent, fault)) {
            if (!classify_fault(run, fault, result))
                return false;
            if (result->is_of_text || result->is_late)
                return true;
            /* Ollama closes the connection during the request for some texts that are too long. */
            if (sent && is_final) {
                result->outcome = EMBEDDINGS_FAILED;
                result->is_of_text = true;
                return true;
            }
            if (!wait_before_retry(run, result, try++, fault))
                return false;
            continue;
        }
        if (remember_unsupported_feature(run, result->outcome))
            continue;
        result->is_late = is_late_answer(run, result, is_final);
        if (result->outcome != EMBEDDINGS_BUSY || result->is_late)
            return true;
        if (!wait_before_retry(run, result, try++, fault))
            return embeddings_set_fault_and_pause(run, result, fault);
    }
}
