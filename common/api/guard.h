// SPDX-License-Identifier: MIT
/* Checks before every handler, in this order: key, rate limit, scope, actor. A request without a
 * valid key is answered 401 instead of 404 or 405, which would show which paths exist. Exceptions:
 * guard of struct http_server_options. */
#pragma once

#include "api/key.h"
#include "cache/limit.h"
#include "http/server.h"

struct api_guard {
    struct api_keys *keys;
    struct limiter *limiter; /* NULL: RATE_LIMIT_ENABLED=false */
    const struct api_callers *callers;
    void *data; /* argument for api_actor_kind.known */
};

/* Called by a service's guard (http_server_options.guard), which finds its struct api_guard. */
bool api_guard_check(const struct api_guard *guard, struct http_request *req,
                     struct http_response *res, struct fault *fault) MUST_CHECK;
