// SPDX-License-Identifier: MIT
#include "api/caller.h"
#include "api/change.h"
#include "api/list.h"
#include "base/auto.h"
#include "base/now.h"

#include "app.h"
#include "handlers/action.h"
#include "handlers/handlers.h"
#include "monitor/monitor.h"
#include "notify/alerts.h"
#include "notify/incident_json.h"

enum http_status get_incidents(void *data, const struct http_request *req,
                               struct http_response *res)
{
    struct health_app *app = data;
    struct list_page page = {.limit = LIST_LIMIT_DEFAULT};
    struct list_cursor last = {.set = true};
    struct fault fault;

    if (!http_request_query(req, &list_page_fields, &page, &fault) ||
        !list_page_read(req, SLICE("incidents"), &page, &fault))
        return http_reply_fault(req, res, &fault);
    /* Reads one incident more than the page has, to know whether there are more. */
    size_t count = (size_t)page.limit + 1;
    auto_free struct incident *found = fault_calloc(count * sizeof *found, "incidents", &fault);
    if (found == NULL ||
        !history_list_incidents(app->history, page.after.set ? &page.after.id : NULL, false, found,
                                &count, &fault))
        return http_reply_fault(req, res, &fault);
    const bool more = count > (size_t)page.limit;
    list_begin(&res->body);
    for (size_t i = 0; i < count - more; i++) {
        list_separator(&res->body, i);
        incident_encode(&found[i], &res->body);
        last.id = found[i].id;
    }
    list_end(&res->body, more ? &last : NULL, page.filters);
    return http_reply_json(res, HTTP_OK);
}

/* The id that is greater by one; for the greatest id this id itself. */
static struct uuid uuid_after(struct uuid id)
{
    for (size_t i = sizeof id.bytes; i-- > 0;)
        if (++id.bytes[i] != 0)
            return id;
    return uuid_max;
}

static bool find_incident(struct health_app *app, const struct uuid *id, struct incident *out,
                          struct fault *fault)
{
    const struct uuid next = uuid_after(*id);
    size_t count = 1;

    if (!history_list_incidents(app->history, &next, false, out, &count, fault))
        return false;
    return (count == 1 && uuid_equal(&out->id, id)) ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such incident.");
}

/* For a dry run: sets `out` to the incident as acknowledge_incident() would return it. An incident
 * that is already acknowledged stays as it is. */
static bool preview_acknowledgement(struct health_app *app, const struct uuid *id, const char *who,
                                    struct incident *out, struct fault *fault)
{
    if (!find_incident(app, id, out, fault))
        return false;
    if (out->acked_us != 0)
        return true;
    slice_copy(slice_of(who), out->acked_by, sizeof out->acked_by);
    out->acked_us = now_wall_us();
    return true;
}

static bool acknowledge_incident(struct health_app *app, const struct uuid *id, const char *who,
                                 struct incident *out, struct fault *fault)
{
    if (!history_incident_ack(app->history, id, who, now_wall_us(), out, fault) ||
        !monitor_reload_silences_and_incidents(app->monitor, fault))
        return false;
    alerts_show_ack_in_telegram(app->alerts, out);
    return true;
}

enum http_status post_incident_ack(void *data, const struct http_request *req,
                                   struct http_response *res)
{
    struct health_app *app = data;
    struct incident incident;
    struct uuid id;
    char who[INCIDENT_WHO_MAX + 1];
    bool dry = false;
    struct fault fault;

    action_write_actor(req, who);
    if (!http_request_uuid(req, 0, &id, &fault) || !change_read_dry_run(req, &dry, &fault) ||
        !http_request_empty(req, &fault) ||
        !(dry ? preview_acknowledgement : acknowledge_incident)(app, &id, who, &incident, &fault))
        return http_reply_fault(req, res, &fault);
    action_reply_begin(dry, res);
    incident_encode(&incident, &res->body);
    return action_reply_end(dry, res, HTTP_OK);
}
