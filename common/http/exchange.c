// SPDX-License-Identifier: MIT
/* One request and its answer, driven by libmicrohttpd's callbacks: for the target, the complete
 * headers, each piece of the body, its end, and while the handler waits. The answer is queued when
 * the whole request has been read. An answer before that closes the connection. */
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#include "base/now.h"
#include "http/cors_private.h"
#include "http/server_private.h"

/* Resets all members for a new request, but keeps the reused memory. */
static void init_exchange(struct exchange *exchange, struct connection *connection)
{
    struct buf reply = exchange->res.body;

    exchange->connection = connection;
    exchange->phase = EXCHANGE_HEAD;
    exchange->suspended = false;
    exchange->polled = false;
    exchange->dropped = 0;
    exchange->unread = false;
    exchange->fiber = NULL;
    exchange->begin_ns = now_mono_ns();
    memset(&exchange->match, 0, sizeof exchange->match);
    memset(&exchange->req, 0, sizeof exchange->req);
    memset(&exchange->res, 0, sizeof exchange->res);
    exchange->res.body = reply;
    exchange->strict.length = 0;
    exchange->strict.chunked = false;
    exchange->req.arena = &exchange->arena;
    exchange->req.exchange = exchange;
    exchange->req.json = &exchange->json;
    exchange->req.loop = exchange->server->loop;
    exchange->req.body = SLICE("");
    /* Placeholder until the id is known, because a header's value must not be empty. */
    exchange->req.request_id = SLICE("-");
    exchange->req.method = HTTP_METHOD_COUNT;
}

void *http_exchange_begin(void *data, const char *target, struct MHD_Connection *mhd)
{
    struct http_server *server = data;
    struct connection *connection = http_connection_of(mhd);
    struct exchange *exchange = connection != NULL ? http_exchange_acquire(server) : NULL;

    if (connection != NULL)
        http_connection_begin_request(connection);
    if (exchange == NULL)
        return NULL;
    init_exchange(exchange, connection);
    exchange->req.target = arena_copy(&exchange->arena, slice_of(target));
    return exchange;
}

/* Adds the headers that every answer has. Each costs time, so there are few. */
static void add_common_headers(struct exchange *exchange)
{
    struct http_response *res = &exchange->res;

    http_cors_add_headers(exchange->server->options.cors_origins, &exchange->req,
                          exchange->match.allowed, res);
    if (exchange->server->draining)
        res->close = true;
}

static bool add_header(struct MHD_Response *response, const char *name, struct slice value)
{
    /* Libmicrohttpd requires a NUL after the value. Every value is a literal or from the arena,
     * which adds one. */
    return MHD_add_response_header(response, name, value.at) == MHD_YES;
}

static struct MHD_Response *create_mhd_response(struct exchange *exchange)
{
    struct http_response *res = &exchange->res;
    struct slice content = http_reply_content(res);
    void *body = (void *)(uintptr_t)(content.len > 0 ? content.at : "");
    /* The content is not copied: the exchange owns it and outlives the response, or it is constant.
     */
    struct MHD_Response *response =
        MHD_create_response_from_buffer(content.len, body, MHD_RESPMEM_PERSISTENT);

    if (response == NULL)
        return NULL;
    bool fine = add_header(response, "API-Version", SLICE("1")) &&
                add_header(response, "X-Request-Id", exchange->req.request_id);
    if (res->content_type != NULL)
        fine = add_header(response, "Content-Type", slice_of(res->content_type)) && fine;
    if (res->close)
        fine = add_header(response, "Connection", SLICE("close")) && fine;
    for (size_t i = 0; i < res->header_count; i++)
        fine = add_header(response, res->headers[i].name, res->headers[i].value) && fine;
    if (fine)
        return response;
    MHD_destroy_response(response);
    return NULL;
}

/* Queues the answer. If that fails (MHD_NO), libmicrohttpd closes the connection. */
static enum MHD_Result queue_reply(struct exchange *exchange, struct MHD_Connection *mhd)
{
    http_readers_reserve_answer(exchange);
    add_common_headers(exchange);
    http_traffic_count_answered(exchange->server->traffic, exchange);
    struct MHD_Response *response = create_mhd_response(exchange);
    if (response == NULL)
        return MHD_NO;
    enum MHD_Result queued = MHD_queue_response(mhd, (unsigned)exchange->res.status, response);
    MHD_destroy_response(response);
    exchange->phase = EXCHANGE_REPLIED;
    http_connection_set_state(exchange->connection, CONNECTION_REPLYING);
    return queued;
}

