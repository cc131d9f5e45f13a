// SPDX-License-Identifier: MIT
/* Receives heartbeats, by which backups and other jobs report that they have succeeded or failed. A
 * check of the kind heartbeat fails if a report is late or says that the job has failed. A report
 * that is delivered late names the time of its job (`at`), so that it does not replace a newer
 * one. */
#include "api/change.h"
#include "base/now.h"

#include "app.h"
#include "handlers/action.h"
#include "handlers/handlers.h"
#include "monitor/monitor.h"

/* How far `at` may be from now. The clock of the job's machine may be ahead. */
enum { AT_AHEAD_S = 60, AT_DAYS_MAX = 366 };

static void validate_job_time(const void *value, struct fault_list *problems)
{
    const struct heartbeat *heartbeat = value;
    const int64_t now_us = now_wall_us();

    if (heartbeat->at_us > now_us + AT_AHEAD_S * US_PER_S)
        fault_list_add(problems, "at", "in_the_future", "Must not be later than now");
    else if (heartbeat->at_us < now_us - (int64_t)AT_DAYS_MAX * 24 * 3600 * US_PER_S)
        fault_list_add(problems, "at", "in_the_past", "Must be within %d days", AT_DAYS_MAX);
}

/* The body of a heartbeat. */
// clang-format off
static const struct field items[] = {
    {.name = "at",       .type = FIELD_CUSTOM, .offset = offsetof(struct heartbeat, at_us), .decode = field_decode_time},
    {.name = "ok",       .type = FIELD_BOOL, .offset = offsetof(struct heartbeat, ok)},
    {.name = "seconds",  .type = FIELD_INT,  .offset = offsetof(struct heartbeat, took_s),   .max = 1000000000},
    {.name = "rpo_s",    .type = FIELD_INT,  .offset = offsetof(struct heartbeat, loss_s),   .max = 1000000000},
    {.name = "due",      .type = FIELD_INT,  .offset = offsetof(struct heartbeat, due),      .max = 1000000000},
    {.name = "oldest_s", .type = FIELD_INT,  .offset = offsetof(struct heartbeat, oldest_s), .max = 1000000000},
};
// clang-format on
static const struct fields fields = FIELDS_CHECKED(items, struct heartbeat, validate_job_time);

/* A report for a check that only the other server runs would have no effect. */
static const struct check *find_heartbeat_check(const struct health_app *app, struct slice name,
                                                struct fault *fault)
{
    const struct check *check = plan_find(app->plan, name);

    if (check != NULL && check->kind == CHECK_HEARTBEAT && plan_is_local(app->plan, check))
        return check;
    fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such heartbeat on this server.");
    return NULL;
}

static bool read_heartbeat(const struct http_request *req, struct heartbeat *out,
                           struct fault *fault)
{
    const struct json_body *body;
    const int64_t now_us = now_wall_us();

    *out = (struct heartbeat)HEARTBEAT_OK(now_us);
    if (!http_request_json(req, false, &body, fault) ||
        !fields_decode_body(&fields, body, false, out, NULL, req->arena, fault))
        return false;
    if (out->at_us > now_us)
        out->at_us = now_us;
    return true;
}

enum http_status post_heartbeat(void *data, const struct http_request *req,
                                struct http_response *res)
{
    struct health_app *app = data;
    char at[NOW_RFC3339_LEN + 1];
    struct heartbeat heartbeat;
    bool dry = false;
    struct fault fault;
    const struct check *check = find_heartbeat_check(app, req->params[0], &fault);

    if (check == NULL || !change_read_dry_run(req, &dry, &fault) ||
        !read_heartbeat(req, &heartbeat, &fault))
        return http_reply_fault(req, res, &fault);
    if (!dry && !monitor_receive_heartbeat(app->monitor, check, &heartbeat, &fault))
        return http_reply_fault(req, res, &fault);
    now_format_rfc3339(heartbeat.at_us, at);
    action_reply_begin(dry, res);
    buf_printf(&res->body, "{\"name\":\"%s\",\"at\":\"%s\",\"ok\":%s}", check->name, at,
               heartbeat.ok ? "true" : "false");
    return action_reply_end(dry, res, HTTP_OK);
}
