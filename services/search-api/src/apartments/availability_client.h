// SPDX-License-Identifier: MIT
/* Asks booking-api which apartments can be had, as the caller of search-api: with his own key,
 * which is neither kept nor logged. */
#pragma once

#include "http/client.h"

#include "apartments/apartment.h"

enum {
    AVAILABILITY_MAX = 500,
    AVAILABILITY_TIMEOUT_MS = 2500,
    AVAILABILITY_ANSWER_MAX = 512 * 1024
};

struct availability_client {
    struct http_client *http;
    const char *root; /* of booking-api, without a '/' at its end; borrowed */
};

/* In whose name: headers of his request. Absent ones are not sent. */
struct availability_caller {
    struct slice key;
    struct slice actor;
    struct slice request_id;
    struct slice traceparent;
};

struct availability_stay {
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
};

/* Sets `free` and `total` of each apartment, AVAILABILITY_MAX at most; one that is not told of is
 * taken. In a fiber. False: FAULT_FORBIDDEN, what booking-api says of the key;
 * FAULT_UNAUTHENTICATED, it does not know the key; FAULT_UNAVAILABLE or FAULT_TIMEOUT, it does not
 * answer as it should. Flats are untouched then. */
bool availability_ask(const struct availability_client *client,
                      const struct availability_caller *caller,
                      const struct availability_stay *stay, struct apartment *apartments,
                      size_t count, struct arena *arena, struct fault *fault) MUST_CHECK;
