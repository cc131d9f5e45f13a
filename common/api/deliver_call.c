// SPDX-License-Identifier: MIT
/* One call: sign, send, evaluate the result, store it. */
#include <stdlib.h>

#include "api/deliver_private.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

enum {
    CALL_ARENA_MAX = DELIVER_BODY_MAX + 128 * 1024,
    HEADER_MAX = 320,
    STORE_PAUSE_MS = 500, /* between two tries to store a result */
    STORE_TRIES_MAX = 40  /* the lease has expired by then */
};

/* --- the call --- */

static void note_fault(const struct fault *fault, bool sent, struct deliver_result *result)
{
    *result = (struct deliver_result){.end = sent ? DELIVER_NO_ANSWER : DELIVER_NOT_SENT,
                                      .retry_after_s = FIELD_ABSENT,
                                      .code = fault->code};
}

static void post(struct deliver_in_flight *in_flight, const char *const *headers,
                 struct deliver_result *result)
{
    const struct deliver *deliver = in_flight->deliver;
    struct http_answer answer = {.sent = false};
    struct deliver_transport transport;
    struct fault fault;

    if (!deliver_transport_of(&deliver->options.hosts, in_flight->call.url.at, &in_flight->arena,
                              &transport, &fault)) {
        note_fault(&fault, false, result);
        return;
    }
    const struct http_call call = {.method = "POST",
                                   .url = in_flight->call.url.at,
                                   .headers = headers,
                                   .body = in_flight->call.body,
                                   .timeout_ms = DELIVER_CALL_MS,
                                   .drops_body = true,
                                   .tries = 1,
                                   .allow_private = transport.allow_private,
                                   .allow_plain = transport.allow_plain,
                                   .no_breaker = true};
    if (!http_client_call(deliver->http, &call, &in_flight->arena, &answer, &fault)) {
        note_fault(&fault, answer.sent, result);
        return;
    }
    *result = (struct deliver_result){.end = DELIVER_ANSWERED,
                                      .status = answer.status,
                                      .retry_after_s = deliver_retry_after(answer.retry_after)};
}

static void call_receiver(struct deliver_in_flight *in_flight, struct deliver_result *result)
{
    const struct deliver_call *call = &in_flight->call;
    char idempotency[HEADER_MAX], id[UUID_TEXT_LEN + 1];
    struct deliver_headers sign;
    const char *headers[] = {"Content-Type: application/json",
                             sign.id,
                             sign.timestamp,
                             sign.signature,
                             call->idempotency_key.at != NULL ? idempotency : NULL,
                             NULL};

    uuid_format(&call->id, id);
    deliver_sign_headers(call->key, id, in_flight->at_s, in_flight->content, &sign);
    snprintf(idempotency, HEADER_MAX, "Idempotency-Key: %.*s", SLICE_ARG(call->idempotency_key));
    post(in_flight, headers, result);
}

/* --- the result --- */

static bool store(struct db *tx, void *arg, struct fault *fault)
{
    const struct deliver_settled *settled = arg;

    return deliver_store_settle(tx, settled, fault);
}

static void count_end(struct deliver *deliver, const struct deliver_decision *decision)
{
    if (decision->outcome == DELIVER_DONE) {
        deliver->counters[DELIVER_COUNT_DELIVERED].value++;
        return;
    }
    deliver->counters[DELIVER_COUNT_FAILED].value++;
    if (decision->outcome == DELIVER_DEAD)
        deliver->counters[DELIVER_COUNT_DEAD].value++;
}

/* Logs when a receiver begins to fail, when it recovers, and dead items. Its address may contain a
 * secret and is not logged. */
static void log_end(const struct deliver_call *call, const struct deliver_decision *decision,
                    struct slice reason)
{
    char id[UUID_TEXT_LEN + 1], receiver[UUID_TEXT_LEN + 1];

    uuid_format(&call->id, id);
    uuid_format(&call->receiver_id, receiver);
    if (decision->outcome == DELIVER_DONE && call->failing)
        LOG(LOG_INFO, "receiver_works", "A receiver takes deliveries again",
            log_str("receiver", receiver));
    if (decision->outcome != DELIVER_DONE && !call->failing)
        LOG(LOG_WARN, "receiver_fails", "A receiver does not take a delivery",
            log_str("receiver", receiver), log_text("reason", reason));
    if (decision->outcome == DELIVER_GONE)
        LOG(LOG_WARN, "receiver_gone", "A receiver wants no more deliveries",
            log_str("receiver", receiver));
    if (decision->outcome == DELIVER_DEAD)
        LOG(LOG_WARN, "delivery_dead", "A delivery is given up", log_str("receiver", receiver),
            log_str("delivery", id), log_text("reason", reason));
}

