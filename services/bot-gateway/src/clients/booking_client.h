// SPDX-License-Identifier: MIT
/* Calls of booking-api, for the actor that the call names: enum service_actor. */
#pragma once

#include "http/client.h"

#include "clients/service_call.h"

enum {
    BOOKING_TIMEOUT_MS = 5000, /* of a call, its tries together */
    BOOKING_ANSWER_MAX = 256 * 1024
};

struct booking_client {
    struct http_client *http;
    const char *root; /* without a '/' at its end; borrowed */
};

struct booking_call {
    const struct service_call *call;
    const char *key; /* the bot's, for X-API-Key */
    int64_t user_id; /* of SERVICE_AS_GUEST */
    /* "tg:<bot>:<update_id>:<n>" of a turn: X-Request-Id, and Idempotency-Key of what changes
     * something, so that repeating is harmless. */
    struct slice name;
    bool *acted; /* set to true where something was changed, or may have been, with or without an
                    answer; NULL: nobody wants to know */
};

/* In a fiber. True with an answer of struct service_answer, in the arena. False: a fault of
 * http_client_call(); FAULT_INTERNAL "no_actor": a call as a guest names no guest, and is not made,
 * because without X-Actor it would have the rights of staff; FAULT_UNAVAILABLE "booking_failed":
 * any other answer, also one that says only that the same call is under way, that another one had
 * its name, or what the key may not do. */
bool booking_client_call(const struct booking_client *client, const struct booking_call *call,
                         struct arena *arena, struct service_answer *answer,
                         struct fault *fault) MUST_CHECK;
