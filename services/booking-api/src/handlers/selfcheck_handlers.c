// SPDX-License-Identifier: MIT
/* GET /v1/selfcheck: counts broken invariants over all tenants. For staff only. */
#include "app.h"
#include "handlers/handlers.h"
#include "maintenance/selfcheck_store.h"

/* Encodes a check. Returns true if its rule holds. */
static bool encode_check(const struct selfcheck *check, struct buf *out, bool first)
{
    const bool ok = check->count <= check->allowed;

    buf_printf(out, "%s{\"name\":\"%.*s\",\"count\":%lld,\"ok\":%s}", first ? "" : ",",
               SLICE_ARG(check->name), (long long)check->count, ok ? "true" : "false");
    return ok;
}

static bool encode_rows(const struct db_rows *rows, struct buf *out)
{
    bool all_ok = true;

    for (int i = 0; i < rows->count; i++) {
        const struct selfcheck check = selfcheck_store_read_row(rows, i);
        all_ok = encode_check(&check, out, false) && all_ok;
    }
    return all_ok;
}

enum http_status get_selfcheck(void *data, const struct http_request *req,
                               struct http_response *res)
{
    struct booking_app *app = data;
    auto_rows struct db_rows rows = {0}, rides = {0};
    struct selfcheck listed;
    struct fault fault;

    if (!api_caller_is_staff(api_caller(req))) {
        fault_set(&fault, FAULT_FORBIDDEN, "forbidden", "The self-check is for staff.");
        return http_reply_fault(req, res, &fault);
    }
    if (!http_request_query(req, NULL, NULL, &fault) ||
        !selfcheck_store_run(app->service->pool, app->config->sweep_interval_ms / 1000, &rows,
                             &rides, &listed, &fault))
        return http_reply_fault(req, res, &fault);
    struct buf *out = &res->body;
    buf_text(out, "{\"checks\":[");
    bool all_ok = encode_check(&listed, out, true);
    all_ok = encode_rows(&rows, out) && all_ok;
    all_ok = encode_rows(&rides, out) && all_ok;
    buf_printf(out, "],\"ok\":%s}", all_ok ? "true" : "false");
    return http_reply_json(res, HTTP_OK);
}
