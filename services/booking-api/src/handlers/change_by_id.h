// SPDX-License-Identifier: MIT
/* Changes of what the path names. */
#pragma once

#include "api/change.h"

#include "app.h"

/* What the `act` of change_by_id() gets as its argument. */
struct asked {
    struct booking_app *app;
    struct uuid id; /* the first of the path */
};

/* api_change(), or 404 where the path has no id. `app`: a struct booking_app. */
enum http_status change_by_id(void *app, const struct http_request *req, struct http_response *res,
                              api_change_fn *act);
