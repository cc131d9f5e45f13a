// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/digest.h"
#include "base/metric.h"
#include "base/now.h"
#include "base/number.h"
#include "base/parse.h"
#include "base/retry.h"
#include "http/client.h"
#include "http/client_origin_private.h"
#include "http/client_target_private.h"
#include "http/client_transport_private.h"
#include "loop/fiber.h"

enum {
    TRIES_MAX = 3,
    ADDRESSES_TRIED = 3, /* addresses of one name that are tried until one accepts the connection */
    HEADERS_MAX = 64,
    CONNECT_MS = 3000,
    CONNECTIONS_PER_HOST = 8,
    CONNECTIONS = 64,
    BREAKER_FAILURES = 5, /* consecutive failures that open the circuit */
    BREAKER_OPEN_MS = 5000
};

struct http_client {
    struct loop *loop;
    struct work *work;
    struct http_transport *transport; /* NULL: destroyed; the last running call frees the client */
    struct http_origins origins;
    const char *ca_file;
    int64_t connect_ms;
    struct http_proxy proxy;
    size_t users; /* number of running calls */
};

/* A running call. */
struct outbound {
    struct http_client *client;
    const struct http_call *call;
    struct arena *arena;
    int64_t until_ns;
    struct http_target target;
    struct http_origin *origin;
    bool sent;
    bool unanswered;
};

enum outcome {
    OUTCOME_ANSWERED, /* an answer came, with any status */
    OUTCOME_BROKEN,   /* no answer; the call may be retried */
    OUTCOME_ENDED     /* no answer; the call must not be retried */
};

static enum outcome fail_call(struct fault *fault, enum fault_kind kind, const char *code,
                              const char *detail)
{
    fault_set(fault, kind, code, "%s", detail);
    return OUTCOME_ENDED;
}

static enum outcome fail_unreachable(struct fault *fault)
{
    fault_set(fault, FAULT_UNAVAILABLE, "upstream_unreachable", "A server we need is unreachable.");
    return OUTCOME_BROKEN;
}

static enum outcome fail_timeout(struct fault *fault)
{
    if (fault->kind == FAULT_TIMEOUT)
        fault_set(fault, FAULT_TIMEOUT, "upstream_timeout",
                  "A server we need did not answer in time.");
    return OUTCOME_ENDED;
}

/* --- metrics of all clients of the process --- */

/* Origins are not labels: configuration and people name them, so they are unbounded. */
#define CALLS(outcome)                                                                             \
    {                                                                                              \
        (outcome),                                                                                 \
        {                                                                                          \
            .name = "http_client_calls_total",                                                     \
            .help = "Outbound calls by the answer's class or the reason of none.",                 \
            .labels = "outcome=\"" outcome "\""                                                    \
        }                                                                                          \
    }

static struct {
    const char *outcome;
    struct metric metric;
} calls[] = {
    CALLS("2xx"),
    CALLS("3xx"),
    CALLS("4xx"),
    CALLS("5xx"),
    CALLS("circuit_open"),
    CALLS("upstream_timeout"),
    CALLS("upstream_unreachable"),
    CALLS("other"), /* all other faults */
};
enum { CALLS_COUNT = ARRAY_LEN(calls) };

static struct metric retries = {.name = "http_client_retries_total",
                                .help = "Outbound requests sent again after a failure or a 429."};
static struct metric_histogram duration = {
    .metric = {.name = "http_client_call_duration_seconds",
               .help = "Outbound calls that sent a request, from begin to end with all tries.",
               .type = METRIC_HISTOGRAM}
};

static void register_metrics(void)
{
    for (size_t i = 0; i < CALLS_COUNT; i++)
        metric_register(&calls[i].metric);
    metric_register(&retries);
    metric_register(&duration.metric);
}

static const char *class_of_status(long status)
{
    static const struct {
        long least;
        const char *name;
    } classes[] = {
        {500, "5xx"},
        {400, "4xx"},
        {300, "3xx"},
        {1,   "2xx"},
    };

    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (status >= classes[i].least)
            return classes[i].name;
    return "other";
}

/* Counts a call in the metrics. `fault` NULL: there was an answer, with this `status`. */
static void count_call(long status, const struct fault *fault, bool sent, int64_t took_ns)
{
    const char *outcome = fault != NULL ? fault->code : class_of_status(status);
    size_t i = 0;

    while (i < CALLS_COUNT - 1 && strcmp(calls[i].outcome, outcome) != 0)
        i++;
    calls[i].metric.value++;
    if (sent)
        metric_observe(&duration, (double)took_ns / 1e9);
}

/* --- one attempt --- */

