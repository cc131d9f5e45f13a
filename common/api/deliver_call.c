// SPDX-License-Identifier: MIT
/* A call of a receiver: signs and sends an item, evaluates the answer, stores the result. */
#include "api/deliver_private.h"
#include "base/digest.h"
#include "base/log.h"

enum { HEADER_MAX = 320 };

/* --- the call --- */

static void set_result_from_fault(const struct fault *fault, bool sent,
                                  struct deliver_result *result)
{
    *result = (struct deliver_result){.end = sent ? DELIVER_NO_ANSWER : DELIVER_NOT_SENT,
                                      .retry_after_s = FIELD_ABSENT,
                                      .code = fault->code};
}

static void post_item(struct deliver_call *delivery, const char *const *headers,
                      struct deliver_result *result)
{
    const struct deliver *deliver = (const struct deliver *)delivery->base.queue;
    struct arena *arena = &delivery->base.arena;
    struct http_answer answer = {.sent = false};
    struct fault fault;
    bool ours;

    if (!deliver_check_host(&deliver->options.hosts, delivery->url.at, arena, &ours, &fault)) {
        set_result_from_fault(&fault, false, result);
        return;
    }
    const size_t head_len = delivery->content.len - (size_t)delivery->body_len;
    const struct http_call call = {.method = "POST",
                                   .url = delivery->url.at,
                                   .headers = headers,
                                   .body = slice_from(delivery->content, head_len),
                                   .timeout_ms = DELIVER_CALL_MS,
                                   .drops_body = true,
                                   .tries = 1,
                                   .allow_private = ours,
                                   .allow_plain = ours,
                                   .no_breaker = true};
    if (!http_client_call(deliver->http, &call, arena, &answer, &fault)) {
        set_result_from_fault(&fault, answer.sent, result);
        return;
    }
    *result =
        (struct deliver_result){.end = DELIVER_ANSWERED,
                                .status = answer.status,
                                .retry_after_s = deliver_parse_retry_after_s(answer.retry_after)};
}

static void call_receiver(struct deliver_call *call, struct deliver_result *result)
{
    char idempotency[HEADER_MAX], id[UUID_TEXT_LEN + 1];
    struct deliver_headers sign;
    const char *headers[] = {"Content-Type: application/json",
                             sign.id,
                             sign.timestamp,
                             sign.signature,
                             call->idempotency_key.at != NULL ? idempotency : NULL,
                             NULL};

    uuid_format(&call->webhook_id, id);
    deliver_sign_headers(call->key, id, call->at_s, call->content, &sign);
    snprintf(idempotency, HEADER_MAX, "Idempotency-Key: %.*s", SLICE_ARG(call->idempotency_key));
    post_item(call, headers, result);
}

/* --- the result --- */

static bool store_result(struct db *tx, void *arg, struct fault *fault)
{
    const struct deliver_settled *settled = arg;

    return deliver_store_write_result(tx, settled, fault);
}

static void count_result(struct queue *queue, const struct deliver_decision *decision)
{
    if (decision->outcome == DELIVER_DONE) {
        queue->counters[DELIVER_COUNT_DELIVERED].value++;
        return;
    }
    queue->counters[DELIVER_COUNT_FAILED].value++;
    if (decision->outcome == DELIVER_DEAD)
        queue->counters[DELIVER_COUNT_DEAD].value++;
}

/* Logs when a receiver begins to fail, when it recovers, and when an item is dead. The receiver's
 * URL may contain a secret and is not logged. */
static void log_result(const struct deliver_call *call, const struct deliver_decision *decision,
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

static void decide_and_store_result(const struct deliver_call *call,
                                    const struct deliver_result *result)
{
    const struct deliver *deliver = (const struct deliver *)call->base.queue;
    const struct deliver_decision decision =
        deliver_decide(deliver->policy, result, &call->history, digest_random_number());
    struct deliver_settled settled = {.call = call, .decision = &decision};
    char reason[64];

    if (result->end == DELIVER_ANSWERED)
        snprintf(reason, sizeof reason, "status_%ld", result->status);
    else
        snprintf(reason, sizeof reason, "%s", result->code);
    settled.reason = slice_of(reason);
    count_result(call->base.queue, &decision);
    log_result(call, &decision, settled.reason);
    queue_store_result(call->base.queue, store_result, &settled);
}

void deliver_run_call(struct queue_call *base)
{
    struct deliver_call *call = (struct deliver_call *)base;
    struct deliver_result result;

    call_receiver(call, &result);
    decide_and_store_result(call, &result);
}
