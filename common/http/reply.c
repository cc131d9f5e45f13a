// SPDX-License-Identifier: MIT
#include "http/reply.h"

#include <microhttpd.h>

#include "http/etag_private.h"
#include "http/strict_private.h"

enum http_status http_status_of(enum fault_kind kind)
{
    static const enum http_status statuses[] = {
        [FAULT_UNREADABLE] = HTTP_BAD_REQUEST,
        [FAULT_UNAUTHENTICATED] = HTTP_UNAUTHORIZED,
        [FAULT_FORBIDDEN] = HTTP_FORBIDDEN,
        [FAULT_NOT_FOUND] = HTTP_NOT_FOUND,
        [FAULT_METHOD] = HTTP_METHOD_NOT_ALLOWED,
        [FAULT_NOT_ACCEPTABLE] = HTTP_NOT_ACCEPTABLE,
        [FAULT_CONFLICT] = HTTP_CONFLICT,
        [FAULT_GONE] = HTTP_GONE,
        [FAULT_PRECONDITION] = HTTP_PRECONDITION_FAILED,
        [FAULT_TOO_LARGE] = HTTP_CONTENT_TOO_LARGE,
        [FAULT_MEDIA_TYPE] = HTTP_UNSUPPORTED_MEDIA_TYPE,
        [FAULT_INVALID] = HTTP_UNPROCESSABLE,
        [FAULT_RATE_LIMITED] = HTTP_TOO_MANY_REQUESTS,
        [FAULT_UNAVAILABLE] = HTTP_UNAVAILABLE,
        [FAULT_TIMEOUT] = HTTP_UNAVAILABLE,
        [FAULT_INTERNAL] = HTTP_INTERNAL_ERROR,
    };
    _Static_assert(ARRAY_LEN(statuses) == FAULT_INTERNAL + 1, "every kind");

    return statuses[kind];
}

const char *http_status_title(enum http_status status)
{
    return MHD_get_reason_phrase_for(status);
}

void http_reply_header(struct http_response *res, const char *name, struct slice value)
{
    if (res->header_count >= HTTP_HEADERS_MAX || value.len == 0 ||
        !http_strict_has_no_control(value))
        return;
    res->headers[res->header_count++] = (struct http_header){name, value};
}

enum http_status http_reply_json(struct http_response *res, enum http_status status)
{
    res->content_type = "application/json";
    res->status = status;
    return status;
}

bool http_reply_location(const struct http_request *req, struct http_response *res,
                         const struct uuid *id, struct fault *fault)
{
    char text[UUID_TEXT_LEN + 1];

    uuid_format(id, text);
    struct slice location = arena_printf(req->arena, "%.*s/%s", SLICE_ARG(req->path), text);
    if (location.at == NULL)
        return arena_fault(fault);
    http_reply_header(res, "Location", location);
    return true;
}

enum http_status http_reply_empty(struct http_response *res)
{
    buf_clear(&res->body);
    res->constant = SLICE_NONE;
    res->content_type = NULL;
    res->status = HTTP_NO_CONTENT;
    return res->status;
}

enum http_status http_reply_resource(const struct http_request *req, struct http_response *res,
                                     enum http_status status, int64_t version)
{
    /* A failed body is incomplete: http_dispatch_request() replies with a fault. */
    if (version == 0 || res->body.failed)
        return http_reply_json(res, status);
    char text[HTTP_ETAG_MAX];
    struct slice made = {text, http_etag_format(version, http_reply_content(res), text)};
    struct slice tag = arena_copy(req->arena, made);

    if (tag.at != NULL)
        http_reply_header(res, "ETag", tag);
    bool reads = req->method == HTTP_GET || req->method == HTTP_HEAD;
    if (!reads || !http_etag_list_has(req->headers[HTTP_H_IF_NONE_MATCH], made))
        return http_reply_json(res, status);
    res->content_type = NULL;
    res->status = HTTP_NOT_MODIFIED;
    return res->status;
}

static void encode_errors(struct buf *out, const struct fault *fault)
{
    buf_text(out, ",\"errors\":[");
    for (size_t i = 0; i < fault->field_count; i++) {
        const struct fault_field *field = &fault->fields[i];
        buf_json_member(out, i > 0 ? ",{\"field\":" : "{\"field\":", slice_of(field->field));
        buf_json_member(out, ",\"code\":", slice_of(field->code));
        buf_json_member(out, ",\"detail\":", slice_of(field->detail));
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

static void encode_problem(struct buf *out, const struct http_request *req, enum http_status status,
                           const struct fault *fault)
{
    buf_text(out, "{\"type\":\"about:blank\"");
    buf_json_member(out, ",\"title\":", slice_of(http_status_title(status)));
    buf_printf(out, ",\"status\":%d", (int)status);
    buf_json_member(out, ",\"detail\":", slice_of(fault->detail));
    buf_json_member(out, ",\"instance\":", req->path.at != NULL ? req->path : SLICE("/"));
    buf_json_member(out, ",\"code\":", slice_of(fault->code));
    buf_json_member(out, ",\"request_id\":", req->request_id);
    if (fault->field_count > 0)
        encode_errors(out, fault);
    if (fault->members.len > 0) {
        buf_char(out, ',');
        buf_slice(out, fault->members);
    }
    buf_char(out, '}');
}

static void add_retry_after(const struct http_request *req, struct http_response *res,
                            enum http_status status, const struct fault *fault)
{
    bool belongs = status == HTTP_TOO_MANY_REQUESTS || status == HTTP_UNAVAILABLE;

    if (!belongs && fault->retry_after_s <= 0)
        return;
    struct slice value =
        arena_printf(req->arena, "%d", fault->retry_after_s > 0 ? fault->retry_after_s : 1);
    http_reply_header(res, "Retry-After", value.at != NULL ? value : SLICE("1"));
}

enum http_status http_reply_fault(const struct http_request *req, struct http_response *res,
                                  const struct fault *fault)
{
    enum http_status status = http_status_of(fault->kind);

    res->status = status;
    res->content_type = "application/problem+json";
    add_retry_after(req, res, status, fault);
    if (status == HTTP_UNAUTHORIZED)
        http_reply_header(res, "WWW-Authenticate", SLICE("ApiKey realm=\"tapbot\""));
    buf_clear(&res->body);
    res->constant = SLICE_NONE;
    encode_problem(&res->body, req, status, fault);
    return status;
}
