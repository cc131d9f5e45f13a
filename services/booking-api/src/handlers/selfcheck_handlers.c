// SPDX-License-Identifier: MIT
/* GET /v1/selfcheck, for staff only: counts over all tenants, without data of any. */
#include "app.h"
#include "handlers/handlers.h"
#include "upkeep/selfcheck_store.h"

static void encode(const struct db_rows *rows, struct buf *out)
{
    bool all_ok = true;

    buf_text(out, "{\"checks\":[");
    for (int i = 0; i < rows->count; i++) {
        const struct selfcheck check = selfcheck_store_read(rows, i);
        const bool ok = check.count <= check.allowed;

        buf_printf(out, "%s{\"name\":\"%.*s\",\"count\":%lld,\"ok\":%s}", i > 0 ? "," : "",
                   SLICE_ARG(check.name), (long long)check.count, ok ? "true" : "false");
        all_ok = all_ok && ok;
    }
    buf_printf(out, "],\"ok\":%s}", all_ok ? "true" : "false");
}

enum http_status get_selfcheck(void *data, const struct http_request *req,
                               struct http_response *res)
{
    struct booking_app *app = data;
    auto_rows struct db_rows rows = {0};
    struct fault fault;

    if (!api_caller_is_staff(api_caller(req))) {
        fault_set(&fault, FAULT_FORBIDDEN, "forbidden", "The self-check is for staff.");
        return http_reply_fault(req, res, &fault);
    }
    if (!http_request_query(req, NULL, NULL, &fault) ||
        !selfcheck_store_run(app->service->pool, app->config->sweep_interval_ms / 1000, &rows,
                             &fault))
        return http_reply_fault(req, res, &fault);
    encode(&rows, &res->body);
    return http_reply_json(res, HTTP_OK);
}
