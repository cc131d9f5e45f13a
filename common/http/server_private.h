// SPDX-License-Identifier: MIT
/* What the server's parts share: acceptor, connections, exchanges, drain. For http/ alone.
 *
 *   acceptor.c    takes sockets from the listener, hands them to libmicrohttpd
 *   connection.c  one record per socket: what it is doing, since when, and until when it may
 *   exchange.c    one request and its answer, from the first header to the last byte
 *   exchange_pool.c  exchanges and their memory, used again
 *   judge.c       what is refused before, and answered without, a handler
 *   linger.c      reads on behind a refusal, so that the refusal arrives
 *   drain.c       stopping without losing what has arrived
 *   traffic.c     counting and the access line
 */
#pragma once

#include <microhttpd.h>

#include "base/buf.h"
#include "http/admission_private.h"
#include "http/route.h"
#include "http/server.h"
#include "http/strict_private.h"
#include "http/wire_private.h"
#include "loop/fiber.h"

enum {
    POLLED_MAX = 64,         /* requests answered "not yet" (no_suspend) at once */
    EXCHANGES_KEPT = 128,    /* free ones kept for the next requests */
    BUFFER_KEPT = 64 * 1024, /* a larger body or reply is not kept with them */
    ARENA_MAX = 1024 * 1024, /* memory of one request, its bodies apart */
    LINGERS_MAX = 64,
    ID_RANDOM = 8 /* bytes */
};

/* What a connection is doing; each has a deadline of its own. */
enum connection_state {
    CONNECTION_WAITING, /* for a request: idle, or its header is coming */
    CONNECTION_BODY,    /* headers are here, the body is coming */
    CONNECTION_RUNNING, /* a handler has it; the fiber's deadline rules */
    CONNECTION_REPLYING /* the answer is queued */
};

struct connection {
    struct http_server *server;
    struct MHD_Connection *mhd;
    struct connection *next, *prev; /* of all */
    int fd;                         /* libmicrohttpd's */
    enum connection_state state;
    int64_t since_ns;   /* when the state began */
    int64_t head_ns;    /* the next request's first byte was seen; 0: not yet */
    int64_t sampled_ns; /* when it was last looked for */
    uint64_t consumed;  /* bytes of requests that are over */
    bool closing;       /* shut down by us, not yet gone */
};

enum exchange_phase {
    EXCHANGE_HEAD,    /* the target is known, headers are coming */
    EXCHANGE_BODY,    /* accepted so far; the body is coming, or over */
    EXCHANGE_WAITING, /* the handler parked */
    EXCHANGE_DONE,    /* the answer is ready to be queued */
    EXCHANGE_REPLIED  /* queued */
};

struct exchange {
    struct http_server *server;
    struct connection *connection; /* NULL once the client left */
    enum exchange_phase phase;
    bool suspended; /* in libmicrohttpd */
    bool polled;    /* answered "not yet" */
    bool admitted;
    int64_t begin_ns; /* headers were complete */
    struct fiber *fiber;
    struct exchange *next, *prev; /* of the live ones; `next` of the free ones */
    struct arena arena;
    struct buf body;
    size_t held;            /* bytes of `body` as admission counts them */
    struct json_body *json; /* see http_request */
    struct http_request req;
    struct http_response res;
    struct http_match match;
    struct http_strict strict;
    struct http_wire wire;
};

struct lingering;
struct http_traffic;

struct http_server {
    struct loop *loop;
    struct http_server_options options;
    struct http_router *router;
    struct http_traffic *traffic;
    struct MHD_Daemon *daemon;
    struct http_admission admission;
    uint16_t port;
    char id_prefix[2 * ID_RANDOM + 1]; /* of the request ids we make */
    uint64_t id_count;

    int listener;
    bool listening; /* the listener is watched */
    struct loop_watch accept_watch;
    struct loop_timer accept_timer; /* after descriptors ran out */
    struct connection *arriving;    /* between accept() and libmicrohttpd's notice */

    struct loop_watch watch; /* libmicrohttpd's epoll */
    struct loop_timer timer; /* what MHD_get_timeout asked for */
    struct loop_hook hook;
    bool stirred; /* run libmicrohttpd at the end of this turn */
    size_t polled;

