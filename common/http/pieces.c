// SPDX-License-Identifier: MIT
/* Bodies that a handler reads while they arrive. Data is appended to the exchange's `body` until
 * the handler takes it. While the handler uses `body`, or `body` is full, the connection is
 * suspended: libmicrohttpd then stops reading, and the kernel makes the client wait. */
#include "http/server_private.h"

bool http_pieces_begin(struct exchange *exchange, struct fault *fault)
{
    exchange->pieces = (struct pieces){0};
    if (!http_admission_reserve_body(exchange->server, HTTP_PIECE_MAX))
        return http_admission_set_overloaded(fault);
    exchange->held = HTTP_PIECE_MAX;
    exchange->body.max = HTTP_PIECE_MAX;
    return buf_reserve(&exchange->body, HTTP_PIECE_MAX) != NULL ||
           http_admission_set_overloaded(fault);
}

static void wake_reader(struct exchange *exchange)
{
    if (exchange->pieces.wanted)
        fiber_wake(exchange->fiber);
}

bool http_pieces_append(struct exchange *exchange, const char *piece, size_t size)
{
    struct pieces *pieces = &exchange->pieces;

    if (size > exchange->body_max - pieces->came) {
        pieces->excess = true;
        wake_reader(exchange);
        return false;
    }
    if (pieces->lent || size > HTTP_PIECE_MAX - exchange->body.len)
        return false;
    buf_append(&exchange->body, piece, size);
    pieces->came += size;
    wake_reader(exchange);
    return true;
}

void http_pieces_end(struct exchange *exchange, bool is_complete)
{
    exchange->pieces.ended = is_complete;
    wake_reader(exchange);
}

/* Parks until data has come or the body has ended. */
static bool wait_for_piece(struct exchange *exchange, struct fault *fault)
{
    exchange->pieces.wanted = true;
    http_connection_set_state(exchange->connection, CONNECTION_BODY);
    if (exchange->suspended) {
        exchange->suspended = false;
        exchange->server->mhd_pending = true;
        MHD_resume_connection(exchange->connection->mhd);
    }
    bool woken = fiber_park(0, fault);
    exchange->pieces.wanted = false;
    if (exchange->connection != NULL)
        http_connection_set_state(exchange->connection, CONNECTION_RUNNING);
    return woken;
}

bool http_request_read_piece(const struct http_request *req, struct slice *piece,
                             struct fault *fault)
{
    struct exchange *exchange = req->exchange;

    if (exchange->pieces.lent)
        buf_clear(&exchange->body);
    exchange->pieces.lent = false;
    while (exchange->body.len == 0 && !exchange->pieces.ended) {
        if (exchange->pieces.excess)
            return http_dispatch_set_too_large(exchange, fault);
        if (exchange->connection == NULL)
            return fault_set(fault, FAULT_UNREADABLE, "body_broken",
                             "The body broke off in the middle.");
        if (!wait_for_piece(exchange, fault))
            return false;
    }
    exchange->pieces.lent = exchange->body.len > 0;
    *piece = exchange->body.len > 0 ? buf_as_slice(&exchange->body) : SLICE("");
    return true;
}
