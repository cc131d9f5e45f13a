// SPDX-License-Identifier: MIT
/* Macros that define the handlers of mutating routes. */
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
/* Define the handler of a route: CHANGE_BY_BODY of one that creates a resource, CHANGE_BY_ID of one
 * that changes the resource of its path, CHANGE_BY_ACTION of one of several that share an `act`. */
#define CHANGE_BY_BODY(handler_, act_) \
    CHANGE_HANDLER(handler_, api_change(((struct service_data *)data)->service->changes, req, res, act_, NULL))
#define CHANGE_BY_ID(handler_, act_) \
    CHANGE_HANDLER(handler_, change_by_id(data, req, res, act_, 0))
#define CHANGE_BY_ACTION(handler_, act_, action_) \
    CHANGE_HANDLER(handler_, change_by_id(data, req, res, act_, action_))
// clang-format on
