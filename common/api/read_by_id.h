// SPDX-License-Identifier: MIT
/* Macros that define the handlers of routes that read. */
#pragma once

#include "api/list.h"
#include "api/service.h"

/* The argument of the functions that READ_BY_ID, READ_PAGE_BY_ID and READ_ALL call. */
struct reading {
    void *app; /* the handlers' `data`; begins like struct service_data */
    struct db *db;
    const struct http_request *req;
    const struct api_caller *caller;
    struct uuid id;        /* the first parameter of the path; not set by READ_ALL */
    struct list_page page; /* set by READ_PAGE_BY_ID; the function calls list_page_read() */
    struct fault fault;    /* set by the function before it calls read_refuse() */
};
typedef enum http_status read_fn(struct reading *reading, struct http_response *res);

/* Replies with `reading->fault`. */
enum http_status read_refuse(struct reading *reading, struct http_response *res);
/* Replies 200 with the resource in res->body; `version` 0: without an ETag. */
enum http_status read_reply(const struct reading *reading, struct http_response *res,
                            int64_t version);

/* Calls `read` after decoding path and query. `page_limit`: size of a page if the query has no
 * limit. */
enum http_status read_by_id(void *app, const struct http_request *req, struct http_response *res,
                            read_fn *read, const struct fields *query, int64_t page_limit);
enum http_status read_all(void *app, const struct http_request *req, struct http_response *res,
                          read_fn *read);

// clang-format off
/* Define the handler of a route. READ_BY_ID: the route shows the resource of its path.
 * READ_PAGE_BY_ID: it lists what belongs to that resource. READ_ALL: any other route. The first two
 * reply 404 to a bad id and 422 to an unknown query parameter; the function of READ_ALL decodes
 * path and query itself. */
#define READ_BY_ID(handler_, read_) SERVICE_HANDLER(handler_, read_by_id(data, req, res, read_, NULL, 0))
#define READ_PAGE_BY_ID(handler_, read_, limit_) \
    SERVICE_HANDLER(handler_, read_by_id(data, req, res, read_, &list_page_fields, limit_))
#define READ_ALL(handler_, read_) SERVICE_HANDLER(handler_, read_all(data, req, res, read_))
// clang-format on
