// SPDX-License-Identifier: MIT
/* Shared by the files of the server. Private to http/.
 *
 *   acceptor.c       takes sockets from the listener, hands them to libmicrohttpd
 *   admission.c      counters that decide whether a request is served or answered 503 at once
 *   connection.c     one record per socket: its state and deadlines
 *   exchange.c       one request and its answer, from the first header to the last byte
 *   pieces.c         bodies that the handler reads while they arrive
 *   exchange_pool.c  memory of exchanges, reused
 *   dispatch.c       checks before the handler, and answers that need no handler
 *   readers.c        memory of answers that clients do not read
 *   linger.c         reads on after a refusal, so that the client receives it
 *   drain.c          stops without losing a request that has arrived
 *   traffic.c        metrics and the access line */
#pragma once

#include <sys/queue.h>

#include <microhttpd.h>

#include "base/buf.h"
#include "http/route.h"
#include "http/server.h"
#include "http/strict_private.h"
#include "http/wire_private.h"
#include "loop/fiber.h"

enum {
    EXCHANGES_KEPT = 128,    /* free exchanges kept for reuse */
    BUFFER_KEPT = 64 * 1024, /* bytes of the largest buffer that a free exchange keeps */
    ARENA_MAX = 1024 * 1024, /* bytes of one request without body and reply */
    LINGERS_MAX = 64,
    HTTP_SEND_BUFFER = 64 * 1024, /* bytes in the kernel for an answer that is not read */
    ID_RANDOM = 8                 /* random bytes of id_prefix */
};

/* States of a connection; each has its own deadline. */
enum connection_state {
    CONNECTION_WAITING, /* idle, or the headers of a request are arriving */
    CONNECTION_BODY,    /* headers are complete, the body is arriving */
    CONNECTION_RUNNING, /* a handler runs; the fiber's deadline ends it */
    CONNECTION_REPLYING /* the answer is queued */
};

struct connection {
    struct http_server *server;
    struct MHD_Connection *mhd;
    LIST_ENTRY(connection) of_all;
    int fd; /* owned by libmicrohttpd */
    enum connection_state state;
    int64_t since_ns;   /* when the state began */
    int64_t head_ns;    /* when the next request's first byte was detected; 0: not yet */
    int64_t sampled_ns; /* when the kernel's counter of received bytes was last read */
    uint64_t consumed;  /* bytes of requests that have ended */
    bool closing;       /* shut down by the server, but not yet closed by libmicrohttpd */
};

enum exchange_phase {
    EXCHANGE_HEAD,    /* the target is known, headers are arriving */
    EXCHANGE_BODY,    /* the headers are complete and valid; the body is arriving or complete */
    EXCHANGE_READING, /* the handler runs and reads the rest of the body (in pieces) */
    EXCHANGE_WAITING, /* the handler is parked */
    EXCHANGE_DONE,    /* the answer is ready to be queued */
    EXCHANGE_REPLIED  /* the answer is queued */
};

/* A body that the handler reads while it arrives; unread data is in the exchange's `body`. */
struct pieces {
    uint64_t came; /* bytes of the body received so far */
    bool ended;    /* the body is complete */
    bool excess;   /* the body exceeds the route's body_max */
    bool lent;     /* the handler uses `body` */
    bool wanted;   /* the handler waits for data */
};

struct exchange {
    struct http_server *server;
    struct connection *connection; /* NULL after the client has left */
    enum exchange_phase phase;
    bool suspended;   /* libmicrohttpd ignores the connection until http_server resumes it */
    bool polled;      /* libmicrohttpd polls for the answer in each run */
    int64_t begin_ns; /* when the headers were complete */
    struct fiber *fiber;
    LIST_ENTRY(exchange) of_list; /* in the list `live` or `free_exchanges` */
    struct arena arena;
    struct buf body;
    size_t held;      /* bytes of `body` and `json` that admission has reserved */
    size_t answered;  /* bytes of the answer that admission has reserved */
    uint64_t dropped; /* bytes after `body` that were read and dropped (HTTP_ROUTE_CUT) */
    bool unread;      /* the rest of the body is not read, so the answer bypasses libmicrohttpd */
    size_t body_max;  /* limit of the route for the body's Content-Type */
    struct pieces pieces;   /* state of a body that the handler reads in pieces */
    struct json_body *json; /* see http_request.json */
    struct http_request req;
    struct http_response res;
    struct http_match match;
    struct http_strict strict;
    struct http_wire wire;
};

