// SPDX-License-Identifier: MIT
/* The router, and lists in headers of clients. The first byte is the method, then come a path, an
 * Accept header, an If-None-Match header and a body, separated by line ends. */
#include <string.h>

#include "http/etag_private.h"
#include "http/media.h"
#include "http/reply.h"
#include "http/route.h"

#include "fuzz.h"

static enum http_status nothing(void *data, const struct http_request *req,
                                struct http_response *res)
{
    (void)data;
    (void)req;
    (void)res;
    return HTTP_OK;
}

#define ROUTE(method_, path_)                                                                      \
    {                                                                                              \
        .method = method_, .path = path_, .handler = nothing                                       \
    }

static const struct http_route routes[] = {
    ROUTE(HTTP_GET, "/"),
    ROUTE(HTTP_GET, "/v1/apartments"),
    ROUTE(HTTP_POST, "/v1/apartments"),
    ROUTE(HTTP_GET, "/v1/apartments/:id"),
    ROUTE(HTTP_GET, "/v1/apartments/:id/calendar"),
    ROUTE(HTTP_POST, "/v1/apartments/search"),
    ROUTE(HTTP_DELETE, "/v1/:a/:b/:c/:d"),
};
enum { COUNT = ARRAY_LEN(routes) };

static bool lies_within(struct slice inner, struct slice outer)
{
    return inner.at == NULL ||
           (inner.at >= outer.at && inner.at + inner.len <= outer.at + outer.len);
}

static void check_match(const struct http_router *router, enum http_method method,
                        struct slice path)
{
    struct http_match match;

    http_router_match(router, method, path, &match);
    PROMISE(match.route == NULL || match.route == &routes[match.index]);
    PROMISE(match.route == NULL || (match.allowed & 1U << match.route->method) != 0);
    for (size_t i = 0; i < HTTP_PATH_PARAMS_MAX; i++) {
        PROMISE(lies_within(match.params[i], path));
        PROMISE(match.params[i].at == NULL ||
                memchr(match.params[i].at, '/', match.params[i].len) == NULL);
    }
}

FUZZ(1)
{
    static struct http_router *router;
    char tag[HTTP_ETAG_MAX];

    if (router == NULL)
        router = http_router_create(routes, COUNT, &fault);
    PROMISE(router != NULL);
    check_match(router, (enum http_method)(fuzz_byte(&input) % (HTTP_METHOD_COUNT + 1)),
                slice_cut(&input, '\n'));
    const struct slice accept = slice_cut(&input, '\n');
    (void)http_media_accepts_json(accept);
    (void)http_media_is_json(accept);
    const struct slice list = slice_cut(&input, '\n');
    const size_t len = http_etag_format(7, input, tag);
    PROMISE(len < HTTP_ETAG_MAX && strlen(tag) == len);
    (void)http_etag_list_has(list, (struct slice){tag, len});
    (void)http_etag_list_has_version(list, 7);
}
