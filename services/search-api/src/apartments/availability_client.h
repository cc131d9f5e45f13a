// SPDX-License-Identifier: MIT
/* Asks booking-api which apartments are bookable, with the key of the caller, which is neither
 * stored nor logged. */
#pragma once

#include "http/client.h"

#include "apartments/availability_json.h"

enum { AVAILABILITY_TIMEOUT_MS = 2500, AVAILABILITY_ANSWER_MAX = 512 * 1024 };

struct availability_client {
    struct http_client *http;
    const char *root; /* of booking-api, without a trailing '/'; borrowed */
};

/* Headers of the caller's request. Absent ones are not sent. */
struct availability_caller {
    struct slice key;
    struct slice actor;
    struct slice request_id;
    struct slice traceparent;
};

/* Sets `availability` and `total` of each apartment, at most AVAILABILITY_MAX; one that is missing
 * in the answer is taken. In a fiber. False, with apartments unchanged: FAULT_FORBIDDEN, the key
 * lacks a scope; FAULT_UNAUTHENTICATED, booking-api does not know the key; FAULT_UNAVAILABLE or
 * FAULT_TIMEOUT, no valid answer. */
bool availability_ask(const struct availability_client *client,
                      const struct availability_caller *caller,
                      const struct availability_stay *stay, struct apartment *apartments,
                      size_t count, struct arena *arena, struct fault *fault) MUST_CHECK;
