// SPDX-License-Identifier: MIT
#include "http/client.h"

#include <stdlib.h>
#include <strings.h>

#include "base/digest.h"
#include "base/now.h"
#include "base/parse.h"
#include "http/client_metric_private.h"
#include "http/client_origin_private.h"
#include "http/client_target_private.h"
#include "http/client_transport_private.h"
#include "loop/fiber.h"

enum {
    TRIES_MAX = 3,
    REDIRECTS_MAX = 10,
    ADDRESSES_TRIED = 3, /* of one name, while connecting fails */
    CONNECT_MS = 3000,   /* of one address */
    BACKOFF_MS = 100,    /* before the first repetition, doubled before the next; half is jitter */
    HEADERS_MAX = 64
};

struct http_client {
    struct loop *loop;
    struct work *work;
    struct http_transport
        *transport; /* NULL once destroyed; the last call under way frees the rest */
    struct http_origins origins;
    const char *user_agent;
    const char *ca_file;
    size_t users; /* calls under way */
};

/* The request that is sent next; a redirect changes it. */
struct hop {
    struct http_target target;
    const char *method;
    const char *const *headers;
    struct slice body;
    struct http_origin *origin;
};

/* The call as a whole. */
struct outbound {
    struct http_client *client;
    const struct http_call *call;
    struct arena *arena;
    int64_t until_ns;
    bool sent;
};

enum outcome {
    OUTCOME_ANSWERED, /* whatever the status */
    OUTCOME_BROKEN,   /* no answer; may be tried again */
    OUTCOME_ENDED     /* no answer; must not be tried again */
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

/* --- one attempt --- */

/* One private address refuses all: a name with both kinds may be an attack on an internal server.
 */
static bool all_public(const struct work_address *found, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (work_address_is_private(&found[i]))
            return false;
    }
    return count > 0;
}

static enum outcome judge_answer(const struct http_transport_answer *answer, struct fault *fault)
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