    struct connection *connections;
    struct connection *cursor; /* where the next look at deadlines begins */
    struct loop_timer reaper;
    bool reaping; /* the timer runs */

    struct exchange *live;
    struct exchange *free_exchanges;
    size_t free_count;

    struct lingering *lingers;
    size_t linger_count;

    bool draining;
    bool lame_over;
    bool destroyed;
    struct loop_timer lame_timer, limit_timer;
    void (*done)(void *data);
    void *done_data;
};

/* acceptor.c */
bool http_acceptor_open(struct http_server *server, struct fault *fault) MUST_CHECK;
bool http_acceptor_start(struct http_server *server, struct fault *fault) MUST_CHECK;
/* No new handshake begins, those under way end: whoever knocks now is refused when the listener is
 * closed, and has lost nothing. Without it, connections that the kernel completes between our last
 * accept() and close() would be reset. */
void http_acceptor_deafen(struct http_server *server);
/* Takes all that waits in the backlog. */
void http_acceptor_take(struct http_server *server);
/* There is room again. */
void http_acceptor_resume(struct http_server *server);
void http_acceptor_close(struct http_server *server); /* twice is fine */

/* connection.c */
void http_connection_notify(void *data, struct MHD_Connection *mhd, void **context,
                            enum MHD_ConnectionNotificationCode code);
struct connection *http_connection_of(struct MHD_Connection *mhd);
void http_connection_enter(struct connection *connection, enum connection_state state);
/* The request is over: its bytes are not the next one's. */
void http_connection_finish(struct connection *connection, const struct exchange *exchange);
/* No request has begun, no byte of one is there. */
bool http_connection_is_idle(struct connection *connection);
void http_connection_kill(struct connection *connection);
/* The one that has been idle longest, at least `least_ns`. */
void http_connection_evict(struct http_server *server, int64_t least_ns);
void http_connection_reap_start(struct http_server *server);

/* exchange.c: libmicrohttpd's three callbacks */
void *http_exchange_begin(void *data, const char *target, struct MHD_Connection *mhd);
enum MHD_Result http_exchange_step(void *data, struct MHD_Connection *mhd, const char *url,
                                   const char *method, const char *version, const char *upload,
                                   size_t *upload_size, void **context);
void http_exchange_end(void *data, struct MHD_Connection *mhd, void **context,
                       enum MHD_RequestTerminationCode code);
/* Handlers still running are told to end. */
void http_exchange_cancel_all(struct http_server *server);

/* exchange_pool.c */
/* Among the live ones, with whatever the last request left in it. NULL when out of memory. */
struct exchange *http_exchange_take(struct http_server *server);
void http_exchange_release(struct exchange *exchange);
void http_exchange_free_pool(struct http_server *server);

/* judge.c */
/* On complete headers. False: the fault is the answer, and the connection closes after it. */
bool http_judge_head(struct exchange *exchange, const char *method, const char *url,
                     const char *version, struct fault *fault) MUST_CHECK;
/* The answer to a complete request, by guard and handler or without them. May park. */
void http_judge_answer(struct exchange *exchange);
/* An OPTIONS that no route claims. */
bool http_judge_is_options(const struct exchange *exchange);

/* linger.c */
void http_linger_start(struct http_server *server, int fd);
void http_linger_finish(struct http_server *server);

/* drain.c */
void http_drain_check(struct http_server *server);
void http_drain_sweep(struct http_server *server);
void http_drain_stop_timers(struct http_server *server);

/* traffic.c */
struct http_traffic *http_traffic_create(struct http_server *server);
void http_traffic_destroy(struct http_traffic *traffic);
void http_traffic_answered(struct http_traffic *traffic, const struct exchange *exchange);
void http_traffic_shed(struct http_traffic *traffic);
void http_traffic_cut(struct http_traffic *traffic, enum connection_state state);

/* server.c */
void http_server_stir(struct http_server *server);
void http_server_release(struct http_server *server); /* after the last handler, once destroyed */
