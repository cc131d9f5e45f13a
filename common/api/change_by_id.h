// SPDX-License-Identifier: MIT
/* Macros that define the handlers of mutating routes, and the replies of their functions. */
#pragma once

#include "api/service.h"

/* The argument of `act` in CHANGE_BY_ID and CHANGE_BY_ACTION. */
struct asked {
    void *app;      /* the handlers' `data`; begins like struct service_data */
    struct uuid id; /* the first parameter of the path */
    int action;     /* of CHANGE_BY_ACTION; otherwise 0 */
};

/* Calls api_change() with a struct asked, or replies 404 if the path's id is not a UUID. `app` must
 * begin like struct service_data. */
enum http_status change_by_id(void *app, const struct http_request *req, struct http_response *res,
                              api_change_fn *act, int action);

// clang-format off
#define CHANGE_HANDLER(handler_, call_)                                                            \
    enum http_status handler_(void *data, const struct http_request *req, struct http_response *res) \
    {                                                                                              \
        return call_;                                                                              \
    }
/* Define the handler of a route: CHANGE_BY_BODY of one that creates a resource, whose `act` gets
 * the handlers' `data`; CHANGE_BY_ID of one that changes the resource of its path, CHANGE_BY_ACTION
 * of one of several that share an `act`. */
#define CHANGE_BY_BODY(handler_, act_) \
    CHANGE_HANDLER(handler_, api_change(((struct service_data *)data)->service->changes, req, res, act_, data))
#define CHANGE_BY_ID(handler_, act_) \
    CHANGE_HANDLER(handler_, change_by_id(data, req, res, act_, 0))
#define CHANGE_BY_ACTION(handler_, act_, action_) \
    CHANGE_HANDLER(handler_, change_by_id(data, req, res, act_, action_))
// clang-format on

/* Decodes the body of an action; `table` NULL: it has none. Unless `required`, it may be absent. */
bool change_decode(const struct change *change, const struct fields *table, bool required,
                   void *out, struct fault *fault) MUST_CHECK;

/* Replies of `act`, with the resource in res->body: 200, or 201 with the Location of `id`.
 * `version` 0: without an ETag. change_reply() returns true. */
bool change_reply(const struct change *change, struct http_response *res, int64_t version);
bool change_reply_created(const struct change *change, struct http_response *res,
                          const struct uuid *id, int64_t version, struct fault *fault) MUST_CHECK;
/* The same with a resource that a table encodes into res->body. */
bool change_reply_fields(const struct change *change, struct http_response *res,
                         const struct fields *table, const void *resource, int64_t version);
/* The reply of a DELETE: 204. Returns true. */
bool change_reply_deleted(const struct change *change, struct http_response *res,
                          const struct uuid *id);
