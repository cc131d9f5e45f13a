// SPDX-License-Identifier: MIT
/* One call: signed, made, judged, stored. */
#include <stdlib.h>

#include "api/deliver_private.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

enum {
    FLIGHT_ARENA_MAX = DELIVER_BODY_MAX + 128 * 1024,
    HEADER_MAX = 320,
    STORE_PAUSE_MS = 500, /* between two tries to store how a call ended */
    STORE_TRIES_MAX = 40  /* the lease is over by then */
};

static uint32_t chance(void)
{
    uint32_t number;

    digest_random(&number, sizeof number);
    return number;
}

/* --- the call --- */

static void note_fault(const struct fault *fault, bool sent, struct deliver_result *result)
{
    *result = (struct deliver_result){.end = sent ? DELIVER_NO_ANSWER : DELIVER_NOT_SENT,
                                      .retry_after_s = FIELD_ABSENT,
                                      .code = fault->code};
}

static void post(struct deliver_flight *flight, const char *const *headers,
                 struct deliver_result *result)
{
    const struct deliver *deliver = flight->deliver;
    struct http_answer answer = {.sent = false};
    struct deliver_way way;
    struct fault fault;

    if (!deliver_way_of(&deliver->options.hosts, flight->call.url.at, &flight->arena, &way,
                        &fault)) {
        note_fault(&fault, false, result);
        return;
    }
    const struct http_call call = {.method = "POST",
                                   .url = flight->call.url.at,
                                   .headers = headers,
                                   .body = flight->call.body,
                                   .timeout_ms = DELIVER_CALL_MS,
                                   .drops_body = true,
                                   .tries = 1,
                                   .allow_private = way.allow_private,
                                   .allow_plain = way.allow_plain,
                                   .no_breaker = true};
    if (!http_client_call(deliver->http, &call, &flight->arena, &answer, &fault)) {
        note_fault(&fault, answer.sent, result);
        return;
    }
    *result = (struct deliver_result){.end = DELIVER_ANSWERED,
                                      .status = answer.status,
                                      .retry_after_s = deliver_retry_after(answer.retry_after)};
}

static void call_receiver(struct deliver_flight *flight, struct deliver_result *result)
{
    const struct deliver_call *call = &flight->call;
    char idempotency[HEADER_MAX], id[UUID_TEXT_LEN + 1];
    struct deliver_headers sign;
    const char *headers[] = {"Content-Type: application/json",
                             sign.id,
                             sign.timestamp,
                             sign.signature,
                             call->idempotency_key.at != NULL ? idempotency : NULL,
                             NULL};

    uuid_format(&call->id, id);
    deliver_sign_headers(call->key, id, flight->at_s, flight->content, &sign);
    snprintf(idempotency, HEADER_MAX, "Idempotency-Key: %.*s", SLICE_ARG(call->idempotency_key));
    post(flight, headers, result);
}

/* --- its end --- */

static bool store(struct db *tx, void *arg, struct fault *fault)
{
    const struct deliver_settled *settled = arg;

    return deliver_store_settle(tx, settled, fault);
}

static void count_end(struct deliver *deliver, const struct deliver_verdict *verdict)
{
    if (verdict->outcome == DELIVER_DONE) {
        deliver->counters[DELIVER_COUNT_DELIVERED].value++;
        return;
    }
    deliver->counters[DELIVER_COUNT_FAILED].value++;
    if (verdict->outcome == DELIVER_DEAD)
        deliver->counters[DELIVER_COUNT_DEAD].value++;
}

/* When a receiver begins to fail, when it works again, and what is given up. Its address may hold
 * a secret, and is not told. */
static void log_end(const struct deliver_call *call, const struct deliver_verdict *verdict,
                    struct slice reason)
{
    char id[UUID_TEXT_LEN + 1], receiver[UUID_TEXT_LEN + 1];

    uuid_format(&call->id, id);
    uuid_format(&call->receiver_id, receiver);
    if (verdict->outcome == DELIVER_DONE && call->failing)
        LOG(LOG_INFO, "receiver_works", "A receiver takes deliveries again",
            log_str("receiver", receiver));
    if (verdict->outcome != DELIVER_DONE && !call->failing)
        LOG(LOG_WARN, "receiver_fails", "A receiver does not take a delivery",
            log_str("receiver", receiver), log_text("reason", reason));
    if (verdict->outcome == DELIVER_GONE)
        LOG(LOG_WARN, "receiver_gone", "A receiver wants no more deliveries",
            log_str("receiver", receiver));
    if (verdict->outcome == DELIVER_DEAD)
        LOG(LOG_WARN, "delivery_dead", "A delivery is given up", log_str("receiver", receiver),
            log_str("delivery", id), log_text("reason", reason));
}