static bool is_repeatable(const struct http_call *call, const char *method)
{
    static const char *const idempotent[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
    for (size_t i = 0; i < sizeof(idempotent) / sizeof(idempotent[0]); i++) {
        if (strcmp(method, idempotent[i]) == 0)
            return true;
    }
    return call->tries > 1;
}

static enum outcome send_to(struct outbound *outbound, const struct hop *hop,
                            const struct work_address *found, size_t count,
                            struct http_transport_answer *answer, struct fault *fault)
{
    struct http_transport_request request = {
        .url = hop->target.url,
        .method = hop->method,
        .headers = hop->headers,
        .user_agent = outbound->client->user_agent,
        .ca_file = outbound->client->ca_file,
        .body = hop->body,
        .repeatable = is_repeatable(outbound->call, hop->method),
        .connect_ms = CONNECT_MS,
        .answer_max = outbound->call->answer_max,
    };
    for (size_t i = 0; i < count && i < ADDRESSES_TRIED; i++) {
        request.address = found[i];
        bool in_time = http_transport_run(outbound->client->transport, &request, outbound->arena,
                                          outbound->until_ns, answer, fault);
        outbound->sent = outbound->sent || answer->sent;
        if (!in_time)
            return fail_timeout(fault);
        if (!never_connected(answer) || outbound->client->transport == NULL)
            break;
    }
    return judge_answer(answer, fault);
}

/* True when the name server is the reason. False: the reason is in this process, such as a full
 * queue or no memory. */
static bool is_resolver_failure(const struct fault *fault)
{
    return strcmp(fault->code, "host_unknown") == 0 ||
           strcmp(fault->code, "resolver_unavailable") == 0;
}

static enum outcome attempt_hop(struct outbound *outbound, const struct hop *hop,
                                struct http_transport_answer *answer, struct fault *fault)
{
    struct work_address found[WORK_ADDRESSES_MAX];
    size_t count = WORK_ADDRESSES_MAX;
    if (!work_resolve(outbound->client->work, hop->target.host, hop->target.port,
                      outbound->until_ns, found, &count, fault)) {
        if (fault->kind == FAULT_TIMEOUT)
            return fail_timeout(fault);
        return is_resolver_failure(fault) ? fail_unreachable(fault) : OUTCOME_ENDED;
    }
    if (outbound->client->transport == NULL)
        return fail_call(fault, FAULT_UNAVAILABLE, "cancelled", "The service is stopping.");
    if (!outbound->call->allow_private && !all_public(found, count))
        return fail_call(fault, FAULT_UNAVAILABLE, "address_refused",
                         "The address leads into a network that is not called.");
    return send_to(outbound, hop, found, count, answer, fault);
}

/* --- tries --- */

static bool is_failure(const struct http_call *call, long status)
{
    return call->is_failure != NULL ? call->is_failure(status) : status >= 500 && status != 501;
}

static bool is_worth_repeating(const struct http_call *call, long status)
{
    return status == 429 || is_failure(call, status);
}

/* Reports the result of an attempt to the circuit breaker. When the fiber's deadline ended the
 * attempt before `timeout_ms`, that says nothing about the origin. */
static void report_to_origin(const struct outbound *outbound, struct hop *hop, bool probe,
                             enum outcome outcome, const struct http_transport_answer *answer,
                             const struct fault *fault)
{
    int64_t now_ns = loop_now_ns(outbound->client->loop);
    bool slow = outcome == OUTCOME_ENDED && fault->kind == FAULT_TIMEOUT &&
                outbound->until_ns < fiber_deadline_ns(fiber_current());
    if (outcome == OUTCOME_ANSWERED)
        http_origin_report(&outbound->client->origins, hop->origin, probe,
                           !is_failure(outbound->call, answer->status), now_ns);
    else if (outcome == OUTCOME_BROKEN || slow)
        http_origin_report(&outbound->client->origins, hop->origin, probe, false, now_ns);
    else
        http_origin_excuse(hop->origin, probe);
}

static int64_t pause_before(unsigned try, const struct http_transport_answer *answer)
{
    uint32_t random;
    int64_t seconds;
    int64_t longest_ms = (int64_t)BACKOFF_MS << try;
    if (answer->retry_after.at != NULL && parse_i64(answer->retry_after, 0, 86400, &seconds))
        return seconds * 1000 * NS_PER_MS;
    digest_random(&random, sizeof(random));
    return (longest_ms / 2 + (int64_t)(random % (uint32_t)(longest_ms / 2))) * NS_PER_MS;
}

/* Decides on another try. True after its pause: try again. */
static bool pause_before_next(struct outbound *outbound, const struct hop *hop, unsigned try,
                              const struct http_transport_answer *answer)
{
    struct fault ignored;
    unsigned tries = outbound->call->tries < TRIES_MAX ? outbound->call->tries : TRIES_MAX;
    int64_t pause = pause_before(try, answer);
    if (try + 1 >= tries || loop_now_ns(outbound->client->loop) + pause >= outbound->until_ns ||
        !http_origin_spend(hop->origin))
        return false;
    if (!fiber_sleep(pause, &ignored) || outbound->client->transport == NULL)
        return false;
    http_client_metric_retry();
    return true;
}

static enum outcome try_hop(struct outbound *outbound, struct hop *hop,
                            struct http_transport_answer *answer, struct fault *fault)
{
    http_origin_earn(hop->origin);
    for (unsigned try = 0;; try++) {
        struct http_transport_answer fresh = {.code = CURLE_OK};
        struct fault refused;
        bool probe;
        if (!http_origin_admit(hop->origin, loop_now_ns(outbound->client->loop), &probe,
                               &refused)) {
            if (try == 0)
                *fault = refused;
            return try == 0 || answer->status == 0 ? OUTCOME_ENDED : OUTCOME_ANSWERED;
        }
        enum outcome outcome = attempt_hop(outbound, hop, &fresh, fault);
        report_to_origin(outbound, hop, probe, outcome, &fresh, fault);
        *answer = fresh;
        if (outcome == OUTCOME_ENDED ||
            (outcome == OUTCOME_ANSWERED && !is_worth_repeating(outbound->call, fresh.status)) ||
            !pause_before_next(outbound, hop, try, &fresh))
            return outcome;
    }
}

static enum outcome call_hop(struct outbound *outbound, struct hop *hop,
                             struct http_transport_answer *answer, struct fault *fault)
{
    if (hop->target.plain && !outbound->call->allow_plain)
        return fail_call(fault, FAULT_UNAVAILABLE, "address_refused",
                         "The address is not encrypted, which is not allowed here.");
    if (!http_origin_hold(&outbound->client->origins, hop->target.origin, &hop->origin, fault))
        return OUTCOME_ENDED;
    enum outcome outcome = try_hop(outbound, hop, answer, fault);
    http_origin_release(hop->origin);
    return outcome;
}

/* --- redirects --- */

static bool is_redirect(const struct http_transport_answer *answer)
{
    long status = answer->status;
    return answer->location.len > 0 &&
           (status == 301 || status == 302 || status == 303 || status == 307 || status == 308);
}

/* Keys and cookies must not reach another origin. */
static bool keep_harmless_headers(struct hop *hop, struct arena *arena)
{
    static const char *const harmless[] = {
        "Accept:", "Accept-Language:", "Content-Type:", "X-Request-Id:", "traceparent:"};
    const char **kept = arena_alloc(arena, (HEADERS_MAX + 1) * sizeof(*kept));
    size_t count = 0;
    if (kept == NULL)
        return false;
    for (const char *const *at = hop->headers; at != NULL && *at != NULL; at++) {
        for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
            if (strncasecmp(*at, harmless[i], strlen(harmless[i])) == 0)
                kept[count++] = *at;
        }
    }
    hop->headers = kept;
    return true;
}

