// SPDX-License-Identifier: MIT
#include "apartments/availability_client.h"

#include <assert.h>

#include "base/auto.h"
#include "base/buf.h"

#include "apartments/availability_json.h"

enum { TRIES = 2, HEADERS_MAX = 6, BODY_MAX = 32 * 1024 };

static bool make_headers(const struct availability_caller *caller, struct arena *arena,
                         const char *headers[HEADERS_MAX], struct fault *fault)
{
    const struct {
        const char *name;
        struct slice value;
    } lines[] = {
        {"X-API-Key",    caller->key              },
        {"X-Actor",      caller->actor            },
        {"X-Request-Id", caller->request_id       },
        {"traceparent",  caller->traceparent      },
        {"Content-Type", SLICE("application/json")},
    };
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        if (lines[i].value.at == NULL)
            continue;
        const struct slice line =
            arena_printf(arena, "%s: %.*s", lines[i].name, SLICE_ARG(lines[i].value));
        if (line.at == NULL)
            return arena_fault(fault);
        headers[count++] = line.at;
    }
    headers[count] = NULL;
    return true;
}

bool availability_ask(struct http_client *http, const char *booking_url,
                      const struct availability_caller *caller, const struct criteria *criteria,
                      struct apartment *apartments, size_t count, struct arena *arena,
                      struct fault *fault)
{
    assert(count <= AVAILABILITY_MAX);
    const char *headers[HEADERS_MAX];
    const struct slice url = arena_printf(arena, "%s/v1/availability", booking_url);
    struct http_answer answer = {.sent = false};
    AUTO(buf_finish) struct buf body = BUF(BODY_MAX);

    if (url.at == NULL)
        return arena_fault(fault);
    availability_encode_request(criteria, apartments, count, &body);
    if (!make_headers(caller, arena, headers, fault) || !buf_ok(&body, fault))
        return false;
    const struct http_call call = {.method = "POST",
                                   .url = url.at,
                                   .headers = headers,
                                   .body = buf_as_slice(&body),
                                   .timeout_ms = AVAILABILITY_TIMEOUT_MS,
                                   .answer_max = AVAILABILITY_ANSWER_MAX,
                                   .tries = TRIES,
                                   .allow_private = true,
                                   .allow_plain = true};
    if (!http_client_call(http, &call, arena, &answer, fault))
        return false;
    if (answer.status == 403)
        return fault_set(fault, FAULT_FORBIDDEN, "scope_missing",
                         "Nights are judged by booking-api, which refuses this key: it needs the"
                         " scope booking:read");
    if (answer.status == 401)
        return fault_set(fault, FAULT_UNAUTHENTICATED, "key_refused",
                         "booking-api does not know this key.");
    if (answer.status != 200)
        return fault_set(fault, FAULT_UNAVAILABLE, "availability_failed",
                         "booking-api answered %ld.", answer.status);
    if (availability_read_answer(answer.body, apartments, count, arena, fault))
        return true;
    return fault_set(fault, FAULT_UNAVAILABLE, "availability_failed",
                     "booking-api's answer cannot be read.");
}