static enum MHD_Result check_head_or_refuse(struct exchange *exchange, struct MHD_Connection *mhd,
                                            const char *method, const char *url,
                                            const char *version)
{
    struct fault fault;

    exchange->begin_ns = now_mono_ns();
    if (!http_dispatch_check_head(exchange, method, url, version, &fault)) {
        exchange->res.close = true;
        http_linger_start(exchange->server, exchange->connection->fd);
        (void)http_reply_fault(&exchange->req, &exchange->res, &fault);
        return queue_reply(exchange, mhd);
    }
    exchange->phase = EXCHANGE_BODY;
    http_connection_set_state(exchange->connection, CONNECTION_BODY);
    return MHD_YES;
}

/* Writes the header Date (RFC 9110, 6.6.1), which libmicrohttpd adds only to answers that it
 * sends. */
static void append_date_header(struct buf *out)
{
    char date[sizeof("Thu, 01 Jan 1970 00:00:00 GMT")];
    time_t now = (time_t)(now_wall_us() / US_PER_S);
    struct tm utc;

    gmtime_r(&now, &utc);
    (void)strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    buf_printf(out, "Date: %s\r\n", date);
}

static void append_response_head(const struct exchange *exchange, struct buf *out)
{
    const struct http_response *res = &exchange->res;

    buf_printf(out, "HTTP/1.1 %d %s\r\n", (int)res->status, http_status_title(res->status));
    append_date_header(out);
    buf_printf(out, "API-Version: 1\r\nX-Request-Id: %.*s\r\n",
               SLICE_ARG(exchange->req.request_id));
    if (res->content_type != NULL)
        buf_printf(out, "Content-Type: %s\r\n", res->content_type);
    for (size_t i = 0; i < res->header_count; i++)
        buf_printf(out, "%s: %.*s\r\n", res->headers[i].name, SLICE_ARG(res->headers[i].value));
    if (res->status != HTTP_NO_CONTENT)
        buf_printf(out, "Content-Length: %zu\r\n", http_reply_content(res).len);
    buf_text(out, "Connection: close\r\n\r\n");
}

/* Sends the answer on the socket directly, because libmicrohttpd accepts no answer in the middle of
 * a body. Nothing else has been sent for this request, and a few kilobytes fit into an empty
 * socket. */
