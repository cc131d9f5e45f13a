// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "api/change.h"
#include "api/list.h"
#include "base/auto.h"

#include "app.h"
#include "handlers/action.h"
#include "handlers/handlers.h"
#include "handlers/repeats.h"
#include "notify/alerts.h"
#include "report/report.h"

static void encode_deliveries(const struct alert_delivery *deliveries, size_t count,
                              struct buf *out)
{
    buf_text(out, "\"channels\":[");
    for (size_t i = 0; i < count; i++) {
        list_separator(out, i);
        buf_printf(out, "{\"channel\":\"%s\",\"told\":%s,\"detail\":\"%s\",\"took_ms\":%lld}",
                   deliveries[i].channel, deliveries[i].delivered ? "true" : "false",
                   deliveries[i].code, (long long)deliveries[i].took_ms);
    }
    buf_char(out, ']');
}

/* Sends a test, or lists the channels in a dry run. */
static enum http_status send_test(struct health_app *app, bool dry, const struct http_request *req,
                                  struct http_response *res)
{
    struct alert_delivery deliveries[ALERT_CHANNELS];
    size_t count;
    struct fault fault;

    if (!alerts_send_test(app->alerts, dry, deliveries, &count, &fault))
        return http_reply_fault(req, res, &fault);
    action_reply_begin(dry, res);
    buf_char(&res->body, '{');
    encode_deliveries(deliveries, count, &res->body);
    buf_char(&res->body, '}');
    return action_reply_end(dry, res, HTTP_OK);
}

/* Calls `send`, unless a request with the same Idempotency-Key has sent already. */
static enum http_status
send_once(struct health_app *app, const struct http_request *req, struct http_response *res,
          enum http_status (*send)(struct health_app *app, bool dry, const struct http_request *req,
                                   struct http_response *res))
{
    bool dry = false;
    struct repeat *repeat;
    struct fault fault;

    if (!change_read_dry_run(req, &dry, &fault) || !http_request_empty(req, &fault))
        return http_reply_fault(req, res, &fault);
    switch (repeats_begin(app->repeats, req, dry, res, &repeat, &fault)) {
    case REPEAT_REFUSED:
        return http_reply_fault(req, res, &fault);
    case REPEAT_REPLAYED:
        return res->status;
    case REPEAT_RUN:
        break;
    }
    (void)send(app, dry, req, res);
    return repeats_end(repeat, res);
}

enum http_status post_alerts_test(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    return send_once(data, req, res, send_test);
}

/* Sends a report with an id of its own, so that it does not replace the morning report. */
static bool send_extra_report(struct health_app *app, const struct report_page *page, bool dry,
                              struct alert_delivery deliveries[ALERT_CHANNELS], size_t *count,
                              struct fault *fault)
{
    const struct uuid own = uuid_make();
    char text[UUID_TEXT_LEN + 1], id[NOTE_ID_MAX + 1];

    uuid_format(&own, text);
    snprintf(id, sizeof id, "report.%s", text);
    const struct alert_note note = {.id = id, .subject = page->subject, .text = page->text};
    return alerts_send_note(app->alerts, dry ? NULL : &note, REPORT_EXCLUDED, deliveries, count,
                            fault);
}

static enum http_status send_report(struct health_app *app, bool dry,
                                    const struct http_request *req, struct http_response *res)
{
    struct alert_delivery deliveries[ALERT_CHANNELS];
    size_t count;
    struct fault fault;
    auto_free struct report_page *page = report_write_page(app->report, &fault);

    if (page == NULL || !send_extra_report(app, page, dry, deliveries, &count, &fault))
        return http_reply_fault(req, res, &fault);
    action_reply_begin(dry, res);
    buf_json_member(&res->body, "{\"subject\":", slice_of(page->subject));
    buf_json_member(&res->body, ",\"text\":", slice_of(page->text));
    buf_char(&res->body, ',');
    encode_deliveries(deliveries, count, &res->body);
    buf_char(&res->body, '}');
    return action_reply_end(dry, res, HTTP_OK);
}

enum http_status post_report(void *data, const struct http_request *req, struct http_response *res)
{
    return send_once(data, req, res, send_report);
}
