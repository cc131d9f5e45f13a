// SPDX-License-Identifier: MIT
/* Handlers of routes that change something. */
#pragma once

#include "api/service.h"

/* What the `act` of a CHANGE_BY_ID gets as its argument. */
struct asked {
    void *app;      /* what handlers get: begins as struct service_data does */
    struct uuid id; /* the first of the path */
    int action;     /* of a CHANGE_BY_ACTION */
};

/* api_change(), or 404 where the path has no id. `app` begins as struct service_data does. */
enum http_status change_by_id(void *app, const struct http_request *req, struct http_response *res,
                              api_change_fn *act, int action);

// clang-format off
#define CHANGE_HANDLER(handler_, call_)                                                            \
    enum http_status handler_(void *data, const struct http_request *req, struct http_response *res) \
    {                                                                                              \
        return call_;                                                                              \
    }
/* Define the handler of a route: of one that makes something, of one that changes what its path
 * names, and of one of several that share an `act`. */
#define CHANGE_BY_BODY(handler_, act_) \
    CHANGE_HANDLER(handler_, api_change(((struct service_data *)data)->service->changes, req, res, act_, NULL))
#define CHANGE_BY_ID(handler_, act_) \
    CHANGE_HANDLER(handler_, change_by_id(data, req, res, act_, 0))
#define CHANGE_BY_ACTION(handler_, act_, action_) \
    CHANGE_HANDLER(handler_, change_by_id(data, req, res, act_, action_))
// clang-format on
