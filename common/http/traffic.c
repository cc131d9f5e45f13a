// SPDX-License-Identifier: MIT
/* Counts requests by route template and writes the access log. */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "http/server_private.h"

enum { LABELS_MAX = 192 };

/* Counts requests with the same route, method and status. */
struct counter {
    struct metric metric;
    enum http_method method;
    enum http_status status;
    struct counter *next;
    char labels[LABELS_MAX];
};

struct route_traffic {
    struct counter *counters;
    struct metric_histogram duration;
    char labels[LABELS_MAX];
};

struct http_traffic {
    struct http_server *server;
    struct metric in_flight, connections, bodies, answers, shed;
    struct metric cut[CONNECTION_REPLYING + 1];
    size_t route_count;
    struct route_traffic routes[]; /* the last one is for requests without a route */
};

/* Reads a metric's value. `data` points to a size_t. */
static double read_gauge(void *data)
{
    return (double)*(const size_t *)data;
}

static const char *get_route_name(const struct http_server *server, size_t route)
{
    return route < server->options.route_count ? server->options.routes[route].path : "none";
}

static void register_metrics_without_routes(struct http_traffic *traffic)
{
    static const char *const reasons[] = {
        [CONNECTION_WAITING] = "reason=\"header_or_idle\"",
        [CONNECTION_BODY] = "reason=\"body\"",
        [CONNECTION_RUNNING] = NULL,
        [CONNECTION_REPLYING] = "reason=\"reply\"",
    };
    struct http_server *server = traffic->server;

    metric_register_gauge(&traffic->in_flight, "http_in_flight", "Handlers running now.",
                          read_gauge, &server->admission.running);
    metric_register_gauge(&traffic->connections, "http_connections", "Connections open now.",
                          read_gauge, &server->admission.connections);
    metric_register_gauge(&traffic->bodies, "http_body_bytes", "Bytes of request bodies kept now.",
                          read_gauge, &server->admission.bodies);
    metric_register_gauge(&traffic->answers, "http_answer_bytes",
                          "Bytes of answers that their clients have not read yet.", read_gauge,
                          &server->admission.answers);
    metric_register_counter(&traffic->shed, "http_shed_total",
                            "Requests answered 503 by admission.", NULL);
    for (size_t i = 0; i <= CONNECTION_REPLYING; i++) {
        if (reasons[i] != NULL)
            metric_register_counter(&traffic->cut[i], "http_connections_cut_total",
                                    "Connections closed at a deadline.", reasons[i]);
    }
}

struct http_traffic *http_traffic_create(struct http_server *server)
{
    size_t count = server->options.route_count + 1;
    struct http_traffic *traffic = calloc(1, sizeof *traffic + count * sizeof traffic->routes[0]);

    if (traffic == NULL)
        return NULL;
    traffic->server = server;
    traffic->route_count = count;
    register_metrics_without_routes(traffic);
    return traffic;
}

void http_traffic_destroy(struct http_traffic *traffic)
{
    if (traffic == NULL)
        return;
    metric_unregister(&traffic->in_flight);
    metric_unregister(&traffic->connections);
    metric_unregister(&traffic->bodies);
    metric_unregister(&traffic->answers);
    metric_unregister(&traffic->shed);
    for (size_t i = 0; i <= CONNECTION_REPLYING; i++)
        metric_unregister(&traffic->cut[i]);
    for (size_t i = 0; i < traffic->route_count; i++) {
        metric_unregister(&traffic->routes[i].duration.metric);
        while (traffic->routes[i].counters != NULL) {
            struct counter *counter = traffic->routes[i].counters;
            traffic->routes[i].counters = counter->next;
            metric_unregister(&counter->metric);
            free(counter);
        }
    }
    free(traffic);
}

/* Returns the counter for these labels, which the first call creates. NULL if memory is out: the
 * request is then not counted. */
static struct counter *find_or_create_counter(struct http_traffic *traffic, size_t route,
                                              enum http_method method, enum http_status status)
{
    struct route_traffic *of = &traffic->routes[route];

    for (struct counter *counter = of->counters; counter != NULL; counter = counter->next) {
        if (counter->method == method && counter->status == status)
            return counter;
    }
    struct counter *counter = calloc(1, sizeof *counter);
    if (counter == NULL)
        return NULL;
    counter->method = method;
    counter->status = status;
    (void)snprintf(counter->labels, sizeof counter->labels,
                   "route=\"%s\",method=\"%s\",code=\"%d\"", get_route_name(traffic->server, route),
                   http_method_name(method), (int)status);
    counter->next = of->counters;
    of->counters = counter;
    metric_register_counter(&counter->metric, "http_requests_total", "Requests answered.",
                            counter->labels);
    return counter;
}

static void observe_duration(struct http_traffic *traffic, size_t route, double seconds)
{
    struct route_traffic *of = &traffic->routes[route];

    if (of->duration.metric.name == NULL) {
        (void)snprintf(of->labels, sizeof of->labels, "route=\"%s\"",
                       get_route_name(traffic->server, route));
        of->duration.metric = (struct metric){.name = "http_request_duration_seconds",
                                              .help = "From complete headers to the queued answer.",
                                              .type = METRIC_HISTOGRAM,
                                              .labels = of->labels};
        metric_register(&of->duration.metric);
    }
    metric_observe(&of->duration, seconds);
}

static size_t get_sent_body_bytes(const struct exchange *exchange)
{
    bool bare = exchange->res.status == HTTP_NOT_MODIFIED || exchange->req.method == HTTP_HEAD;

    return bare ? 0 : http_reply_content(&exchange->res).len;
}

static void write_access_line(const struct http_traffic *traffic, const struct exchange *exchange,
                              size_t route, double seconds)
{
    LOG(LOG_INFO, "http_request", "Request answered",
        log_text("request_id", exchange->req.request_id),
        log_str("method", http_method_name(exchange->req.method)),
        log_str("route", get_route_name(traffic->server, route)),
        log_int("status_code", exchange->res.status), log_float("duration_ms", seconds * 1000),
        log_int("bytes", (int64_t)get_sent_body_bytes(exchange)));
}

void http_traffic_count_answered(struct http_traffic *traffic, const struct exchange *exchange)
{
    const struct http_server_options *options = &traffic->server->options;
    size_t route = exchange->match.route != NULL ? exchange->match.index : options->route_count;
    double seconds = (double)(now_mono_ns() - exchange->begin_ns) / 1e9;
    struct counter *counter =
        find_or_create_counter(traffic, route, exchange->req.method, exchange->res.status);

    if (counter != NULL)
        counter->metric.value++;
    observe_duration(traffic, route, seconds);
    if (options->access_log)
        write_access_line(traffic, exchange, route, seconds);
}

void http_traffic_count_refused(struct http_traffic *traffic)
{
    traffic->shed.value++;
}

void http_traffic_count_deadline_close(struct http_traffic *traffic, enum connection_state state)
{
    traffic->cut[state].value++;
}
