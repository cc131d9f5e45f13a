// SPDX-License-Identifier: MIT
/* Client of booking-api. It calls as a guest, as an owner, as a driver or as staff: enum
 * service_actor. */
#pragma once

#include "http/client.h"
#include "http/request.h"

#include "clients/service_call.h"

enum {
    BOOKING_TIMEOUT_MS = 5000, /* of a call with all its tries */
    BOOKING_ANSWER_MAX = 256 * 1024
};

struct booking_client {
    struct http_client *http;
    const char *root; /* without a '/' at its end; borrowed */
};

struct booking_call {
    const struct service_call *call;
    const char *key; /* the bot's, for X-API-Key */
    int64_t user_id; /* Telegram id of the guest, for SERVICE_AS_GUEST */
    /* Name of the call, "tg:<bot>:<update_id>:<n>" while an update is handled: its X-Request-Id
     * and, except for GET, its Idempotency-Key, so that it can be repeated. */
    struct slice name;
    const struct http_request *req; /* the request of a client that causes the call, whose
                                       X-Request-Id and traceparent are passed on; NULL: none */
    bool *acted; /* set to true if the call has changed or may have changed something, even if it
                    has no answer; NULL: not needed */
};

/* Must be called in a fiber. True: `answer` is set, in the arena. False: a fault of
 * http_client_call(); FAULT_INTERNAL "no_actor": a call as a guest without an id, which is not made
 * because without X-Actor it would have the rights of staff; FAULT_UNAVAILABLE "booking_failed":
 * an answer that is no result for the guest, such as 5xx, a running call with the same
 * Idempotency-Key, a reused Idempotency-Key, or missing rights of the API key. */
bool booking_client_call(const struct booking_client *client, const struct booking_call *call,
                         struct arena *arena, struct service_answer *answer,
                         struct fault *fault) MUST_CHECK;
