// SPDX-License-Identifier: MIT
/* Memory of answers that clients do not read. libmicrohttpd keeps an answer until the kernel has
 * taken all of it, so a client that reads nothing would take the memory of each large answer. */
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "base/now.h"
#include "http/server_private.h"

enum {
    SMALL_ANSWER = 16 * 1024, /* bytes of an answer that is never refused */
    REFUSAL_HEAD = 1024,      /* bytes of the headers of a refusal */
    SLOW_READER_MS = 100      /* younger answers are not closed to make room */
};

/* Closes the connection whose client has been reading its answer for longest. */
static void close_slowest_reader(struct http_server *server)
{
    struct connection *slowest = NULL;
    struct connection *at;

    LIST_FOREACH (at, &server->connections, of_all) {
        bool reads = at->state == CONNECTION_REPLYING && !at->closing;
        if (reads && (slowest == NULL || at->since_ns < slowest->since_ns))
            slowest = at;
    }
    if (slowest == NULL ||
        loop_now_ns(server->loop) - slowest->since_ns < SLOW_READER_MS * NS_PER_MS)
        return;
    http_traffic_count_deadline_close(server->traffic, CONNECTION_REPLYING);
    http_connection_shut_down(slowest);
}

/* True if the request has had no effect, so that 503 is a true answer to it. */
static bool has_no_effect(const struct exchange *exchange)
{
    const struct http_route *route = exchange->match.route;

    return exchange->req.method == HTTP_GET || exchange->req.method == HTTP_HEAD ||
           (route != NULL && (route->flags & HTTP_ROUTE_READS) != 0);
}

/* True if an earlier answer has not reached the client: it sends requests ahead or does not read.
 */
static bool has_unread_answer(const struct connection *connection)
{
    int unacknowledged = 0;

    return ioctl(connection->fd, SIOCOUTQ, &unacknowledged) != 0 || unacknowledged > 0;
}

static size_t get_answer_cost(const struct http_response *res)
{
    return HTTP_SEND_BUFFER + (res->constant.at != NULL ? 0 : res->body.cap);
}

/* Replaces the answer by 503. A client that has received all earlier answers keeps its connection,
 * so at most one refusal is in its send buffer. */
static void refuse(struct exchange *exchange)
{
    struct http_response *res = &exchange->res;
    struct fault fault;

    http_traffic_count_refused(exchange->server->traffic);
    (void)http_admission_set_overloaded(&fault);
    buf_finish(&res->body);
    res->header_count = 0;
    res->close = has_unread_answer(exchange->connection);
    (void)http_reply_fault(&exchange->req, res, &fault);
    exchange->answered = res->close ? get_answer_cost(res) : REFUSAL_HEAD + res->body.cap;
}

void http_readers_reserve_answer(struct exchange *exchange)
{
    struct http_server *server = exchange->server;
    struct http_response *res = &exchange->res;
    const bool may_refuse = http_reply_content(res).len > SMALL_ANSWER && has_no_effect(exchange);

    exchange->answered = get_answer_cost(res);
    if (http_admission_reserve_answer(server, exchange->answered, false))
        return;
    close_slowest_reader(server);
    if (may_refuse)
        refuse(exchange);
    (void)!http_admission_reserve_answer(server, exchange->answered, true);
}