static void settle(struct deliver_flight *flight, const struct deliver_result *result)
{
    struct deliver *deliver = flight->deliver;
    const struct deliver_verdict verdict = deliver_verdict_of(result, &flight->call.past, chance());
    struct deliver_settled settled = {
        .call = &flight->call, .lease = &flight->lease, .verdict = &verdict};
    char reason[64];
    struct fault fault;

    if (result->end == DELIVER_ANSWERED)
        snprintf(reason, sizeof reason, "status_%ld", result->status);
    else
        snprintf(reason, sizeof reason, "%s", result->code);
    settled.reason = slice_of(reason);
    count_end(deliver, &verdict);
    log_end(&flight->call, &verdict, settled.reason);
    for (int tries = 0; !db_transaction(deliver->options.service->pool, store, &settled, &fault);
         tries++) {
        if (tries == 0)
            log_fault(LOG_WARN, "delivery_not_stored", &fault, SLICE_NONE);
        if (tries == STORE_TRIES_MAX || !fiber_sleep(STORE_PAUSE_MS * NS_PER_MS, &fault))
            return; /* the lease ends, and the item is delivered again */
    }
}

/* --- flights --- */

static void count_flight(struct deliver_flight *flight, int64_t by)
{
    struct deliver *deliver = flight->deliver;

    deliver->flying += by;
    deliver->flying_failing += flight->call.failing ? by : 0;
    deliver->flying_bytes += by * (int64_t)flight->call.body.len;
}

static void flight_end(struct deliver_flight *flight)
{
    struct deliver *deliver = flight->deliver;

    count_flight(flight, -1);
    arena_finish(&flight->arena);
    free(flight);
    deliver_wake(deliver);
}

static void fly(void *data)
{
    struct deliver_flight *flight = data;
    struct deliver_result result;

    call_receiver(flight, &result);
    settle(flight, &result);
    flight_end(flight);
}

static bool copy_text(struct deliver_flight *flight)
{
    struct slice *texts[] = {&flight->call.idempotency_key, &flight->call.url, &flight->call.key};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i]->at == NULL)
            continue;
        *texts[i] = arena_copy(&flight->arena, *texts[i]);
        if (texts[i]->at == NULL)
            return false;
    }
    return true;
}

/* "id.timestamp.body": what is signed, and at its end what is sent. */
static bool make_content(struct deliver_flight *flight)
{
    struct slice *body = &flight->call.body;
    char head[UUID_TEXT_LEN + 32];

    uuid_format(&flight->call.id, head);
    flight->at_s = now_wall_us() / US_PER_S;
    snprintf(head + UUID_TEXT_LEN, sizeof head - UUID_TEXT_LEN, ".%lld.", (long long)flight->at_s);
    const size_t head_len = strlen(head);
    char *content = arena_alloc(&flight->arena, head_len + body->len);
    if (content == NULL)
        return false;
    memcpy(content, head, head_len);
    memcpy(content + head_len, body->at, body->len);
    flight->content = (struct slice){content, head_len + body->len};
    *body = slice_from(flight->content, head_len);
    return true;
}

void deliver_fly(struct deliver *deliver, const struct deliver_call *call, const struct uuid *lease)
{
    struct deliver_flight *flight;
    struct fault fault;

    flight = fault_calloc(sizeof *flight, "a delivery", &fault);
    if (flight == NULL) {
        log_fault(LOG_WARN, "delivery_not_begun", &fault, SLICE_NONE);
        return;
    }
    flight->deliver = deliver;
    flight->call = *call;
    flight->lease = *lease;
    arena_init(&flight->arena, FLIGHT_ARENA_MAX);
    count_flight(flight, 1);
    /* Its waits all end by themselves. */
    const bool copied = (copy_text(flight) && make_content(flight)) || arena_fault(&fault);
    if (copied &&
        fiber_start(deliver->options.service->loop, fly, flight, INT64_MAX, "delivery", &fault))
        return;
    log_fault(LOG_WARN, "delivery_not_begun", &fault, SLICE_NONE);
    flight_end(flight);
}
