// SPDX-License-Identifier: MIT
/* The routes of a service are a table; the router finds the row for a method and a path. */
#pragma once

#include "http/reply.h"
#include "http/request.h"

typedef enum http_status http_handler(void *data, const struct http_request *req,
                                      struct http_response *res);
/* Checks whether the caller is allowed; may set req->caller. False: the fault is the reply,
 * together with the headers that the guard has added to `res`. */
typedef bool http_guard(void *data, struct http_request *req, struct http_response *res,
                        struct fault *fault);

enum {
    HTTP_ROUTE_OPEN = 1 << 0, /* the server's guard is not called */
    /* Runs at once, without admission and fiber; the handler must not wait. */
    HTTP_ROUTE_PROBE = 1 << 1,
    HTTP_ROUTE_ACTION = 1 << 2,   /* the body is optional */
    HTTP_ROUTE_READS = 1 << 3,    /* a POST that changes no data: Idempotency-Key is ignored */
    HTTP_ROUTE_ANY_TYPE = 1 << 4, /* any Content-Type and Accept is allowed (pages, text) */
    /* A body beyond body_max is cut instead of refused with 413; see http_request.body_cut. */
    HTTP_ROUTE_CUT = 1 << 5,
    /* The API key may also be in `Authorization: Bearer`, for third-party programs. */
    HTTP_ROUTE_BEARER = 1 << 6,
    /* Every query parameter is refused. Without this flag the handler reads the query. */
    HTTP_ROUTE_NO_QUERY = 1 << 7
};

struct http_route {
    enum http_method method; /* HTTP_GET serves HEAD too */
    /* "/v1/apartments/:id/calendar"; a literal part takes precedence over a parameter */
    const char *path;
    /* Bits of api_callers.scopes; a key needs at least one of them; 0 for open routes. */
    unsigned scope;
    http_handler *handler;
    unsigned flags;
    size_t body_max;     /* in bytes; 0: HTTP_BODY_MAX */
    int64_t deadline_ms; /* 0: HTTP_DEADLINE_MS */
    /* Content-Type of bodies that the handler reads while they arrive (http_request.in_pieces).
     * Bodies of other types have at most HTTP_BODY_MAX bytes. NULL: no body is read in pieces. */
    const char *pieces_type;
    /* Replaces the server's guard; called after the headers and before the body is read. Runs
     * outside of fibers, so it must not wait. Path parameters, query and headers are set; the body
     * is not. If it refuses, no fiber is started, and the connection closes after the reply. NULL:
     * the server's guard. */
    http_guard *guard;
};

/* True for a route that needs no API key. */
static inline bool http_route_needs_no_key(const struct http_route *route)
{
    return (route->flags & HTTP_ROUTE_OPEN) != 0 || route->guard != NULL;
}

enum {
    HTTP_BODY_MAX = 64 * 1024,
    /* Maximum of bytes after body_max that are read and dropped, with HTTP_ROUTE_CUT. */
    HTTP_DROPPED_MAX = 8 * 1024 * 1024,
    HTTP_DEADLINE_MS = 5000
};

/* True for a route with HTTP_ROUTE_CUT, which gets the beginning of a body that is too large. */
static inline bool http_route_cuts_body(const struct http_route *route)
{
    return route != NULL && (route->flags & HTTP_ROUTE_CUT) != 0;
}

struct http_router;
/* Returns new; `routes` is borrowed until http_router_destroy(). NULL if memory is out or the table
 * is invalid: two routes with one method and path, a path without a leading slash, too many parts
 * or parameters. */
struct http_router *http_router_create(const struct http_route *routes, size_t count,
                                       struct fault *fault);
void http_router_destroy(struct http_router *router);

struct http_match {
    const struct http_route *route; /* NULL: no such path or method */
    size_t index;                   /* index of the route in the table */
    struct slice params[HTTP_PATH_PARAMS_MAX];
    unsigned allowed; /* bit set of the path's methods, with OPTIONS, and HEAD beside GET; 0:
                         unknown path */
    bool open;        /* all routes of this path are open */
};
/* `path` is raw. A part with a percent escape can match a parameter, but no literal part. */
void http_router_match(const struct http_router *router, enum http_method method, struct slice path,
                       struct http_match *out);
