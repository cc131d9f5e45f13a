// SPDX-License-Identifier: MIT
/* Receives alerts of Prometheus' rules, as an Alertmanager does (its api/v2/openapi.yaml). */
#include "base/now.h"
#include "http/reply.h"
#include "http/request.h"

#include "app.h"
#include "handlers/handlers.h"
#include "monitor/monitor.h"
#include "prometheus/rule_alert_json.h"

/* A rule with the name of a check of kind heartbeat always fires, so each post of its alert is a
 * heartbeat. */
static bool receive_alerts(struct health_app *app, const struct foreign_list *list,
                           struct fault *fault)
{
    const int64_t now_us = now_wall_us();
    const struct heartbeat heartbeat = HEARTBEAT_OK(now_us);
    bool done = true;

    for (size_t i = 0; i < list->count; i++) {
        struct rule_alert alert;
        rule_alert_read(list, i, now_us, &alert);
        const struct check *check = plan_find(app->plan, slice_of(alert.rule));
        if (check == NULL || check->kind != CHECK_HEARTBEAT)
            monitor_receive_rule_alert(app->monitor, &alert);
        else if (alert.until_us > now_us)
            done = monitor_receive_heartbeat(app->monitor, check, &heartbeat, fault) && done;
    }
    return done;
}

/* Replies 200 without a body, as an Alertmanager does. */
enum http_status post_alerts(void *data, const struct http_request *req, struct http_response *res)
{
    struct health_app *app = data;
    struct foreign_list list;
    struct fault fault;

    if (!http_request_query(req, NULL, NULL, &fault) ||
        !rule_alert_decode_list(req->body, &list, req->arena, &fault) ||
        !receive_alerts(app, &list, &fault))
        return http_reply_fault(req, res, &fault);
    (void)http_reply_empty(res);
    res->status = HTTP_OK;
    return res->status;
}
