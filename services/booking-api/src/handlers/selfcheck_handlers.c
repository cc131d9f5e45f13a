// SPDX-License-Identifier: MIT
/* GET /v1/selfcheck, for staff only: counts over all tenants, without data of any. */
#include "app.h"
#include "handlers/handlers.h"
#include "upkeep/selfcheck_store.h"

static void encode(const struct selfcheck *checks, size_t count, struct buf *out)
{
    bool ok = true;

    for (size_t i = 0; i < count; i++)
        ok = ok && checks[i].ok;
    buf_printf(out, "{\"ok\":%s,\"checks\":[", ok ? "true" : "false");
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s{\"name\":\"%s\",\"count\":%lld,\"ok\":%s}", i > 0 ? "," : "",
                   checks[i].name, (long long)checks[i].count, checks[i].ok ? "true" : "false");
    buf_text(out, "]}");
}

enum http_status get_selfcheck(void *data, const struct http_request *req,
                               struct http_response *res)
{
    struct booking_app *app = data;
    struct selfcheck checks[SELFCHECK_MAX];
    struct fault fault;
    size_t count;

    if (!api_caller_is_staff(api_caller(req))) {
        fault_set(&fault, FAULT_FORBIDDEN, "forbidden", "The self-check is for staff.");
        return http_reply_fault(req, res, &fault);
    }
    if (!http_request_query(req, NULL, NULL, &fault) ||
        !selfcheck_store_run(app->service->pool, app->config->sweep_interval_ms / 1000, checks,
                             &count, &fault))
        return http_reply_fault(req, res, &fault);
    encode(checks, count, &res->body);
    return http_reply_json(res, HTTP_OK);
}
