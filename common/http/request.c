// SPDX-License-Identifier: MIT
#include "http/request.h"

#include "http/etag_private.h"

// clang-format off
#define KEPT_HEADER(place, name, flags) [place] = {{(name), sizeof(name) - 1}, (flags)},
const struct http_kept_header http_kept_headers[HTTP_H_COUNT] = {HTTP_KEPT_HEADERS(KEPT_HEADER)};
// clang-format on

const char *http_method_name(enum http_method method)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",          [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH",        [HTTP_DELETE] = "DELETE",
        [HTTP_OPTIONS] = "OPTIONS", [HTTP_METHOD_COUNT] = "OTHER",
    };

    return names[method];
}

bool http_request_uuid(const struct http_request *req, size_t param_index, struct uuid *out,
                       struct fault *fault)
{
    if (param_index < HTTP_PATH_PARAMS_MAX && uuid_parse(req->params[param_index], out))
        return true;
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such resource.");
}

static bool parse_body(const struct http_request *req, bool required, struct fault *fault)
{
    if (!fields_parse(req->body, required, req->json, req->arena, fault))
        return false;
    if (http_request_reserve(req, fields_body_size(*req->json), fault))
        return true;
    fields_parse_finish(*req->json);
    *req->json = NULL;
    return false;
}

bool http_request_json(const struct http_request *req, bool required, const struct json_body **out,
                       struct fault *fault)
{
    bool missing = required && req->body.len == 0;

    if ((*req->json == NULL || missing) && !parse_body(req, required, fault))
        return false;
    *out = *req->json;
    return true;
}

static const struct fields no_fields = {.item_size = sizeof(char)};

bool http_request_empty(const struct http_request *req, struct fault *fault)
{
    const struct json_body *body;
    char nothing;

    return http_request_json(req, false, &body, fault) &&
           fields_decode_body(&no_fields, body, false, &nothing, NULL, req->arena, fault);
}

bool http_request_decode(const struct http_request *req, const struct fields *table, bool patch,
                         void *out, struct fields_seen *seen, struct fault *fault)
{
    const struct json_body *body = NULL;

    if (!http_request_json(req, true, &body, fault))
        return false;
    return fields_decode_body(table, body, patch, out, seen, req->arena, fault);
}

bool http_request_query(const struct http_request *req, const struct fields *table, void *out,
                        struct fault *fault)
{
    char nothing = 0;
    struct fields_seen seen;

    if (table == NULL)
        return fields_decode_query(&no_fields, req->query, req->query_count, &nothing, &seen,
                                   req->arena, fault);
    return fields_decode_query(table, req->query, req->query_count, out, &seen, req->arena, fault);
}

bool http_request_if_match(const struct http_request *req, int64_t version, struct fault *fault)
{
    struct slice list = req->headers[HTTP_H_IF_MATCH];

    if (list.at == NULL || http_etag_list_has_version(list, version))
        return true;
    return fault_set(fault, FAULT_PRECONDITION, "version_mismatch",
                     "If-Match names another version than the present one.");
}
