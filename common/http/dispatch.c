// SPDX-License-Identifier: MIT
/* Checks of a request, in this order: shape, admission, the route's own guard, length; then, after
 * the whole body has come, API-Version, the server's guard, path, method, Content-Type, Accept,
 * the body of a DELETE, handler. The guard comes before path and method, so a client without a key
 * gets 401 and cannot find out which paths exist. */
#include "base/ascii.h"
#include "http/cors_private.h"
#include "http/media.h"
#include "http/server_private.h"

enum { REQUEST_ID_MAX = 128, ID_COUNT_MAX = 17 /* a dash and 64 bits in hexadecimal */ };

static enum http_method parse_method(struct slice name)
{
    for (int method = 0; method < HTTP_METHOD_COUNT; method++) {
        if (slice_is(name, http_method_name((enum http_method)method)))
            return (enum http_method)method;
    }
    return HTTP_METHOD_COUNT;
}

static bool is_request_id(struct slice id)
{
    return id.len <= REQUEST_ID_MAX && ascii_is_word(id, "._:-");
}

/* Makes a request id from a random part of this process and a counter: unique, but not secret. A
 * UUID for each request would cost a system call. */
static struct slice make_request_id(struct exchange *exchange)
{
    struct http_server *server = exchange->server;
    char room[sizeof server->id_prefix + ID_COUNT_MAX];
    struct buf id = buf_over(room, sizeof room);

    buf_text(&id, server->id_prefix);
    buf_char(&id, '-');
    buf_hex(&id, ++server->id_count, 1);
    struct slice made = arena_copy(&exchange->arena, buf_as_slice(&id));
    return made.at != NULL ? made : SLICE("-");
}

static enum MHD_Result pass_header_to_checks(void *data, enum MHD_ValueKind kind, const char *name,
                                             size_t name_size, const char *value, size_t value_size)
{
    struct exchange *exchange = data;

    (void)kind;
    struct slice content = {value, value_size};
    http_wire_check_header(&exchange->wire, (struct slice){name, name_size}, content);
    http_strict_add_header(&exchange->strict, (struct slice){name, name_size}, content);
    return MHD_YES;
}

/* Copies the headers of http_kept_headers into the arena: libmicrohttpd frees its memory when the
 * client leaves, while a handler may still run. Blanks around a value are not part of it (RFC 9110,
 * 5.5), but libmicrohttpd does not remove the blanks after the value. */
static bool copy_kept_headers(struct exchange *exchange)
{
    for (size_t i = 0; i < HTTP_H_COUNT; i++) {
        struct slice value = exchange->strict.headers[i];
        if (value.at == NULL)
            continue;
        exchange->req.headers[i] = arena_copy(&exchange->arena, slice_trim(value));
        if (exchange->req.headers[i].at == NULL)
            return false;
    }
    return true;
}

static void check_header_lines(struct exchange *exchange, const char *method, const char *url,
                               const char *version)
{
    struct MHD_Connection *mhd = exchange->connection->mhd;

    http_strict_begin(&exchange->strict, slice_of(method), slice_of(version));
    http_wire_check_begin(&exchange->wire, method, url, exchange->req.target.len, version);
    (void)MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, pass_header_to_checks, exchange);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (info == NULL || !http_wire_check_end(&exchange->wire, info->header_size))
        http_strict_refuse(&exchange->strict, "The header's lines are not plain lines.");
}

static bool check_and_parse_head(struct exchange *exchange, const char *method, const char *url,
                                 const char *version, struct fault *fault)
{
    struct http_request *req = &exchange->req;

    check_header_lines(exchange, method, url, version);
    bool strict = http_strict_end(&exchange->strict, fault);
    if (!copy_kept_headers(exchange))
        return arena_fault(fault);
    struct slice id = req->headers[HTTP_H_X_REQUEST_ID];
    req->request_id = is_request_id(id) ? id : make_request_id(exchange);
    return strict && http_strict_parse_target(req->target, &req->path, req->query,
                                              &req->query_count, &exchange->arena, fault);
}

static bool check_admission(const struct exchange *exchange, struct fault *fault)
{
    const struct http_route *route = exchange->match.route;
    bool probe = route != NULL && (route->flags & HTTP_ROUTE_PROBE) != 0;

    if (probe || !http_admission_refuses_requests(exchange->server))
        return true;
    http_traffic_count_refused(exchange->server->traffic);
    return http_admission_set_overloaded(fault);
}

static bool call_route_guard(struct exchange *exchange, struct fault *fault)
{
    const struct http_route *route = exchange->match.route;

    return route == NULL || route->guard == NULL ||
           route->guard(exchange->server->options.data, &exchange->req, &exchange->res, fault);
}

bool http_dispatch_set_too_large(const struct exchange *exchange, struct fault *fault)
{
    return fault_set(fault, FAULT_TOO_LARGE, "body_too_large", "The body is larger than %zu bytes.",
                     exchange->body_max);
}

static void set_body_max(struct exchange *exchange)
{
    const struct http_route *route = exchange->match.route;
    struct http_request *req = &exchange->req;

    exchange->body_max = HTTP_BODY_MAX;
    if (route == NULL)
        return;
    req->in_pieces = route->pieces_type != NULL &&
                     http_media_is(req->headers[HTTP_H_CONTENT_TYPE], slice_of(route->pieces_type));
    if (route->body_max > 0 && (route->pieces_type == NULL || req->in_pieces))
        exchange->body_max = route->body_max;
}