static bool redirect_hop(struct outbound *outbound, struct hop *hop,
                         const struct http_transport_answer *answer, struct fault *fault)
{
    struct http_target next;
    bool is_post = strcmp(hop->method, "POST") == 0;
    if (!http_target_follow(&hop->target, answer->location.at, outbound->arena, &next, fault))
        return fault_set(fault, FAULT_UNAVAILABLE, "address_refused",
                         "A server we need sent us to an address that is not called.");
    if ((answer->status == 303 && strcmp(hop->method, "HEAD") != 0) ||
        (answer->status <= 302 && is_post)) {
        hop->method = "GET";
        hop->body = (struct slice){NULL, 0};
    }
    if (!slice_equal(next.origin, hop->target.origin) &&
        !keep_harmless_headers(hop, outbound->arena))
        return arena_fault(fault);
    hop->target = next;
    return true;
}

static enum outcome call_through(struct outbound *outbound, struct hop *hop,
                                 struct http_transport_answer *answer, struct fault *fault)
{
    unsigned redirects = outbound->call->redirects_max;
    if (redirects > REDIRECTS_MAX)
        redirects = REDIRECTS_MAX;
    for (;;) {
        enum outcome outcome = call_hop(outbound, hop, answer, fault);
        if (outcome != OUTCOME_ANSWERED || redirects-- == 0 || !is_redirect(answer))
            return outcome;
        if (!redirect_hop(outbound, hop, answer, fault))
            return OUTCOME_ENDED;
    }
}

/* --- the call --- */

/* curl writes methods and headers as they are: a line break would begin another header. */
static bool check_lines(const struct http_call *call, struct fault *fault)
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

static int64_t until_of(const struct http_client *client, const struct http_call *call)
{
    int64_t until_ns = loop_now_ns(client->loop) + call->timeout_ms * NS_PER_MS;
    int64_t deadline_ns = fiber_deadline_ns(fiber_current());
    return until_ns < deadline_ns ? until_ns : deadline_ns;
}

static void leave_client(struct http_client *client)
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
        .client = client, .call = call, .arena = arena, .until_ns = until_of(client, call)};
    struct hop hop = {.method = call->method, .headers = call->headers, .body = call->body};
    struct http_transport_answer got = {.code = CURLE_OK};
    int64_t began_ns = now_mono_ns();
    enum outcome outcome = OUTCOME_ENDED;
    client->users++;
    if (check_lines(call, fault) && http_target_parse(call->url, arena, &hop.target, fault))
        outcome = call_through(&outbound, &hop, &got, fault);
    leave_client(client);
    int64_t took_ns = now_mono_ns() - began_ns;
    http_client_metric_call(got.status, outcome == OUTCOME_ANSWERED ? NULL : fault, outbound.sent,
                            took_ns);
    answer->sent = outbound.sent;
    answer->took_ms = took_ns / NS_PER_MS;
    if (outcome != OUTCOME_ANSWERED)
        return false;
    answer->status = got.status;
    answer->body = got.body;
    answer->content_type = got.content_type;
    answer->retry_after = got.retry_after;
    return true;
}

static size_t or_default(size_t value, size_t fallback)
{
    return value > 0 ? value : fallback;
}

struct http_client *http_client_create(struct loop *loop, struct work *work,
                                       const struct http_client_options *options,
                                       struct fault *fault)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        fault_set(fault, FAULT_INTERNAL, "curl_init", "curl does not start.");
        return NULL;
    }
    struct http_client *client = fault_calloc(sizeof(*client), "an HTTP client", fault);
    if (client == NULL)
        return NULL;
    http_client_metric_register();
    client->loop = loop;
    client->work = work;
    client->user_agent = options->user_agent != NULL ? options->user_agent : "tapbot";
    client->ca_file = options->ca_file;
    client->origins.failures_max = options->breaker_failures > 0 ? options->breaker_failures : 5;
    client->origins.open_ns =
        (options->breaker_open_ms > 0 ? options->breaker_open_ms : 5000) * NS_PER_MS;
    client->transport = http_transport_create(loop, or_default(options->connections_max, 64),
                                              or_default(options->connections_per_host, 8), fault);
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
    leave_client(client);
}