static void settle(struct deliver_in_flight *in_flight, const struct deliver_result *result)
{
    struct deliver *deliver = in_flight->deliver;
    const struct deliver_decision decision =
        deliver_decide(result, &in_flight->call.history, digest_random_number());
    struct deliver_settled settled = {
        .call = &in_flight->call, .lease = &in_flight->lease, .decision = &decision};
    char reason[64];
    struct fault fault;

    if (result->end == DELIVER_ANSWERED)
        snprintf(reason, sizeof reason, "status_%ld", result->status);
    else
        snprintf(reason, sizeof reason, "%s", result->code);
    settled.reason = slice_of(reason);
    count_end(deliver, &decision);
    log_end(&in_flight->call, &decision, settled.reason);
    for (int tries = 0; !db_transaction(deliver->options.service->pool, store, &settled, &fault);
         tries++) {
        if (tries == 0)
            log_fault(LOG_WARN, "delivery_not_stored", &fault, SLICE_NONE);
        if (tries == STORE_TRIES_MAX || !fiber_sleep(STORE_PAUSE_MS * NS_PER_MS, &fault))
            return; /* the lease expires, and the item is delivered again */
    }
}

/* --- calls in flight --- */

static void count_in_flight(struct deliver_in_flight *in_flight, int64_t by)
{
    struct deliver *deliver = in_flight->deliver;

    deliver->in_flight_count += by;
    deliver->in_flight_failing += in_flight->call.failing ? by : 0;
    deliver->in_flight_bytes += by * (int64_t)in_flight->call.body.len;
}

static void in_flight_end(struct deliver_in_flight *in_flight)
{
    struct deliver *deliver = in_flight->deliver;

    count_in_flight(in_flight, -1);
    arena_finish(&in_flight->arena);
    free(in_flight);
    deliver_wake(deliver);
}

static void run_call(void *data)
{
    struct deliver_in_flight *in_flight = data;
    struct deliver_result result;

    call_receiver(in_flight, &result);
    settle(in_flight, &result);
    in_flight_end(in_flight);
}

static bool copy_text(struct deliver_in_flight *in_flight)
{
    struct slice *texts[] = {&in_flight->call.idempotency_key, &in_flight->call.url,
                             &in_flight->call.key};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i]->at == NULL)
            continue;
        *texts[i] = arena_copy(&in_flight->arena, *texts[i]);
        if (texts[i]->at == NULL)
            return false;
    }
    return true;
}

/* Builds "id.timestamp.body": the signed content, which ends with the sent body. */
static bool make_content(struct deliver_in_flight *in_flight)
{
    struct slice *body = &in_flight->call.body;
    char head[UUID_TEXT_LEN + 32];

    uuid_format(&in_flight->call.id, head);
    in_flight->at_s = now_wall_us() / US_PER_S;
    snprintf(head + UUID_TEXT_LEN, sizeof head - UUID_TEXT_LEN, ".%lld.",
             (long long)in_flight->at_s);
    const size_t head_len = strlen(head);
    char *content = arena_alloc(&in_flight->arena, head_len + body->len);
    if (content == NULL)
        return false;
    memcpy(content, head, head_len);
    memcpy(content + head_len, body->at, body->len);
    in_flight->content = (struct slice){content, head_len + body->len};
    *body = slice_from(in_flight->content, head_len);
    return true;
}

void deliver_start_call(struct deliver *deliver, const struct deliver_call *call,
                        const struct uuid *lease)
{
    struct deliver_in_flight *in_flight;
    struct fault fault;

    in_flight = fault_calloc(sizeof *in_flight, "a delivery", &fault);
    if (in_flight == NULL) {
        log_fault(LOG_WARN, "delivery_not_begun", &fault, SLICE_NONE);
        return;
    }
    in_flight->deliver = deliver;
    in_flight->call = *call;
    in_flight->lease = *lease;
    arena_init(&in_flight->arena, CALL_ARENA_MAX);
    count_in_flight(in_flight, 1);
    /* No deadline: all its waits are limited. */
    const bool copied = (copy_text(in_flight) && make_content(in_flight)) || arena_fault(&fault);
    if (copied && fiber_start(deliver->options.service->loop, run_call, in_flight, INT64_MAX,
                              "delivery", &fault))
        return;
    log_fault(LOG_WARN, "delivery_not_begun", &fault, SLICE_NONE);
    in_flight_end(in_flight);
}
