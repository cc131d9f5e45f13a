// SPDX-License-Identifier: MIT
/* Handlers of mutating routes. */
#pragma once

#include "api/service.h"

/* The argument of the `act` of a CHANGE_BY_ID. */
struct asked {
    void *app;      /* the handlers' data; begins as struct service_data does */
    struct uuid id; /* the first parameter of the path */
    int action;     /* of a CHANGE_BY_ACTION */
};

/* Calls api_change(), or replies 404 if the path's id is not a UUID. `app` begins as struct
 * service_data does. */
enum http_status change_by_id(void *app, const struct http_request *req, struct http_response *res,
                              api_change_fn *act, int action);

// clang-format off
#define CHANGE_HANDLER(handler_, call_)                                                            \
    enum http_status handler_(void *data, const struct http_request *req, struct http_response *res) \
    {                                                                                              \
        return call_;                                                                              \
    }
/* Define the handler of a route: one that creates a resource, one that changes the resource of its
 * path, and one of several that share an `act`. */
#define CHANGE_BY_BODY(handler_, act_) \
    CHANGE_HANDLER(handler_, api_change(((struct service_data *)data)->service->changes, req, res, act_, NULL))
#define CHANGE_BY_ID(handler_, act_) \
    CHANGE_HANDLER(handler_, change_by_id(data, req, res, act_, 0))
#define CHANGE_BY_ACTION(handler_, act_, action_) \
    CHANGE_HANDLER(handler_, change_by_id(data, req, res, act_, action_))
// clang-format on
