// SPDX-License-Identifier: MIT
/* HTTP server: libmicrohttpd on our loop accepts and parses; each handler runs in a fiber.
 *
 * The server enforces absolute deadlines: headers within 5 s of their first byte, the body within
 * 10 s, the reply read within 30 s, idle connections closed after 30 s. While `fibers_max` handlers
 * run, a request is answered 503 + Retry-After at once. While more than `connections_max`
 * connections are open, every request is answered 503; `connections_for_refusals` further
 * connections are accepted for that. Both except requests of HTTP_ROUTE_PROBE routes. The memory of
 * bodies and of unread answers is limited too. */
#pragma once

#include "base/fault.h"
#include "http/route.h"
#include "loop/loop.h"

struct http_server;

enum { HTTP_REPLY_PRESSED_MS = 2000 };

struct http_server_options {
    const char *address; /* numeric: "127.0.0.1" or "::" */
    uint16_t port;       /* 0: any free port, see http_server_port() */
    const struct http_route *routes;
    size_t route_count;
    void *data; /* first argument of guard and handlers */
    /* Called in the fiber before every handler of a route that is not open, and before 404 and 405
     * (req->route is then NULL), so that these do not show a client without a key which paths
     * exist. Not called for 405 on a path with only open routes, nor for OPTIONS on a known path
     * without an OPTIONS route. NULL: no guard. */
    http_guard *guard;
    size_t connections_max;          /* default: 4096 */
    size_t connections_for_refusals; /* default: 128 */
    size_t fibers_max;               /* default: 256 */
    size_t bodies_max; /* default: 32 MiB; bytes of all bodies, each from its arrival until its
                          reply is sent, and of their parsed JSON, which may take eighty times as
                          much as its text. The buffers of bodies take at most twice as much. A
                          request that would exceed this is answered 503. */
    /* Default: 16 MiB. Bytes of all answers that wait until their clients have read them: body and
     * send buffer of the kernel. Beyond it large answers to requests that only read are replaced by
     * 503, after which the connection remains open unless the client has not received an earlier
     * answer, and the client that has read for longest is disconnected. While more than half is in
     * use, an answer must be read within HTTP_REPLY_PRESSED_MS. */
    size_t answers_max;
    int64_t header_ms, body_ms, reply_ms,
        idle_ms;              /* defaults: 5000, 10000, 30000, 30000; each below a minute */
    const char *cors_origins; /* comma-separated, "" none, "*" all */
    bool access_log;
    /* Default: 64. Maximum of waiting handlers that libmicrohttpd polls in each of its runs, which
     * is cheap for waits of a few milliseconds. The connections of further waiting handlers are
     * suspended. */
    size_t polled_max;
};
void http_server_defaults(struct http_server_options *options);

/* Returns new. Binds and listens at once; connections are accepted when the loop runs. */
struct http_server *http_server_create(struct loop *loop, const struct http_server_options *options,
                                       struct fault *fault);
uint16_t http_server_port(const struct http_server *server);

/* Begins the drain, that is, stops without losing a request. For `unready_ms` new connections are
 * still accepted, and each reply carries Connection: close. Then the listener and idle connections
 * are closed. `done` is called after the last request, at the latest about a second after
 * `limit_ms`. The caller itself sets readiness to false. */
void http_server_drain(struct http_server *server, int64_t unready_ms, int64_t limit_ms,
                       void (*done)(void *data), void *data);

/* NULL is allowed. Call it after the drain. */
void http_server_destroy(struct http_server *server);

/* Handlers of HTTP_ROUTE_PROBE routes. */
http_handler http_get_livez;   /* data is ignored */
http_handler http_get_metrics; /* Prometheus text of all registered metrics */
