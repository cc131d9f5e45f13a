// SPDX-License-Identifier: MIT
#include "base/auto.h"
#include "base/now.h"
#include "http/reply.h"
#include "http/request.h"

#include "app.h"
#include "handlers/handlers.h"
#include "handlers/status_json.h"

enum http_status get_status(void *data, const struct http_request *req, struct http_response *res)
{
    struct health_app *app = data;
    struct monitor_view view;
    struct fault fault;

    if (!http_request_query(req, NULL, NULL, &fault))
        return http_reply_fault(req, res, &fault);
    monitor_get_view(app->monitor, &view);
    status_encode(&view, &res->body);
    return http_reply_json(res, HTTP_OK);
}

enum http_status get_check_history(void *data, const struct http_request *req,
                                   struct http_response *res)
{
    struct health_app *app = data;
    struct check_history_query query = {.hours = 24};
    const struct check *check = plan_find(app->plan, req->params[0]);
    struct fault fault;
    size_t count = TREND_HISTORY_MAX;
    const int64_t now_us = now_wall_us();

    if (check == NULL)
        fault_set(&fault, FAULT_NOT_FOUND, "not_found", "There is no such check.");
    if (check == NULL || !http_request_query(req, &check_history_fields, &query, &fault))
        return http_reply_fault(req, res, &fault);
    auto_free struct trend_point *points =
        fault_calloc(TREND_HISTORY_MAX * sizeof *points, "the check's past", &fault);
    if (points == NULL ||
        !history_read_points(app->history, check, now_us - query.hours * 3600 * US_PER_S, now_us,
                             points, &count, &fault))
        return http_reply_fault(req, res, &fault);
    check_points_encode(points, count, &res->body);
    return http_reply_json(res, HTTP_OK);
}
