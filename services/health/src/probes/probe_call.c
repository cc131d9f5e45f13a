// SPDX-License-Identifier: MIT
#include "base/now.h"

#include "probes/probe_private.h"

enum {
    CONNECTIONS = CHECKS_MAX * 2,
    TIMEOUT_MIN_MS = 1 /* timeout of a call, even if less time is left */
};

static const char *const distrust_words[] = {
    [HTTP_TRUSTED] = "",
    [HTTP_EXPIRED] = "expired",
    [HTTP_NOT_YET_VALID] = "not yet valid",
    [HTTP_SELF_SIGNED] = "self-signed",
    [HTTP_UNKNOWN_ISSUER] = "unknown issuer",
    [HTTP_OTHER_NAME] = "other name",
    [HTTP_BAD_CERTIFICATE] = "bad certificate",
};

struct http_client *probe_client_create(struct loop *loop, struct work *work, const char *ca_file,
                                        struct fault *fault)
{
    const struct http_client_options options = {
        .ca_file = ca_file, .connections_per_host = CONNECTIONS, .connections = CONNECTIONS};

    return http_client_create(loop, work, &options, fault);
}

static const char *format_request_url(const struct probe_target *target,
                                      const struct probe_request *request)
{
    struct slice url = slice_of(target->url);

    if (request->path == NULL)
        return target->url;
    if (url.len > 0 && url.at[url.len - 1] == '/')
        url.len--;
    return arena_printf(target->arena, "%.*s%s", SLICE_ARG(url), request->path).at;
}

static bool has_key(const struct probe_request *request)
{
    return request->key != NULL && request->key[0] != '\0';
}

bool probe_call(struct probe_target *target, const struct probe_request *request,
                struct http_answer *answer, struct probe_result *result)
{
    const char *headers[2] = {NULL, NULL};
    const int64_t left_ms =
        (target->until_ns - loop_now_ns(target->tools->service->loop)) / NS_PER_MS;
    struct http_call call = {
        .method = "GET",
        .url = format_request_url(target, request),
        .headers = headers,
        .timeout_ms = left_ms > TIMEOUT_MIN_MS ? left_ms : TIMEOUT_MIN_MS,
        .answer_max = request->answer_max,
        .tries = 1,
        .allow_private = true,
        .allow_plain = true,
        .no_breaker = true,
        .drops_body = request->answer_max == 0,
        .only_connects = request->only_connects,
        .address = &target->address,
        .headers_returned = {request->wanted},
    };
    struct fault fault;

    *answer = (struct http_answer){.status = 0};
    if (has_key(request))
        headers[0] = arena_printf(target->arena, "X-API-Key: %s", request->key).at;
    if (call.url == NULL || (has_key(request) && headers[0] == NULL)) {
        arena_fault(&fault);
        probe_fail_by_fault(result, &fault);
        return false;
    }
    const int64_t began_ns = now_mono_ns();
    const bool ok = http_client_call(target->tools->client, &call, target->arena, answer, &fault);
    target->took_ms = (double)(now_mono_ns() - began_ns) / NS_PER_MS;
    if (answer->distrust != HTTP_TRUSTED)
        probe_fail(result, TROUBLE_CERTIFICATE, "%s", distrust_words[answer->distrust]);
    else if (!ok && answer->sent && strcmp(fault.code, "upstream_unreachable") == 0)
        probe_fail(result, TROUBLE_REFUSED, "no whole answer");
    else if (!ok)
        probe_fail_by_fault(result, &fault);
    return ok;
}

bool probe_check_status(const struct probe_request *request, const struct http_answer *answer,
                        struct probe_result *result)
{
    const bool refused = answer->status == 401 || answer->status == 403;

    if (answer->status >= 200 && answer->status < 300)
        return true;
    probe_fail(result, refused && has_key(request) ? TROUBLE_DENIED : TROUBLE_STATUS, "%ld",
               answer->status);
    return false;
}
