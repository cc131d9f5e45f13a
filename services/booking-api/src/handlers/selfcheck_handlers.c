// SPDX-License-Identifier: MIT
/* GET /v1/selfcheck: counts broken invariants over all tenants. For staff only. */
#include "api/read_by_id.h"

#include "app.h"
#include "handlers/handlers.h"
#include "maintenance/selfcheck.h"

/* Encodes the result of a check, after a comma unless it is the `first`. Returns true if the number
 * of violations is acceptable. */
static bool encode_and_evaluate_check(const struct selfcheck *check, struct buf *out, bool first)
{
    const bool ok = check->count <= check->allowed;

    buf_printf(out, "%s{\"name\":\"%.*s\",\"count\":%lld,\"ok\":%s}", first ? "" : ",",
               SLICE_ARG(check->name), (long long)check->count, ok ? "true" : "false");
    return ok;
}

static bool encode_and_evaluate_checks(const struct db_rows *rows, struct buf *out)
{
    bool all_ok = true;

    for (int i = 0; i < rows->count; i++) {
        const struct selfcheck check = selfcheck_store_read_row(rows, i);
        all_ok = encode_and_evaluate_check(&check, out, false) && all_ok;
    }
    return all_ok;
}

static enum http_status show_selfcheck(struct reading *reading, struct http_response *res)
{
    const struct booking_app *app = reading->app;
    auto_rows struct db_rows rows = {0}, rides = {0};
    struct buf *out = &res->body;
    struct selfcheck listed;

    if ((!api_caller_is_staff(reading->caller) &&
         !fault_set(&reading->fault, FAULT_FORBIDDEN, "forbidden",
                    "The self-check is for staff.")) ||
        !http_request_query(reading->req, NULL, NULL, &reading->fault) ||
        !selfcheck_store_run(app->service->pool, app->config->sweep_interval_ms / 1000, &rows,
                             &rides, &listed, &reading->fault))
        return read_refuse(reading, res);
    buf_text(out, "{\"checks\":[");
    bool all_ok = encode_and_evaluate_check(&listed, out, true);
    all_ok = encode_and_evaluate_checks(&rows, out) && all_ok;
    all_ok = encode_and_evaluate_checks(&rides, out) && all_ok;
    buf_printf(out, "],\"ok\":%s}", all_ok ? "true" : "false");
    return read_reply(reading, res, 0);
}

READ_ALL(get_selfcheck, show_selfcheck)
