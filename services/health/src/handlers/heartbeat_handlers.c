// SPDX-License-Identifier: MIT
/* Receives heartbeats, by which backups and other jobs report that they have run. A check of the
 * kind heartbeat fails if a report is late. */
#include "base/now.h"

#include "app.h"
#include "handlers/action.h"
#include "handlers/handlers.h"
#include "monitor/monitor.h"

/* The body of a heartbeat. `seconds` (the duration) and `rpo_s` (the data that a loss would cost)
 * are accepted but not used yet. */
struct heartbeat_body {
    bool ok;
    int64_t seconds;
    int64_t rpo_s;
};

// clang-format off
static const struct field items[] = {
    {.name = "ok",      .type = FIELD_BOOL, .offset = offsetof(struct heartbeat_body, ok)},
    {.name = "seconds", .type = FIELD_INT,  .offset = offsetof(struct heartbeat_body, seconds), .max = 1000000000},
    {.name = "rpo_s",   .type = FIELD_INT,  .offset = offsetof(struct heartbeat_body, rpo_s),   .max = 1000000000},
};
// clang-format on
static const struct fields fields = FIELDS_OF(items, struct heartbeat_body);

static const struct check *find(const struct health_app *app, struct slice name,
                                struct fault *fault)
{
    const struct check *check = plan_find(app->plan, name);
    if (check != NULL && check->kind == CHECK_HEARTBEAT)
        return check;
    fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such heartbeat.");
    return NULL;
}

static bool read_heartbeat(const struct http_request *req, struct heartbeat_body *out,
                           struct fault *fault)
{
    const struct json_body *body;
    *out = (struct heartbeat_body){.ok = true};
    return http_request_json(req, false, &body, fault) &&
           fields_decode_body(&fields, body, false, out, NULL, req->arena, fault);
}

enum http_status post_heartbeat(void *data, const struct http_request *req,
                                struct http_response *res)
{
    struct health_app *app = data;
    const int64_t now_us = now_wall_us();
    char at[NOW_RFC3339_LEN + 1];
    struct heartbeat_body heartbeat;
    bool dry;
    struct fault fault;
    const struct check *check = find(app, req->params[0], &fault);
    if (check == NULL || !action_read_dry_run(req, &dry, &fault) ||
        !read_heartbeat(req, &heartbeat, &fault))
        return http_reply_fault(req, res, &fault);
    if (!dry && !monitor_receive_heartbeat(app->monitor, check, now_us, heartbeat.ok, &fault))
        return http_reply_fault(req, res, &fault);
    now_format_rfc3339(now_us, at);
    action_reply_begin(dry, res);
    buf_printf(&res->body, "{\"name\":\"%s\",\"at\":\"%s\",\"ok\":%s}", check->name, at,
               heartbeat.ok ? "true" : "false");
    return action_reply_end(dry, res, HTTP_OK);
}