/* True if no address is private. A name with both public and private addresses is refused, because
 * it may be an attack on an internal server. */
static bool are_all_public(const struct work_address *addresses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (work_address_is_private(&addresses[i]))
            return false;
    }
    return count > 0;
}

static bool has_proxy(const struct http_client *client)
{
    return client->proxy.scheme[0] != '\0';
}

/* True if the call may be made. `addresses`: addresses of the server or, with a proxy, of the
 * proxy, which resolves the server's name itself. */
static bool may_call_addresses(const struct outbound *outbound,
                               const struct work_address *addresses, size_t count)
{
    if (outbound->call->allow_private)
        return true;
    return has_proxy(outbound->client) ? !http_target_is_private(&outbound->target)
                                       : are_all_public(addresses, count);
}

static enum outcome classify_answer(const struct http_transport_answer *answer, struct fault *fault)
{
    if (answer->code == CURLE_OK)
        return OUTCOME_ANSWERED;
    if (answer->too_large)
        return fail_call(fault, FAULT_UNAVAILABLE, "answer_too_large",
                         "A server we need answered with more than is accepted.");
    if (answer->arena_full || answer->code == CURLE_OUT_OF_MEMORY) {
        arena_fault(fault);
        return OUTCOME_ENDED;
    }
    if (answer->code == CURLE_ABORTED_BY_CALLBACK)
        return fail_call(fault, FAULT_UNAVAILABLE, "cancelled", "The service is stopping.");
    return fail_unreachable(fault);
}

static bool never_connected(const struct http_transport_answer *answer)
{
    return !answer->sent &&
           (answer->code == CURLE_COULDNT_CONNECT || answer->code == CURLE_OPERATION_TIMEDOUT);
}

