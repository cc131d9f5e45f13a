// SPDX-License-Identifier: MIT
/* Backups and other jobs tell that they have run. Who does not is late, which a check of the kind
 * heartbeat shows. */
#include "base/now.h"

#include "app.h"
#include "handlers/action.h"
#include "handlers/handlers.h"
#include "monitor/monitor.h"

/* `seconds` it took and `rpo_s` (how much would be lost) are taken, and shown nowhere yet. */
struct beat {
    bool ok;
    int64_t seconds;
    int64_t rpo_s;
};

// clang-format off
static const struct field items[] = {
    {.name = "ok",      .type = FIELD_BOOL, .offset = offsetof(struct beat, ok)},
    {.name = "seconds", .type = FIELD_INT,  .offset = offsetof(struct beat, seconds), .max = 1000000000},
    {.name = "rpo_s",   .type = FIELD_INT,  .offset = offsetof(struct beat, rpo_s),   .max = 1000000000},
};
// clang-format on
static const struct fields fields = FIELDS_OF(items, struct beat);

static const struct check *find(const struct health_app *app, struct slice name,
                                struct fault *fault)
{
    const struct check *check = plan_find(app->plan, name);
    if (check != NULL && check->kind == CHECK_HEARTBEAT)
        return check;
    fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such heartbeat.");
    return NULL;
}

static bool read_beat(const struct http_request *req, struct beat *out, struct fault *fault)
{
    const struct json_body *body;
    *out = (struct beat){.ok = true};
    return http_request_json(req, false, &body, fault) &&
           fields_decode_body(&fields, body, false, out, NULL, req->arena, fault);
}

enum http_status post_heartbeat(void *data, const struct http_request *req,
                                struct http_response *res)
{
    struct health_app *app = data;
    const int64_t now_us = now_wall_us();
    char at[NOW_RFC3339_LEN + 1];
    struct beat beat;
    bool dry;
    struct fault fault;
    const struct check *check = find(app, req->params[0], &fault);
    if (check == NULL || !action_is_dry(req, &dry, &fault) || !read_beat(req, &beat, &fault))
        return http_reply_fault(req, res, &fault);
    if (!dry)
        watch_heartbeat(app->watch, check, now_us, beat.ok);
    if (!dry && !history_heartbeat(app->history, check->name, now_us, beat.ok, &fault))
        return http_reply_fault(req, res, &fault);
    now_format_rfc3339(now_us, at);
    action_reply_begin(dry, res);
    buf_printf(&res->body, "{\"name\":\"%s\",\"at\":\"%s\",\"ok\":%s}", check->name, at,
               beat.ok ? "true" : "false");
    return action_reply_end(dry, res, HTTP_OK);
}
