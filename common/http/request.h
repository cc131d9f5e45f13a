// SPDX-License-Identifier: MIT
/* A request as passed to its handler. Its memory is borrowed until the handler returns. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "json/fields.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_METHOD_COUNT
};
const char *http_method_name(enum http_method method);

enum {
    HTTP_KEPT_LIST = 1 << 0, /* several lines with this name are joined with a comma (RFC
                                9110, 5.3); otherwise a second line is refused */
    HTTP_KEPT_CORS = 1 << 1  /* CORS: a page of an allowed origin may send it */
};

/* The request headers that the guard (http_guard in route.h) and the handlers can read: index in
 * http_request.headers, name, flags. Other headers are checked for validity and dropped. */
// clang-format off
#define HTTP_KEPT_HEADERS(ROW)                                                                     \
    ROW(HTTP_H_CONTENT_TYPE,                  "Content-Type",                  HTTP_KEPT_CORS)     \
    ROW(HTTP_H_CONTENT_ENCODING,              "Content-Encoding",              HTTP_KEPT_LIST)     \
    ROW(HTTP_H_X_API_KEY,                     "X-API-Key",                     HTTP_KEPT_CORS)     \
    ROW(HTTP_H_X_ACTOR,                       "X-Actor",                       HTTP_KEPT_CORS)     \
    ROW(HTTP_H_IDEMPOTENCY_KEY,               "Idempotency-Key",               HTTP_KEPT_CORS)     \
    ROW(HTTP_H_IF_MATCH,                      "If-Match",      HTTP_KEPT_LIST | HTTP_KEPT_CORS)    \
    ROW(HTTP_H_IF_NONE_MATCH,                 "If-None-Match", HTTP_KEPT_LIST | HTTP_KEPT_CORS)    \
    ROW(HTTP_H_X_REQUEST_ID,                  "X-Request-Id",                  HTTP_KEPT_CORS)     \
    ROW(HTTP_H_API_VERSION,                   "API-Version",                   HTTP_KEPT_CORS)     \
    ROW(HTTP_H_TRACEPARENT,                   "traceparent",                   HTTP_KEPT_CORS)     \
    ROW(HTTP_H_ACCEPT,                        "Accept",                        HTTP_KEPT_LIST)     \
    ROW(HTTP_H_ACCEPT_ENCODING,               "Accept-Encoding",               HTTP_KEPT_LIST)     \
    ROW(HTTP_H_ORIGIN,                        "Origin",                        0)                  \
    ROW(HTTP_H_ACCESS_CONTROL_REQUEST_METHOD, "Access-Control-Request-Method", 0)                  \
    ROW(HTTP_H_X_TELEGRAM_BOT_API_SECRET_TOKEN, "X-Telegram-Bot-Api-Secret-Token", 0)              \
    ROW(HTTP_H_X_EDGE_SECRET,                 "X-Edge-Secret",                 0)                  \
    ROW(HTTP_H_AUTHORIZATION,                 "Authorization",                 0)
// clang-format on

#define HTTP_KEPT_PLACE(place, name, flags) place,
enum http_known_header { HTTP_KEPT_HEADERS(HTTP_KEPT_PLACE) HTTP_H_COUNT };
#undef HTTP_KEPT_PLACE

struct http_kept_header {
    struct slice name;
    unsigned flags;
};
extern const struct http_kept_header http_kept_headers[HTTP_H_COUNT];

enum { HTTP_PATH_PARAMS_MAX = 4, HTTP_QUERY_MAX = 32 };

enum {
    HTTP_PIECE_MAX = 64 * 1024
}; /* maximum of bytes that one http_request_read_piece() returns */

struct http_route;
struct exchange;
struct loop;

struct http_request {
    enum http_method method;
    const struct http_route *route;            /* NULL in the guard if no route matched */
    struct slice target;                       /* path and query, raw */
    struct slice path;                         /* raw path without the query */
    struct slice params[HTTP_PATH_PARAMS_MAX]; /* values of ":name", in order */
    struct field_pair query[HTTP_QUERY_MAX];   /* percent-decoded */
    size_t query_count;
    struct slice headers[HTTP_H_COUNT]; /* .at NULL: no such header */
    struct slice body;                  /* "" if there is none */
    /* On a route with HTTP_ROUTE_CUT: the body was too large, and `body` is only its beginning. If
     * more than HTTP_DROPPED_MAX bytes follow, they are not read, and the reply must be no larger
     * than a few kilobytes. */
    bool body_cut;
    /* The body has the route's `pieces_type`. The handler starts when the first byte of the body
     * has come, and reads the body by http_request_read_piece(); `body` is "". */
    bool in_pieces;
    struct json_body **json; /* parsed body, set by http_request_json(); the owner of the request
                                calls fields_parse_finish() */
    struct slice request_id; /* value of X-Request-Id, or a generated one */
    struct arena *arena;     /* freed after the reply is queued */
    struct loop *loop;
    void *caller; /* set by the guard; the guard of our services sets a struct api_caller */
    struct exchange *exchange; /* used by http_request_read_piece() and http_request_reserve();
                                  NULL: there is no server */
};

/* Reads path parameter number `param_index` as UUID. FAULT_NOT_FOUND if it is not a UUID. */
bool http_request_uuid(const struct http_request *req, size_t param_index, struct uuid *out,
                       struct fault *fault) MUST_CHECK;

/* Reads the next piece of a body `in_pieces`, "" at its end. Parks until data comes. `piece` is
 * borrowed until the next call. Between two calls at most HTTP_PIECE_MAX bytes are buffered, then
 * the client has to wait. False: FAULT_UNREADABLE "body_broken" (the client has left, or no byte
 * came for the server's body_ms), FAULT_TOO_LARGE "body_too_large", or a fault of fiber_park(). A
 * handler may reply before the end of the body; the reply must then be no larger than a few
 * kilobytes, and the connection is closed. */
bool http_request_read_piece(const struct http_request *req, struct slice *piece,
                             struct fault *fault) MUST_CHECK;

/* Counts memory that the request holds until its end as a part of the server's `bodies_max`.
 * FAULT_UNAVAILABLE "overloaded": that is reached. */
bool http_request_reserve(const struct http_request *req, size_t bytes,
                          struct fault *fault) MUST_CHECK;

/* The parsed body; it is parsed on the first call. Unless `required`, an absent body is {}.
 * Fails like http_request_reserve() too. */
bool http_request_json(const struct http_request *req, bool required, const struct json_body **out,
                       struct fault *fault) MUST_CHECK;

/* Decodes the body, which is required, by fields_decode(). */
bool http_request_decode(const struct http_request *req, const struct fields *table, bool patch,
                         void *out, struct fields_seen *seen, struct fault *fault) MUST_CHECK;

/* Whether the request has no body or an empty object. For actions, which have no fields. */
bool http_request_empty(const struct http_request *req, struct fault *fault) MUST_CHECK;

/* Decodes the query parameters by fields_decode_query(). `table` NULL: there are none. */
bool http_request_query(const struct http_request *req, const struct fields *table, void *out,
                        struct fault *fault) MUST_CHECK;

/* Whether the request may change the resource at `version`: If-Match is absent, "*", or has a tag
 * with this number before its dot. Otherwise FAULT_PRECONDITION "version_mismatch". */
bool http_request_if_match(const struct http_request *req, int64_t version,
                           struct fault *fault) MUST_CHECK;
