// SPDX-License-Identifier: MIT
#include "http/cors_private.h"

#define REQUEST_HEADERS                                                                            \
    "Content-Type, X-API-Key, X-Actor, Idempotency-Key, If-Match, If-None-Match, "                 \
    "X-Request-Id, API-Version, traceparent"
#define ANSWER_HEADERS                                                                             \
    "ETag, Location, Retry-After, X-Request-Id, RateLimit, RateLimit-Policy, Idempotent-Replay"
#define PREFLIGHT_SECONDS "600"

static bool is_listed(const char *origins, struct slice origin)
{
    while (*origins != '\0') {
        size_t length = strcspn(origins, ",");
        struct slice one = slice_trim((struct slice){origins, length});
        if (one.len > 0 && slice_equal(one, origin))
            return true;
        origins += length + (origins[length] == ',');
    }
    return false;
}

struct slice http_allow_list(unsigned allowed, struct arena *arena)
{
    char text[64];
    size_t length = 0;
    for (unsigned method = 0; method < HTTP_METHOD_COUNT; method++) {
        if ((allowed & 1U << method) == 0)
            continue;
        const char *name = http_method_name((enum http_method)method);
        size_t need = strlen(name);
        if (length > 0) {
            memcpy(text + length, ", ", 2);
            length += 2;
        }
        memcpy(text + length, name, need);
        length += need;
    }
    return arena_copy(arena, (struct slice){text, length});
}

void http_cors_headers(const char *origins, const struct http_request *req, unsigned allowed,
                       struct http_response *res)
{
    struct slice origin = req->headers[HTTP_H_ORIGIN];
    bool all = strcmp(origins, "*") == 0;

    if (*origins == '\0')
        return;
    if (!all)
        http_reply_header(res, "Vary", SLICE("Origin"));
    if (origin.at == NULL || (!all && !is_listed(origins, origin)))
        return;
    http_reply_header(res, "Access-Control-Allow-Origin", all ? SLICE("*") : origin);
    if (req->method != HTTP_OPTIONS || allowed == 0 ||
        req->headers[HTTP_H_ACCESS_CONTROL_REQUEST_METHOD].at == NULL) {
        http_reply_header(res, "Access-Control-Expose-Headers", SLICE(ANSWER_HEADERS));
        return;
    }
    struct slice methods = http_allow_list(allowed, req->arena);
    http_reply_header(res, "Access-Control-Allow-Methods", methods);
    http_reply_header(res, "Access-Control-Allow-Headers", SLICE(REQUEST_HEADERS));
    http_reply_header(res, "Access-Control-Max-Age", SLICE(PREFLIGHT_SECONDS));
}