struct http_traffic;

struct http_server {
    struct loop *loop;
    struct http_server_options options;
    struct http_router *router;
    struct http_traffic *traffic;
    struct MHD_Daemon *daemon;
    /* Counters within the limits of `options`. There is no queue, because it would make every
     * request late. */
    struct {
        size_t running; /* handlers that run now */
        size_t connections;
        size_t bodies;  /* bytes reserved now for bodies of all requests */
        size_t answers; /* bytes reserved now for answers that are not yet sent */
    } admission;
    uint16_t port;
    char id_prefix[2 * ID_RANDOM + 1]; /* prefix of generated request ids */
    uint64_t id_count;

    int listener;
    bool listening; /* accept_watch is added */
    struct loop_watch accept_watch;
    struct loop_timer accept_timer; /* ends a pause of accepting after descriptors ran out */
    struct connection *arriving; /* accepted connection for which libmicrohttpd has not yet called
                                    http_connection_notify() */

    struct loop_watch watch; /* libmicrohttpd's epoll */
    struct loop_timer timer; /* started with the time of MHD_get_timeout() */
    struct loop_hook hook;
    bool mhd_pending; /* libmicrohttpd must run at the end of this iteration */
    size_t polled;    /* requests whose handlers are polled now */

    LIST_HEAD(, connection) connections;
    struct connection *cursor; /* next connection whose deadline is checked */
    struct loop_timer reaper;
    bool reaping; /* the timer `reaper` runs */

    LIST_HEAD(exchanges, exchange) live;
    struct exchanges free_exchanges;
    size_t free_count;

    LIST_HEAD(, lingering) lingers;
    size_t linger_count;

    bool draining;
    bool listener_closed;
    bool destroyed;
    struct loop_timer unready_timer, limit_timer;
    void (*done)(void *data);
    void *done_data;
};

/* --- acceptor.c --- */
bool http_acceptor_open(struct http_server *server, struct fault *fault) MUST_CHECK;
bool http_acceptor_start(struct http_server *server, struct fault *fault) MUST_CHECK;
/* Drops new SYNs; handshakes under way still complete. A client that connects now gets "connection
 * refused" once the listener is closed, and may safely retry. Without this, connections that the
 * kernel completes between our last accept() and close() would be reset. */
void http_acceptor_drop_handshakes(struct http_server *server);
/* Accepts every connection in the backlog. */
void http_acceptor_accept_all(struct http_server *server);
/* Ends a pause of accepting, which begins when descriptors run out. */
void http_acceptor_resume(struct http_server *server);
void http_acceptor_close(struct http_server *server); /* may be called repeatedly */

/* --- admission.c --- */
/* Counts one more running handler. FAULT_UNAVAILABLE "overloaded" if `fibers_max` already run.
 * After true, http_admission_end_handler() must be called once. */
bool http_admission_begin_handler(struct http_server *server, struct fault *fault) MUST_CHECK;
void http_admission_end_handler(struct http_server *server);
/* Reserves `bytes` of a body until http_admission_release_body(). False: `bodies_max` is reached.
 */
bool http_admission_reserve_body(struct http_server *server, size_t bytes) MUST_CHECK;
void http_admission_release_body(struct http_server *server, size_t bytes);
/* Reserves `bytes` of an answer until http_admission_release_answer(). False: too much of
 * `answers_max` is in use for an answer of this size; `must`: reserves it nevertheless. */
bool http_admission_reserve_answer(struct http_server *server, size_t bytes, bool must) MUST_CHECK;
void http_admission_release_answer(struct http_server *server, size_t bytes);
/* True while more than half of `answers_max` is in use. */
bool http_admission_presses_readers(const struct http_server *server);
/* Whether the server must accept no further connection. */
bool http_admission_refuses_connections(const struct http_server *server);
/* True while more than `connections_max` connections are open. Every request except probes is then
 * answered 503 and its connection closed. */
bool http_admission_refuses_requests(const struct http_server *server);
/* Sets FAULT_UNAVAILABLE "overloaded". Returns false. */
bool http_admission_set_overloaded(struct fault *fault);

