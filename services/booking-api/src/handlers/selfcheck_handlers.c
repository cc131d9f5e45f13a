// SPDX-License-Identifier: MIT
/* GET /v1/selfcheck: counts broken invariants over all tenants. For staff only. */
#include "api/read_by_id.h"

#include "app.h"
#include "handlers/handlers.h"
#include "maintenance/selfcheck.h"

struct encoding {
    struct buf *out;
    bool any, broken;
};

static void encode_check(void *data, const struct selfcheck *check)
{
    struct encoding *encoding = data;
    const bool ok = check->count <= check->allowed;

    buf_printf(encoding->out, "%s{\"name\":\"%.*s\",\"count\":%lld,\"ok\":%s}",
               encoding->any ? "," : "{\"checks\":[", SLICE_ARG(check->name),
               (long long)check->count, ok ? "true" : "false");
    encoding->any = true;
    encoding->broken |= !ok;
}

static enum http_status show_selfcheck(struct reading *reading, struct http_response *res)
{
    const struct booking_app *app = reading->app;
    struct encoding encoding = {.out = &res->body};

    if ((!api_caller_is_staff(reading->caller) &&
         !fault_set(&reading->fault, FAULT_FORBIDDEN, "forbidden",
                    "The self-check is for staff.")) ||
        !http_request_query(reading->req, NULL, NULL, &reading->fault) ||
        !selfcheck_store_run(app->service->pool, app->config->sweep_interval_ms / 1000,
                             encode_check, &encoding, &reading->fault))
        return read_refuse(reading, res);
    buf_printf(&res->body, "],\"ok\":%s}", encoding.broken ? "false" : "true");
    return read_reply(reading, res, 0);
}

READ_ALL(get_selfcheck, show_selfcheck)