static bool check_content_length(const struct exchange *exchange, struct fault *fault)
{
    return exchange->strict.length <= exchange->body_max ||
           http_route_cuts_body(exchange->match.route) ||
           http_dispatch_set_too_large(exchange, fault);
}

bool http_dispatch_check_head(struct exchange *exchange, const char *method, const char *url,
                              const char *version, struct fault *fault)
{
    if (!check_and_parse_head(exchange, method, url, version, fault))
        return false;
    struct http_request *req = &exchange->req;
    req->method = parse_method(slice_of(method));
    http_router_match(exchange->server->router, req->method, req->path, &exchange->match);
    req->route = exchange->match.route;
    memcpy(req->params, exchange->match.params, sizeof req->params);
    set_body_max(exchange);
    return check_admission(exchange, fault) && call_route_guard(exchange, fault) &&
           check_content_length(exchange, fault);
}

bool http_dispatch_is_automatic_options(const struct exchange *exchange)
{
    return exchange->req.method == HTTP_OPTIONS && exchange->match.route == NULL &&
           exchange->match.allowed != 0;
}

static void add_allow_header(struct exchange *exchange)
{
    http_reply_header(&exchange->res, "Allow",
                      http_format_methods(exchange->match.allowed, &exchange->arena));
}

/* Bodies are not decompressed. The answer to a compressed one says so (RFC 9110, 15.5.16). */
static bool check_content_encoding(struct exchange *exchange, struct fault *fault)
{
    const struct http_request *req = &exchange->req;
    const struct slice coding = slice_trim(req->headers[HTTP_H_CONTENT_ENCODING]);

    if (coding.len == 0 || slice_equal_caseless(coding, SLICE("identity")) ||
        (req->body.len == 0 && !req->in_pieces))
        return true;
    http_reply_header(&exchange->res, "Accept-Encoding", SLICE("identity"));
    return fault_set(fault, FAULT_MEDIA_TYPE, "unsupported_encoding",
                     "Content-Encoding must be identity: send the body uncompressed.");
}

static bool check_content_type_and_accept(struct exchange *exchange, struct fault *fault)
{
    const struct http_request *req = &exchange->req;

    if ((exchange->match.route->flags & HTTP_ROUTE_ANY_TYPE) != 0)
        return true;
    if (!check_content_encoding(exchange, fault))
        return false;
    if (req->body.len > 0 && !http_media_is_json(req->headers[HTTP_H_CONTENT_TYPE]))
        return fault_set(fault, FAULT_MEDIA_TYPE, "unsupported_media_type",
                         "The body's Content-Type is not application/json.");
    if (!http_media_accepts_json(req->headers[HTTP_H_ACCEPT]))
        return fault_set(fault, FAULT_NOT_ACCEPTABLE, "not_acceptable",
                         "Accept excludes application/json.");
    return true;
}

static bool check_api_version(const struct http_request *req, struct fault *fault)
{
    struct slice version = req->headers[HTTP_H_API_VERSION];

    if (version.at == NULL || slice_is(version, "1"))
        return true;
    return fault_set(fault, FAULT_UNREADABLE, "unsupported_version", "The only API-Version is 1");
}

static bool refuse_unexpected_query(const struct http_request *req, struct fault *fault)
{
    return (req->route->flags & HTTP_ROUTE_NO_QUERY) == 0 ||
           http_request_query(req, NULL, NULL, fault);
}

/* No DELETE has fields in its body, and the handlers do not read it. */
static bool refuse_delete_body(const struct http_request *req, struct fault *fault)
{
    return req->method != HTTP_DELETE || req->body.len == 0 || http_request_empty(req, fault);
}

static bool needs_no_key(const struct exchange *exchange)
{
    const struct http_route *route = exchange->match.route;

    return route != NULL ? http_route_needs_no_key(route) : exchange->match.open;
}

static bool check_before_handler(struct exchange *exchange, struct fault *fault)
{
    const struct http_server_options *options = &exchange->server->options;
    struct http_request *req = &exchange->req;

    if (!check_api_version(req, fault))
        return false;
    if (!needs_no_key(exchange) && options->guard != NULL &&
        !options->guard(options->data, req, &exchange->res, fault))
        return false;
    if (exchange->match.allowed == 0 || req->method == HTTP_METHOD_COUNT)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such path or verb.");
    if (exchange->match.route == NULL) {
        add_allow_header(exchange);
        return fault_set(fault, FAULT_METHOD, "method_not_allowed",
                         "This path does not know this verb.");
    }
    return check_content_type_and_accept(exchange, fault) && refuse_unexpected_query(req, fault) &&
           refuse_delete_body(req, fault);
}

void http_dispatch_request(struct exchange *exchange)
{
    struct http_request *req = &exchange->req;
    struct http_response *res = &exchange->res;
    struct fault fault;

    if (http_dispatch_is_automatic_options(exchange)) {
        add_allow_header(exchange);
        (void)http_reply_empty(res);
        return;
    }
    if (!check_before_handler(exchange, &fault))
        (void)http_reply_fault(req, res, &fault);
    else
        res->status = exchange->match.route->handler(exchange->server->options.data, req, res);
    if (!buf_ok(&res->body, &fault))
        (void)http_reply_fault(req, res, &fault);
}