static void send_answer_on_socket(struct exchange *exchange)
{
    struct http_response *res = &exchange->res;
    struct buf out = BUF(2 * HTTP_REPLY_MAX);

    res->close = true;
    add_common_headers(exchange);
    append_response_head(exchange, &out);
    if (exchange->req.method != HTTP_HEAD)
        buf_slice(&out, http_reply_content(res));
    (void)send(exchange->connection->fd, out.data, out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    buf_finish(&out);
    exchange->phase = EXCHANGE_REPLIED;
    http_traffic_count_answered(exchange->server->traffic, exchange);
}

static enum MHD_Result send_answer_and_break_off(struct exchange *exchange)
{
    send_answer_on_socket(exchange);
    http_linger_start(exchange->server, exchange->connection->fd);
    return MHD_NO;
}

/* Called when the handler has ended before the body. The answer does not wait for libmicrohttpd,
 * which calls back only when more of the body arrives; drop_received_part() drops that part. */
static void reply_early(struct exchange *exchange)
{
    exchange->unread = true;
    send_answer_on_socket(exchange);
    (void)shutdown(exchange->connection->fd, SHUT_WR);
    http_connection_set_state(exchange->connection, CONNECTION_REPLYING);
}

/* Drops a part of the body that arrives after the answer. */
static enum MHD_Result drop_received_part(struct exchange *exchange, size_t *unread_size)
{
    exchange->dropped += *unread_size;
    bool over = *unread_size == 0 || exchange->dropped > HTTP_DROPPED_MAX;
    *unread_size = 0;
    return exchange->unread && over ? MHD_NO : MHD_YES;
}

static enum MHD_Result send_or_queue_answer(struct exchange *exchange, struct MHD_Connection *mhd)
{
    return exchange->unread ? send_answer_and_break_off(exchange) : queue_reply(exchange, mhd);
}

static enum MHD_Result reply_with_fault(struct exchange *exchange, struct MHD_Connection *mhd,
                                        const struct fault *fault)
{
    (void)http_reply_fault(&exchange->req, &exchange->res, fault);
    return send_or_queue_answer(exchange, mhd);
}

/* Called at the end of a handler, in its fiber. */
static void finish_after_handler(struct exchange *exchange)
{
    struct http_server *server = exchange->server;
    bool early = exchange->phase == EXCHANGE_READING;

    exchange->phase = EXCHANGE_DONE;
    exchange->fiber = NULL;
    http_admission_end_handler(server);
    /* If the handler never parked, this is still inside http_exchange_advance(), which queues the
     * answer itself. Otherwise libmicrohttpd must run again. */
    server->mhd_pending = server->mhd_pending || exchange->polled || exchange->suspended;
    if (exchange->polled)
        server->polled--;
    exchange->polled = false;
    if (exchange->connection == NULL) {
        http_exchange_release(exchange);
        if (server->destroyed && server->admission.running == 0)
            http_server_free_memory(server);
        return;
    }
    if (early)
        reply_early(exchange);
    if (exchange->suspended)
        MHD_resume_connection(exchange->connection->mhd);
    exchange->suspended = false;
}

static void run_handler_in_fiber(void *data)
{
    struct exchange *exchange = data;

    exchange->fiber = fiber_current();
    http_dispatch_request(exchange);
    finish_after_handler(exchange);
}

/* Called when the handler has parked: polls the request, or suspends the connection. */
static void poll_or_suspend(struct exchange *exchange, struct MHD_Connection *mhd)
{
    struct http_server *server = exchange->server;

    exchange->phase = EXCHANGE_WAITING;
    http_connection_set_state(exchange->connection, CONNECTION_RUNNING);
    if (server->polled < server->options.polled_max) {
        exchange->polled = true;
        server->polled++;
        return;
    }
    exchange->suspended = true;
    MHD_suspend_connection(mhd);
}

static bool start_handler_fiber(struct exchange *exchange, struct fault *fault)
{
    struct http_server *server = exchange->server;
    const struct http_route *route = exchange->match.route;
    const int64_t deadline_ms =
        route != NULL && route->deadline_ms > 0 ? route->deadline_ms : HTTP_DEADLINE_MS;

    if (!http_admission_begin_handler(server, fault)) {
        http_traffic_count_refused(server->traffic);
        return false;
    }
    if (fiber_start(server->loop, run_handler_in_fiber, exchange,
                    loop_now_ns(server->loop) + deadline_ms * NS_PER_MS,
                    route != NULL ? route->path : "none", fault))
        return true;
    http_admission_end_handler(server);
    http_traffic_count_refused(server->traffic);
    return false;
}

static void set_request_body(struct exchange *exchange)
{
    struct http_request *req = &exchange->req;

    req->body = exchange->body.len > 0 ? buf_as_slice(&exchange->body) : SLICE("");
    req->body_cut = exchange->dropped > 0;
}

/* Called when the body is complete, or when its rest will not be read. */
static enum MHD_Result start_handler_after_body(struct exchange *exchange,
                                                struct MHD_Connection *mhd)
{
    const struct http_route *route = exchange->match.route;
    struct fault fault;

    set_request_body(exchange);
    if ((route != NULL && (route->flags & HTTP_ROUTE_PROBE) != 0) ||
        http_dispatch_is_automatic_options(exchange)) {
        http_dispatch_request(exchange);
        return send_or_queue_answer(exchange, mhd);
    }
    if (!start_handler_fiber(exchange, &fault))
        return reply_with_fault(exchange, mhd, &fault);
    if (exchange->phase != EXCHANGE_DONE) {
        poll_or_suspend(exchange, mhd);
        return MHD_YES;
    }
    return send_or_queue_answer(exchange, mhd);
}

static bool reserve_memory(struct exchange *exchange, size_t bytes)
{
    if (!http_admission_reserve_body(exchange->server, bytes))
        return false;
    exchange->held += bytes;
    return true;
}

bool http_request_reserve(const struct http_request *req, size_t bytes, struct fault *fault)
{
    if (req->exchange == NULL || reserve_memory(req->exchange, bytes))
        return true;
    http_traffic_count_refused(req->exchange->server->traffic);
    return http_admission_set_overloaded(fault);
}

/* Appends to the body. False: out of memory, or `bodies_max` is reached. */
static bool append_to_body(struct exchange *exchange, const char *piece, size_t size)
{
    if (!reserve_memory(exchange, size))
        return false;
    exchange->body.max = exchange->body_max;
    buf_append(&exchange->body, piece, size);
    return !exchange->body.failed;
}

static enum MHD_Result buffer_body_part(struct exchange *exchange, struct MHD_Connection *mhd,
                                        const char *part, size_t *unread_size)
{
    size_t room = exchange->body_max - exchange->body.len;
    size_t kept = *unread_size < room ? *unread_size : room;
    struct fault fault;

    if (kept < *unread_size && !http_route_cuts_body(exchange->match.route)) {
        (void)http_dispatch_set_too_large(exchange, &fault);
        exchange->unread = true;
        return reply_with_fault(exchange, mhd, &fault);
    }
    if (!append_to_body(exchange, part, kept)) {
        http_traffic_count_refused(exchange->server->traffic);
        (void)http_admission_set_overloaded(&fault);
        exchange->unread = true;
        return reply_with_fault(exchange, mhd, &fault);
    }
    exchange->dropped += *unread_size - kept;
    if (exchange->dropped <= HTTP_DROPPED_MAX) {
        *unread_size = 0;
        return MHD_YES;
    }
    exchange->unread = true;
    return start_handler_after_body(exchange, mhd);
}

static enum MHD_Result pass_piece_to_handler(struct exchange *exchange, struct MHD_Connection *mhd,
                                             const char *piece, size_t *unread_size)
{
    if (exchange->phase == EXCHANGE_REPLIED)
        return drop_received_part(exchange, unread_size);
    if (*unread_size == 0) {
        http_pieces_end(exchange, true);
        poll_or_suspend(exchange, mhd);
    } else if (http_pieces_append(exchange, piece, *unread_size)) {
        *unread_size = 0;
    } else {
        exchange->suspended = true;
        MHD_suspend_connection(mhd);
    }
    return MHD_YES;
}

/* Starts the handler of a body in pieces when its first byte has come. */
static enum MHD_Result start_handler_of_pieces(struct exchange *exchange,
                                               struct MHD_Connection *mhd, const char *piece,
                                               size_t *unread_size)
{
    struct fault fault;
    bool room = http_pieces_begin(exchange, &fault);

    if (!room)
        http_traffic_count_refused(exchange->server->traffic);
    if (room && *unread_size == 0) {
        http_pieces_end(exchange, true);
        return start_handler_after_body(exchange, mhd);
    }
    exchange->phase = EXCHANGE_READING;
    if (!room || !start_handler_fiber(exchange, &fault)) {
        exchange->unread = true;
        return reply_with_fault(exchange, mhd, &fault);
    }
    return pass_piece_to_handler(exchange, mhd, piece, unread_size);
}

static enum MHD_Result receive_body(struct exchange *exchange, struct MHD_Connection *mhd,
                                    const char *piece, size_t *unread_size)
{
    if (exchange->req.in_pieces)
        return start_handler_of_pieces(exchange, mhd, piece, unread_size);
    return *unread_size > 0 ? buffer_body_part(exchange, mhd, piece, unread_size)
                            : start_handler_after_body(exchange, mhd);
}

enum MHD_Result http_exchange_advance(void *data, struct MHD_Connection *mhd, const char *url,
                                      const char *method, const char *version, const char *upload,
                                      size_t *upload_size, void **context)
{
    struct http_server *server = data;
    struct exchange *exchange = *context;

    if (exchange == NULL || exchange->req.target.at == NULL || server->destroyed)
        return MHD_NO;
    switch (exchange->phase) {
    case EXCHANGE_HEAD:
        return check_head_or_refuse(exchange, mhd, method, url, version);
    case EXCHANGE_BODY:
        return receive_body(exchange, mhd, upload, upload_size);
    case EXCHANGE_READING:
        return pass_piece_to_handler(exchange, mhd, upload, upload_size);
    case EXCHANGE_WAITING:
        return MHD_YES;
    case EXCHANGE_DONE:
        return send_or_queue_answer(exchange, mhd);
    case EXCHANGE_REPLIED:
        return drop_received_part(exchange, upload_size);
    }
    return MHD_NO;
}

static bool is_handler_running(const struct exchange *exchange)
{
    return exchange->phase == EXCHANGE_WAITING || exchange->phase == EXCHANGE_READING;
}

void http_exchange_end(void *data, struct MHD_Connection *mhd, void **context,
                       enum MHD_RequestTerminationCode code)
{
    struct http_server *server = data;
    struct exchange *exchange = *context;

    (void)mhd;
    (void)code;

    *context = NULL;
    if (exchange == NULL)
        return;
    http_connection_end_request(exchange->connection, exchange);
    if (!is_handler_running(exchange)) {
        http_exchange_release(exchange);
        return;
    }
    /* The client left; when the handler ends, finish_after_handler() releases the exchange. */
    if (exchange->polled)
        server->polled--;
    exchange->polled = false;
    exchange->suspended = false;
    exchange->connection = NULL;
    if (exchange->phase == EXCHANGE_READING)
        http_pieces_end(exchange, false);
}

void http_exchange_cancel_all(struct http_server *server)
{
    struct exchange *exchange;

    LIST_FOREACH (exchange, &server->live, of_list) {
        if (is_handler_running(exchange) && exchange->fiber != NULL)
            fiber_cancel(exchange->fiber);
    }
}