/* --- connection.c --- */
void http_connection_notify(void *data, struct MHD_Connection *mhd, void **context,
                            enum MHD_ConnectionNotificationCode code);
struct connection *http_connection_of(struct MHD_Connection *mhd);
void http_connection_set_state(struct connection *connection, enum connection_state state);
/* Called when the target of a request has been read. */
void http_connection_begin_request(struct connection *connection);
/* Called at the end of a request: counts its bytes as consumed. */
void http_connection_end_request(struct connection *connection, const struct exchange *exchange);
/* Whether no request is running and no byte of the next request has arrived. */
bool http_connection_is_idle(struct connection *connection);
void http_connection_shut_down(struct connection *connection);
/* Closes the connection that has been idle for longest, if its idle time is at least `idle_min_ns`.
 */
void http_connection_close_longest_idle(struct http_server *server, int64_t idle_min_ns);
/* exchange.c: libmicrohttpd's three callbacks */
void *http_exchange_begin(void *data, const char *target, struct MHD_Connection *mhd);
enum MHD_Result http_exchange_advance(void *data, struct MHD_Connection *mhd, const char *url,
                                      const char *method, const char *version, const char *upload,
                                      size_t *upload_size, void **context);
void http_exchange_end(void *data, struct MHD_Connection *mhd, void **context,
                       enum MHD_RequestTerminationCode code);
/* Cancels the fibers of all parked handlers, so that their waits fail. */
void http_exchange_cancel_all(struct http_server *server);

/* --- pieces.c --- */
/* Begins a body in pieces. False: `bodies_max` is reached. */
bool http_pieces_begin(struct exchange *exchange, struct fault *fault) MUST_CHECK;
/* Appends a piece. False: the buffer is full; the handler resumes the connection later. */
bool http_pieces_append(struct exchange *exchange, const char *piece, size_t size) MUST_CHECK;
/* Called when the body has ended (`is_complete`), or the client has left. */
void http_pieces_end(struct exchange *exchange, bool is_complete);

/* --- exchange_pool.c --- */
/* Returns an exchange in the list `live`; its members have old values. NULL if memory is out. */
struct exchange *http_exchange_acquire(struct http_server *server);
void http_exchange_release(struct exchange *exchange);
void http_exchange_free_pool(struct http_server *server);

/* --- dispatch.c --- */
/* Called when the headers are complete. False: the fault is the reply, after which the connection
 * closes. */
bool http_dispatch_check_head(struct exchange *exchange, const char *method, const char *url,
                              const char *version, struct fault *fault) MUST_CHECK;
/* Sets the fault of a body beyond its limit. Returns false. */
bool http_dispatch_set_too_large(const struct exchange *exchange, struct fault *fault);
/* Answers a complete request: calls guard, checks and handler. May park. */
void http_dispatch_request(struct exchange *exchange);
/* True for OPTIONS on a known path that has no OPTIONS route. */
bool http_dispatch_is_automatic_options(const struct exchange *exchange);

/* --- readers.c --- */
/* Reserves memory of the answer until it is sent. Beyond `answers_max` the slowest reader is
 * disconnected, and a large answer to a request without an effect is replaced by 503; the
 * connection then remains open if the client has received all earlier answers. Small answers are
 * never refused, so that clients that do not read large ones stop nobody else. */
void http_readers_reserve_answer(struct exchange *exchange);

/* --- linger.c --- */
void http_linger_start(struct http_server *server, int fd);
void http_linger_finish(struct http_server *server);

/* --- drain.c --- */
void http_drain_end_if_finished(struct http_server *server);
void http_drain_close_idle(struct http_server *server);
void http_drain_stop_timers(struct http_server *server);

/* --- traffic.c --- */
struct http_traffic *http_traffic_create(struct http_server *server);
void http_traffic_destroy(struct http_traffic *traffic);
void http_traffic_count_answered(struct http_traffic *traffic, const struct exchange *exchange);
void http_traffic_count_refused(struct http_traffic *traffic);
void http_traffic_count_deadline_close(struct http_traffic *traffic, enum connection_state state);

/* --- server.c --- */
/* Frees the memory of a destroyed server, after its last handler has ended. */
void http_server_free_memory(struct http_server *server);