static bool may_send_twice(const struct http_call *call)
{
    static const char *const idempotent[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
    const size_t count = ARRAY_LEN(idempotent);

    return call->tries > 1 || slice_find(slice_of(call->method), idempotent, count) < count;
}

/* The name whose addresses the call uses: that of the proxy, if there is one. */
static const char *get_connected_host(const struct outbound *outbound)
{
    return has_proxy(outbound->client) ? outbound->client->proxy.host : outbound->target.host;
}

/* Lets the next calls look the name up again, because its server may have another address now. */
static void distrust_addresses(const struct outbound *outbound)
{
    /* After http_client_destroy() the pool may be destroyed too. */
    if (outbound->call->address == NULL && outbound->client->transport != NULL)
        work_distrust_addresses(outbound->client->work, get_connected_host(outbound));
}

static enum outcome send_request_to_first_reachable(struct outbound *outbound,
                                                    const struct work_address *addresses,
                                                    size_t count,
                                                    struct http_transport_answer *answer,
                                                    struct fault *fault)
{
    const struct http_call *call = outbound->call;
    struct http_transport_request request = {
        .call = call,
        .url = outbound->target.url,
        .ca_file = outbound->client->ca_file,
        .repeatable = may_send_twice(call),
        .connect_ms = call->address == NULL ? outbound->client->connect_ms : 0,
        .proxy = has_proxy(outbound->client) ? &outbound->client->proxy : NULL,
    };
    bool in_time = true;

    for (size_t i = 0; i < count && i < ADDRESSES_TRIED; i++) {
        request.address = addresses[i];
        in_time = http_transport_run(outbound->client->transport, &request, outbound->arena,
                                     outbound->until_ns, answer, fault);
        outbound->sent = outbound->sent || answer->sent;
        if (!in_time || !never_connected(answer) || outbound->client->transport == NULL)
            break;
    }
    if (in_time ? never_connected(answer) : !answer->sent && !answer->no_connection)
        distrust_addresses(outbound);
    return in_time ? classify_answer(answer, fault) : fail_timeout(fault);
}

/* True if the name server caused the fault. False if the cause is in this process, such as a full
 * queue or no memory. */
static bool is_resolver_failure(const struct fault *fault)
{
    return strcmp(fault->code, "host_unknown") == 0 ||
           strcmp(fault->code, "resolver_unavailable") == 0;
}

static bool resolve_addresses(const struct outbound *outbound, struct work_address *out,
                              size_t *count, struct fault *fault)
{
    if (outbound->call->address == NULL)
        return work_resolve(outbound->client->work, get_connected_host(outbound),
                            has_proxy(outbound->client) ? outbound->client->proxy.port
                                                        : outbound->target.port,
                            outbound->until_ns, out, count, fault);
    out[0] = *outbound->call->address;
    *count = 1;
    return true;
}

static enum outcome attempt_call(struct outbound *outbound, struct http_transport_answer *answer,
                                 struct fault *fault)
{
    struct work_address found[WORK_ADDRESSES_MAX];
    size_t count = WORK_ADDRESSES_MAX;

    if (!resolve_addresses(outbound, found, &count, fault)) {
        if (fault->kind == FAULT_TIMEOUT)
            return fail_timeout(fault);
        return is_resolver_failure(fault) ? fail_unreachable(fault) : OUTCOME_ENDED;
    }
    if (outbound->client->transport == NULL)
        return fail_call(fault, FAULT_UNAVAILABLE, "cancelled", "The service is stopping.");
    if (!may_call_addresses(outbound, found, count))
        return fail_call(fault, FAULT_UNAVAILABLE, "address_refused",
                         "The address leads into a network that is not called.");
    return send_request_to_first_reachable(outbound, found, count, answer, fault);
}

/* --- retries --- */

/* True if the status is a failure of the origin. 501 means that it lacks a feature, not that it
 * fails. */
static bool is_failure_status(const struct http_call *call, long status)
{
    return call->is_failure != NULL ? call->is_failure(status) : status >= 500 && status != 501;
}

/* True for failures, and for 429, which is no failure of the origin, because it concerns one
 * caller. */
static bool is_status_retryable(const struct http_call *call, long status)
{
    return is_failure_status(call, status) || (call->is_failure == NULL && status == 429);
}

/* Reports the result of an attempt to the circuit breaker. The result does not count if the fiber's
 * deadline ended the attempt before `timeout_ms`, or if no connection was free. */
static void report_to_breaker(const struct outbound *outbound, bool is_probe, enum outcome outcome,
                              const struct http_transport_answer *answer, const struct fault *fault)
{
    int64_t now_ns = loop_now_ns(outbound->client->loop);
    bool slow = outcome == OUTCOME_ENDED && fault->kind == FAULT_TIMEOUT &&
                !answer->no_connection && outbound->until_ns < fiber_deadline_ns(fiber_current());
    bool good = outcome == OUTCOME_ANSWERED && !is_failure_status(outbound->call, answer->status);

    if (outbound->call->no_breaker)
        return;
    if (outcome == OUTCOME_ENDED && !slow)
        http_origin_ignore_call(outbound->origin, is_probe);
    else
        http_origin_report(&outbound->client->origins, outbound->origin, is_probe, good, now_ns);
}

static int64_t retry_pause_ns(unsigned try, const struct http_transport_answer *answer)
{
    static const struct retry_policy policy = {
        .jitter_percent = 100, .waits_ms = {50, 100}
    };
    int64_t seconds;

    if (answer->retry_after.at != NULL && parse_i64(answer->retry_after, 0, 86400, &seconds))
        return seconds * 1000 * NS_PER_MS;
    return retry_wait_ms(&policy, (int64_t)try + 1, digest_random_number()) * NS_PER_MS;
}

/* Decides whether to try again, and pauses before that. True: try again. */
static bool pause_before_retry(const struct outbound *outbound, unsigned try,
                               const struct http_transport_answer *answer)
{
    struct fault ignored;
    unsigned tries = outbound->call->tries < TRIES_MAX ? outbound->call->tries : TRIES_MAX;
    int64_t pause = retry_pause_ns(try, answer);

    if (try + 1 >= tries || loop_now_ns(outbound->client->loop) + pause >= outbound->until_ns ||
        !http_origin_take_retry(outbound->origin))
        return false;
    if (!fiber_sleep(pause, &ignored) || outbound->client->transport == NULL)
        return false;
    retries.value++;
    return true;
}

static enum outcome call_with_retries(struct outbound *outbound,
                                      struct http_transport_answer *answer, struct fault *fault)
{
    http_origin_add_retry_credit(outbound->origin);
    for (unsigned try = 0;; try++) {
        struct http_transport_answer fresh = {.code = CURLE_OK};
        struct fault refused;
        bool probe = false;
        if (!outbound->call->no_breaker &&
            !http_origin_admit(outbound->origin, loop_now_ns(outbound->client->loop), &probe,
                               &refused)) {
            if (try == 0)
                *fault = refused;
            return try == 0 || answer->status == 0 ? OUTCOME_ENDED : OUTCOME_ANSWERED;
        }
        enum outcome outcome = attempt_call(outbound, &fresh, fault);
        report_to_breaker(outbound, probe, outcome, &fresh, fault);
        outbound->unanswered |= fresh.sent && outcome != OUTCOME_ANSWERED;
        *answer = fresh;
        if (outcome == OUTCOME_ENDED ||
            (outcome == OUTCOME_ANSWERED && !is_status_retryable(outbound->call, fresh.status)) ||
            !pause_before_retry(outbound, try, &fresh))
            return outcome;
    }
}

/* --- the whole call --- */

/* Checks method and headers. curl writes them as they are, so a line break would begin a header. */
static bool check_method_and_headers(const struct http_call *call, struct fault *fault)
{
    size_t count = 0;
    size_t method_len = strlen(call->method);
    bool ok = method_len > 0 && strspn(call->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == method_len;

    for (const char *const *at = call->headers; ok && at != NULL && *at != NULL; at++)
        ok = ++count <= HEADERS_MAX && strpbrk(*at, "\r\n") == NULL;
    if (!ok)
        return fault_set(fault, FAULT_INTERNAL, "bad_call",
                         "The method or a header of an outbound call is wrong.");
    return true;
}

static enum outcome call_origin(struct outbound *outbound, struct http_transport_answer *answer,
                                struct fault *fault)
{
    const struct http_call *call = outbound->call;

    if (!check_method_and_headers(call, fault) ||
        !http_target_parse(call->url, outbound->arena, &outbound->target, fault))
        return OUTCOME_ENDED;
    if (outbound->target.plain && !call->allow_plain)
        return fail_call(fault, FAULT_UNAVAILABLE, "address_refused",
                         "The address is not encrypted, which is not allowed here.");
    if (!http_origin_acquire(&outbound->client->origins, outbound->target.origin, &outbound->origin,
                             fault))
        return OUTCOME_ENDED;
    enum outcome outcome = call_with_retries(outbound, answer, fault);
    http_origin_release(outbound->origin);
    return outcome;
}

static int64_t call_deadline_ns(const struct http_client *client, const struct http_call *call)
{
    int64_t until_ns = loop_now_ns(client->loop) + call->timeout_ms * NS_PER_MS;

    return number_min(until_ns, fiber_deadline_ns(fiber_current()));
}

static void release_client(struct http_client *client)
{
    client->users--;
    if (client->transport != NULL || client->users > 0)
        return;
    http_origins_finish(&client->origins);
    free(client);
}

bool http_client_call(struct http_client *client, const struct http_call *call, struct arena *arena,
                      struct http_answer *answer, struct fault *fault)
{
    struct outbound outbound = {
        .client = client, .call = call, .arena = arena, .until_ns = call_deadline_ns(client, call)};
    struct http_transport_answer got = {.code = CURLE_OK};
    int64_t began_ns = now_mono_ns();

    client->users++;
    enum outcome outcome = call_origin(&outbound, &got, fault);
    release_client(client);
    int64_t took_ns = now_mono_ns() - began_ns;
    count_call(got.status, outcome == OUTCOME_ANSWERED ? NULL : fault, outbound.sent, took_ns);
    answer->sent = outbound.sent;
    answer->unanswered = outbound.unanswered;
    answer->took_ms = took_ns / NS_PER_MS;
    answer->distrust = got.distrust;
    if (outcome != OUTCOME_ANSWERED)
        return false;
    answer->status = got.status;
    answer->body = got.body;
    answer->retry_after = got.retry_after;
    memcpy(answer->headers, got.headers, sizeof answer->headers);
    answer->certificate_until_us = got.certificate_until_us;
    return true;
}

struct http_client *http_client_create(struct loop *loop, struct work *work,
                                       const struct http_client_options *options,
                                       struct fault *fault)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        fault_set(fault, FAULT_INTERNAL, "curl_init", "curl does not start.");
        return NULL;
    }
    struct http_proxy proxy = {0};
    if (options->proxy != NULL && options->proxy[0] != '\0' &&
        !http_proxy_parse(options->proxy, &proxy, fault))
        return NULL;
    struct http_client *client = fault_calloc(sizeof *client, "an HTTP client", fault);
    if (client == NULL)
        return NULL;
    register_metrics();
    client->proxy = proxy;
    client->loop = loop;
    client->work = work;
    client->ca_file = options->ca_file;
    client->connect_ms = options->connect_ms > 0 ? options->connect_ms : CONNECT_MS;
    client->origins.failures_max = BREAKER_FAILURES;
    client->origins.open_ns =
        (options->breaker_open_ms > 0 ? options->breaker_open_ms : BREAKER_OPEN_MS) * NS_PER_MS;
    client->transport = http_transport_create(
        loop,
        options->connections_per_host > 0 ? options->connections_per_host : CONNECTIONS_PER_HOST,
        options->connections > 0 ? options->connections : CONNECTIONS, fault);
    if (client->transport == NULL) {
        free(client);
        return NULL;
    }
    return client;
}

void http_client_destroy(struct http_client *client)
{
    if (client == NULL)
        return;
    http_transport_destroy(client->transport);
    client->transport = NULL;
    client->users++;
    release_client(client);
}
