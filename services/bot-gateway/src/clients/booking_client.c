// SPDX-License-Identifier: MIT
#include "clients/booking_client.h"

#include "base/value.h"

#include "clients/answer_values_json.h"

enum { TRIES = 2, HEADERS_MAX = 8 };

/* Whether an error concerns the scopes of the API key, the X-Actor or the Idempotency-Key. Such an
 * error is ours, no result for the guest. */
static bool is_scope_actor_or_key_error(struct slice problem_code)
{
    static const char *const codes[] = {"key_in_progress", "key_reused", "scope_missing",
                                        "actor_not_accepted"};

    return SLICE_IS_IN(problem_code, codes);
}

/* Whether the reply is a result for the guest. A 403 without a code is not from booking-api. */
static bool is_result_for_guest(const struct http_answer *reply, struct arena *arena)
{
    const struct slice code =
        reply->status >= 400 ? answer_read_problem_code(reply->body, arena) : SLICE_NONE;

    switch (reply->status) {
    case 403:
        return code.at != NULL && !is_scope_actor_or_key_error(code);
    case 404:
    case 409:
    case 410:
    case 412:
    case 422:
        return !is_scope_actor_or_key_error(code);
    default:
        return reply->status >= 200 && reply->status < 300;
    }
}

/* Whether an earlier request with this Idempotency-Key is running or has no known outcome. */
static bool is_outcome_unknown(struct slice problem_code)
{
    return slice_is(problem_code, "key_in_progress") || slice_is(problem_code, "outcome_unknown");
}

static void record_if_acted(const struct booking_call *call, const struct http_answer *reply,
                            struct arena *arena)
{
    if (call->acted == NULL || strcmp(call->call->method, "GET") == 0)
        return;
    *call->acted |=
        reply->unanswered || (reply->status >= 200 && reply->status < 300) ||
        (reply->status >= 400 && is_outcome_unknown(answer_read_problem_code(reply->body, arena)));
}

static struct slice format_actor_header(const struct booking_call *call, struct arena *arena)
{
    const enum service_actor actor = call->call->actor;
    char id[UUID_TEXT_LEN + 1];

    if (actor == SERVICE_AS_MEMBER)
        return arena_printf(arena, "X-Actor: staff:%.*s", SLICE_ARG(call->call->member));
    if (actor != SERVICE_AS_OWNER && actor != SERVICE_AS_DRIVER)
        return arena_printf(arena, "X-Actor: guest:%lld", (long long)call->user_id);
    uuid_format(&call->call->actor_id, id);
    return arena_printf(arena, "X-Actor: %s:%s", actor == SERVICE_AS_OWNER ? "owner" : "driver",
                        id);
}

static bool make_headers(const struct booking_call *call, struct arena *arena,
                         const char *headers[HEADERS_MAX], struct fault *fault)
{
    const struct slice request_id = call->req != NULL ? call->req->request_id : call->name;
    const struct slice trace =
        call->req != NULL ? call->req->headers[HTTP_H_TRACEPARENT] : SLICE_NONE;
    const bool sent[] = {true,
                         call->call->actor != SERVICE_AS_STAFF,
                         true,
                         strcmp(call->call->method, "GET") != 0,
                         call->call->version > 0,
                         trace.at != NULL};
    const struct slice lines[] = {
        arena_printf(arena, "X-API-Key: %s", call->key),
        format_actor_header(call, arena),
        arena_printf(arena, "X-Request-Id: %.*s", SLICE_ARG(request_id)),
        arena_printf(arena, "Idempotency-Key: %.*s", SLICE_ARG(call->name)),
        arena_printf(arena, "If-Match: \"%lld\"", (long long)call->call->version),
        arena_printf(arena, "traceparent: %.*s", SLICE_ARG(trace)),
    };
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        if (lines[i].at == NULL)
            return arena_fault(fault);
        if (sent[i])
            headers[count++] = lines[i].at;
    }
    if (call->call->body.at != NULL)
        headers[count++] = "Content-Type: application/json";
    headers[count] = NULL;
    return true;
}

bool booking_client_call(const struct booking_client *client, const struct booking_call *call,
                         struct arena *arena, struct service_answer *answer, struct fault *fault)
{
    const char *headers[HEADERS_MAX];
    const struct slice url =
        arena_printf(arena, "%s%.*s", client->root, SLICE_ARG(call->call->path));
    struct http_answer reply = {.sent = false};

    if (call->call->actor == SERVICE_AS_GUEST && call->user_id == FIELD_ABSENT)
        return fault_set(fault, FAULT_INTERNAL, "no_actor", "The call names no guest.");
    if (url.at == NULL)
        return arena_fault(fault);
    if (!make_headers(call, arena, headers, fault))
        return false;
    const struct http_call request = {.method = call->call->method,
                                      .url = url.at,
                                      .headers = headers,
                                      .body = call->call->body,
                                      .timeout_ms = BOOKING_TIMEOUT_MS,
                                      .answer_max = BOOKING_ANSWER_MAX,
                                      .tries = TRIES,
                                      .allow_private = true,
                                      .allow_plain = true};
    const bool answered = http_client_call(client->http, &request, arena, &reply, fault);
    record_if_acted(call, &reply, arena);
    if (!answered)
        return false;
    if (!is_result_for_guest(&reply, arena))
        return fault_set(fault, FAULT_UNAVAILABLE, "booking_failed", "booking-api answered %ld.",
                         reply.status);
    *answer = (struct service_answer){.status = reply.status,
                                      .body = reply.body.at != NULL ? reply.body : SLICE("")};
    return true;
}
