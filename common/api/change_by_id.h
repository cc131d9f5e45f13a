// SPDX-License-Identifier: MIT
/* Macros that define the handlers of mutating routes, and functions that write their replies. */
#pragma once

#include "api/service.h"

/* The argument of `act` in CHANGE_BY_ID and CHANGE_BY_ACTION. */
struct asked {
    void *app;      /* the handlers' `data`; begins like struct service_data */
    struct uuid id; /* the first parameter of the path */
    int action;     /* the argument of CHANGE_BY_ACTION; 0 in CHANGE_BY_ID */
};

/* Calls api_change() with a struct asked, or replies 404 if the path's id is not a UUID. `app` must
 * begin like struct service_data. */
enum http_status change_by_id(void *app, const struct http_request *req, struct http_response *res,
                              api_change_fn *act, int action);

// clang-format off
/* Define the handler of a route. CHANGE_BY_BODY: the route creates a resource; `act` gets the
 * handlers' `data`. CHANGE_BY_ID: it changes the resource of its path; `act` gets a struct asked.
 * CHANGE_BY_ACTION: like CHANGE_BY_ID, for several routes that share an `act`. */
#define CHANGE_BY_BODY(handler_, act_) \
    SERVICE_HANDLER(handler_, api_change(((struct service_data *)data)->service->changes, req, res, act_, data))
#define CHANGE_BY_ID(handler_, act_) \
    SERVICE_HANDLER(handler_, change_by_id(data, req, res, act_, 0))
#define CHANGE_BY_ACTION(handler_, act_, action_) \
    SERVICE_HANDLER(handler_, change_by_id(data, req, res, act_, action_))
// clang-format on

/* Decodes the body of an action. Unless `required`, the body may be absent. `table` NULL: the body
 * must be absent or an empty object. */
bool change_decode(const struct change *change, const struct fields *table, bool required,
                   void *out, struct fault *fault) MUST_CHECK;

/* Complete the reply after `act` has written the resource to res->body: status 200, or 201 with
 * the Location of `id`. `version` 0: without an ETag. change_reply() returns true. */
bool change_reply(const struct change *change, struct http_response *res, int64_t version);
bool change_reply_created(const struct change *change, struct http_response *res,
                          const struct uuid *id, int64_t version, struct fault *fault) MUST_CHECK;
/* change_reply() with a resource that `table` encodes into res->body. */
bool change_reply_fields(const struct change *change, struct http_response *res,
                         const struct fields *table, const void *resource, int64_t version);
/* The reply of a DELETE: 204. Returns true. */
bool change_reply_deleted(const struct change *change, struct http_response *res,
                          const struct uuid *id);
