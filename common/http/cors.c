// SPDX-License-Identifier: MIT
#include "http/cors_private.h"

/* Response headers that a page of an allowed origin may read. */
#define EXPOSED_HEADERS                                                                            \
    "ETag, Location, Retry-After, X-Request-Id, RateLimit, RateLimit-Policy, Idempotent-Replay"
#define PREFLIGHT_SECONDS "600"

enum { HEADER_LIST_MAX = 512 };

static bool is_allowed_origin(const char *allowed_origins, struct slice origin)
{
    struct slice rest = slice_of(allowed_origins);

    while (rest.len > 0) {
        struct slice one = slice_trim(slice_cut(&rest, ','));
        if (one.len > 0 && slice_equal(one, origin))
            return true;
    }
    return false;
}

static void append_name(struct buf *list, struct slice name)
{
    if (list->len > 0)
        buf_text(list, ", ");
    buf_slice(list, name);
}

struct slice http_format_methods(unsigned method_bits, struct arena *arena)
{
    char text[64];
    struct buf list = buf_over(text, sizeof text);

    for (unsigned method = 0; method < HTTP_METHOD_COUNT; method++) {
        if ((method_bits & 1U << method) != 0)
            append_name(&list, slice_of(http_method_name((enum http_method)method)));
    }
    return arena_copy(arena, buf_as_slice(&list));
}

static struct slice format_header_list(struct arena *arena)
{
    char text[HEADER_LIST_MAX];
    struct buf list = buf_over(text, sizeof text);

    for (size_t i = 0; i < HTTP_H_COUNT; i++) {
        if ((http_kept_headers[i].flags & HTTP_KEPT_CORS) != 0)
            append_name(&list, http_kept_headers[i].name);
    }
    return arena_copy(arena, buf_as_slice(&list));
}

void http_cors_add_headers(const char *allowed_origins, const struct http_request *req,
                           unsigned method_bits, struct http_response *res)
{
    struct slice origin = req->headers[HTTP_H_ORIGIN];
    bool all = strcmp(allowed_origins, "*") == 0;

    if (*allowed_origins == '\0')
        return;
    if (!all)
        http_reply_header(res, "Vary", SLICE("Origin"));
    if (origin.at == NULL || (!all && !is_allowed_origin(allowed_origins, origin)))
        return;
    http_reply_header(res, "Access-Control-Allow-Origin", all ? SLICE("*") : origin);
    if (req->method != HTTP_OPTIONS || method_bits == 0 ||
        req->headers[HTTP_H_ACCESS_CONTROL_REQUEST_METHOD].at == NULL) {
        http_reply_header(res, "Access-Control-Expose-Headers", SLICE(EXPOSED_HEADERS));
        return;
    }
    http_reply_header(res, "Access-Control-Allow-Methods",
                      http_format_methods(method_bits, req->arena));
    http_reply_header(res, "Access-Control-Allow-Headers", format_header_list(req->arena));
    http_reply_header(res, "Access-Control-Max-Age", SLICE(PREFLIGHT_SECONDS));
}
