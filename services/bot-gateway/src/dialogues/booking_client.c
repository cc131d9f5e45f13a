// SPDX-License-Identifier: MIT
#include "dialogues/booking_client.h"

#include "dialogues/dialogues_json.h"

enum { TRIES = 2, HEADERS_MAX = 6 };

/* Those that say what is the case. */
static bool tells(long status)
{
    return (status >= 200 && status < 300) || status == 404 || status == 409 || status == 410 ||
           status == 412 || status == 422;
}

/* What booking-api says of the Idempotency-Key is no answer to the call. */
static bool is_about_the_key(struct slice code)
{
    return slice_is(code, "key_in_progress") || slice_is(code, "key_reused");
}

static bool make_headers(const struct booking_call *call, struct arena *arena,
                         const char *headers[HEADERS_MAX], struct fault *fault)
{
    const struct {
        bool sent;
        struct slice line;
    } lines[] = {
        {true,                     arena_printf(arena,     "X-API-Key: %s",           call->key)              },
        {            call->user_id != FIELD_ABSENT,
         arena_printf(arena,        "X-Actor: guest:%lld", (long long)call->user_id)                        },
        {         true,    arena_printf(arena,    "X-Request-Id: %.*s",                          SLICE_ARG(call->name))},
        { strcmp(call->call->method, "GET") != 0,
         arena_printf(arena,                          "Idempotency-Key: %.*s",                          SLICE_ARG(call->name))},
    };
    size_t count = 0;

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (lines[i].line.at == NULL)
            return arena_fault(fault);
        if (lines[i].sent)
            headers[count++] = lines[i].line.at;
    }
    if (call->call->body.at != NULL)
        headers[count++] = "Content-Type: application/json";
    headers[count] = NULL;
    return true;
}

bool booking_client_call(const struct booking_client *client, const struct booking_call *call,
                         struct arena *arena, struct turn_answer *answer, struct fault *fault)
{
    const char *headers[HEADERS_MAX];
    const struct slice url =
        arena_printf(arena, "%s%.*s", client->root, SLICE_ARG(call->call->path));
    struct http_answer said = {.sent = false};

    if (url.at == NULL)
        return arena_fault(fault);
    if (!make_headers(call, arena, headers, fault))
        return false;
    const struct http_call made = {.method = call->call->method,
                                   .url = url.at,
                                   .headers = headers,
                                   .body = call->call->body,
                                   .timeout_ms = BOOKING_TIMEOUT_MS,
                                   .answer_max = BOOKING_ANSWER_MAX,
                                   .tries = TRIES,
                                   .allow_private = true,
                                   .allow_plain = true};
    if (!http_client_call(client->http, &made, arena, &said, fault))
        return false;
    if (!tells(said.status) || ((said.status == 409 || said.status == 422) &&
                                is_about_the_key(problem_code_read(said.body, arena))))
        return fault_set(fault, FAULT_UNAVAILABLE, "booking_failed", "booking-api answered %ld.",
                         said.status);
    *answer = (struct turn_answer){.status = said.status,
                                   .body = said.body.at != NULL ? said.body : SLICE("")};
    return true;
}
