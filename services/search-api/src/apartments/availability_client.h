// SPDX-License-Identifier: MIT
/* Requests from booking-api which apartments are bookable, with the key of the caller, which is
 * neither stored nor logged. */
#pragma once

#include "http/client.h"

#include "apartments/availability_json.h"

enum { AVAILABILITY_TIMEOUT_MS = 2500, AVAILABILITY_ANSWER_MAX = 512 * 1024 /* bytes */ };

/* Headers of the caller's request that the request to booking-api repeats. An absent header is not
 * sent. */
struct availability_caller {
    struct slice key;
    struct slice actor;
    struct slice request_id;
    struct slice traceparent;
};

/* Asks booking-api about at most AVAILABILITY_MAX apartments, and sets `availability` and `total`
 * of each; an apartment that is missing in the answer counts as taken. Must run in a fiber. False:
 * the apartments are unchanged, and the fault is FAULT_FORBIDDEN if the key lacks a scope,
 * FAULT_UNAUTHENTICATED if booking-api does not know the key, or FAULT_UNAVAILABLE or FAULT_TIMEOUT
 * if there is no valid answer. */
bool availability_ask(struct http_client *http, const char *booking_url,
                      const struct availability_caller *caller, const struct criteria *criteria,
                      struct apartment *apartments, size_t count, struct arena *arena,
                      struct fault *fault) MUST_CHECK;
