// SPDX-License-Identifier: MIT
#include "alerts/alerts.h"
#include "app.h"
#include "handlers/action.h"
#include "handlers/handlers.h"

static void encode(const struct alert_told *told, struct buf *out)
{
    buf_printf(out, "{\"channel\":\"%s\",\"told\":%s,\"detail\":\"%s\",\"took_ms\":%lld}",
               told->channel, told->told ? "true" : "false", told->code, (long long)told->took_ms);
}

enum http_status post_alerts_test(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    struct health_app *app = data;
    struct alert_told told[ALERT_CHANNELS];
    size_t count;
    bool dry;
    struct fault fault;
    if (!action_is_dry(req, &dry, &fault) || !action_has_no_body(req, &fault) ||
        !alerts_test(app->alerts, dry, told, &count, &fault))
        return http_reply_fault(req, res, &fault);
    action_reply_begin(dry, res);
    buf_text(&res->body, "{\"channels\":[");
    for (size_t i = 0; i < count; i++) {
        buf_text(&res->body, i > 0 ? "," : "");
        encode(&told[i], &res->body);
    }
    buf_text(&res->body, "]}");
    return action_reply_end(dry, res, HTTP_OK);
}
