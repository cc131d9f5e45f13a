// SPDX-License-Identifier: MIT
/* Exchanges are reused with their memory. Only a running request holds an exchange, so an idle
 * connection needs none. */
#include <stdlib.h>

#include "http/server_private.h"

static struct exchange *allocate_exchange(struct http_server *server)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);

    if (exchange == NULL)
        return NULL;
    exchange->server = server;
    arena_init(&exchange->arena, ARENA_MAX);
    buf_init(&exchange->body, HTTP_BODY_MAX);
    buf_init(&exchange->res.body, HTTP_REPLY_MAX);
    return exchange;
}

struct exchange *http_exchange_acquire(struct http_server *server)
{
    struct exchange *exchange = LIST_FIRST(&server->free_exchanges);

    if (exchange != NULL) {
        LIST_REMOVE(exchange, of_list);
        server->free_count--;
    } else {
        exchange = allocate_exchange(server);
    }
    if (exchange != NULL)
        LIST_INSERT_HEAD(&server->live, exchange, of_list);
    return exchange;
}

static void free_exchange(struct exchange *exchange)
{
    arena_finish(&exchange->arena);
    buf_finish(&exchange->body);
    buf_finish(&exchange->res.body);
    free(exchange);
}

static void clear_or_free_buffer(struct buf *buf)
{
    if (buf->cap <= BUFFER_KEPT)
        buf_clear(buf);
    else
        buf_finish(buf);
}

void http_exchange_release(struct exchange *exchange)
{
    struct http_server *server = exchange->server;

    fields_parse_finish(exchange->json);
    exchange->json = NULL;
    http_admission_release_body(server, exchange->held);
    exchange->held = 0;
    http_admission_release_answer(server, exchange->answered);
    exchange->answered = 0;
    LIST_REMOVE(exchange, of_list);
    if (server->destroyed || server->free_count >= EXCHANGES_KEPT) {
        free_exchange(exchange);
        return;
    }
    arena_reset(&exchange->arena);
    clear_or_free_buffer(&exchange->body);
    clear_or_free_buffer(&exchange->res.body);
    LIST_INSERT_HEAD(&server->free_exchanges, exchange, of_list);
    server->free_count++;
}

void http_exchange_free_pool(struct http_server *server)
{
    while (!LIST_EMPTY(&server->free_exchanges)) {
        struct exchange *exchange = LIST_FIRST(&server->free_exchanges);
        LIST_REMOVE(exchange, of_list);
        free_exchange(exchange);
    }
}
