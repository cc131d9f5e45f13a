// SPDX-License-Identifier: MIT
/* Replies. Only http_status_of() maps a fault's kind to a status. */
#pragma once

#include "base/buf.h"
#include "base/fault.h"
#include "http/request.h"

enum http_status {
    HTTP_OK = 200,
    HTTP_CREATED = 201,
    HTTP_ACCEPTED = 202,
    HTTP_NO_CONTENT = 204,
    HTTP_SEE_OTHER = 303,
    HTTP_NOT_MODIFIED = 304,
    HTTP_BAD_REQUEST = 400,
    HTTP_UNAUTHORIZED = 401,
    HTTP_FORBIDDEN = 403,
    HTTP_NOT_FOUND = 404,
    HTTP_METHOD_NOT_ALLOWED = 405,
    HTTP_NOT_ACCEPTABLE = 406,
    HTTP_CONFLICT = 409,
    HTTP_GONE = 410,
    HTTP_PRECONDITION_FAILED = 412,
    HTTP_CONTENT_TOO_LARGE = 413,
    HTTP_UNSUPPORTED_MEDIA_TYPE = 415,
    HTTP_UNPROCESSABLE = 422,
    HTTP_TOO_MANY_REQUESTS = 429,
    HTTP_INTERNAL_ERROR = 500,
    HTTP_UNAVAILABLE = 503
};

enum { HTTP_HEADERS_MAX = 16, HTTP_REPLY_MAX = 4 * 1024 * 1024 };

struct http_header {
    const char *name;   /* static, such as "ETag" */
    struct slice value; /* in the request's arena, NUL-terminated */
};

struct http_response {
    enum http_status status;
    const char *content_type; /* static; NULL when no body is sent */
    struct buf body;          /* at most HTTP_REPLY_MAX */
    /* Instead of `body`, if set: content that is never freed, as that of embed_content(). It is
     * sent without a copy. */
    struct slice constant;
    struct http_header headers[HTTP_HEADERS_MAX];
    size_t header_count;
    bool close; /* close the connection after this reply */
};

/* The content of the reply. */
static inline struct slice http_reply_content(const struct http_response *res)
{
    return res->constant.at != NULL ? res->constant : buf_as_slice(&res->body);
}

/* Adds a header. Drops it if there are already HTTP_HEADERS_MAX (no reply has so many), if the
 * value has a control character other than a tab (CR or LF would inject a header), or if it is
 * empty (libmicrohttpd would refuse the reply). */
void http_reply_header(struct http_response *res, const char *name, struct slice value);

/* Replies with the JSON in res->body or res->constant. */
enum http_status http_reply_json(struct http_response *res, enum http_status status);

/* Replies with the resource in res->body or res->constant and its ETag "<version>.<hash>";
 * `version` 0: without an ETag. A GET or HEAD whose If-None-Match contains the ETag is answered
 * 304; res->body is kept, because a 304 has the Content-Length of that body. */
enum http_status http_reply_resource(const struct http_request *req, struct http_response *res,
                                     enum http_status status, int64_t version);

/* Sets Location (RFC 9110, 10.2.2) of a resource that a POST to its collection has created: the
 * path of the request and the id. False: the arena is full. */
bool http_reply_location(const struct http_request *req, struct http_response *res,
                         const struct uuid *id, struct fault *fault) MUST_CHECK;

/* Replies 204 without a body. */
enum http_status http_reply_empty(struct http_response *res);

/* Replies with problem+json (RFC 9457): type, title, status, detail, instance, code, request_id,
 * errors, and the fault's members. 429, 503 and faults with retry_after_s get Retry-After, 401 gets
 * WWW-Authenticate. The previous body is discarded. */
enum http_status http_reply_fault(const struct http_request *req, struct http_response *res,
                                  const struct fault *fault);

enum http_status http_status_of(enum fault_kind kind);
/* The reason phrase of RFC 9110, such as "Not Found". */
const char *http_status_title(enum http_status status);
