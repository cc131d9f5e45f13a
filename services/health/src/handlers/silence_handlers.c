// SPDX-License-Identifier: MIT
#include "api/caller.h"
#include "api/change.h"
#include "api/list.h"

#include "app.h"
#include "handlers/action.h"
#include "handlers/handlers.h"
#include "handlers/silence_json.h"
#include "monitor/monitor.h"

static bool is_after_cursor(const struct silence *silence, const struct list_cursor *cursor)
{
    return !cursor->set || memcmp(silence->id.bytes, cursor->id.bytes, sizeof cursor->id.bytes) > 0;
}

/* Lists the silences by their id. Without ?limit= the reply has all silences. */
enum http_status get_silences(void *data, const struct http_request *req, struct http_response *res)
{
    struct health_app *app = data;
    struct list_page page = {.limit = LIST_LIMIT_MAX};
    struct list_cursor last = {.set = true};
    struct monitor_view view;
    struct fault fault;
    size_t at = 0;
    _Static_assert((int)SILENCES_MAX <= (int)LIST_LIMIT_MAX, "a page has room for all silences");

    if (!http_request_query(req, &list_page_fields, &page, &fault) ||
        !list_page_read(req, SLICE("silences"), &page, &fault))
        return http_reply_fault(req, res, &fault);
    monitor_get_view(app->monitor, &view);
    while (at < view.silence_count && !is_after_cursor(&view.silences[at], &page.after))
        at++;
    list_begin(&res->body);
    for (size_t i = 0; i < (size_t)page.limit && at < view.silence_count; i++, at++) {
        list_separator(&res->body, i);
        silence_encode(&view.silences[at], &res->body);
        last.id = view.silences[at].id;
    }
    list_end(&res->body, at < view.silence_count ? &last : NULL, page.filters);
    return http_reply_json(res, HTTP_OK);
}

static bool has_same_content(const struct silence *a, const struct silence *b)
{
    return a->until_us == b->until_us && strcmp(a->match, b->match) == 0 &&
           strcmp(a->reason, b->reason) == 0;
}

/* Replaces `wanted` by an existing silence with the same match, end and reason. False: there is
 * none. */
static bool replace_by_existing_silence(struct health_app *app, struct silence *wanted)
{
    struct monitor_view view;

    monitor_get_view(app->monitor, &view);
    for (size_t i = 0; i < view.silence_count; i++)
        if (has_same_content(&view.silences[i], wanted)) {
            *wanted = view.silences[i];
            return true;
        }
    return false;
}

/* For a dry run: fails as history_silence_add() does if there are too many silences. A new
 * maintenance replaces the current one, which is not counted. */
static bool check_silence_limit(struct health_app *app, const struct silence *silence,
                                struct fault *fault)
{
    const bool replaces = strcmp(silence->match, "*") == 0;
    struct monitor_view view;
    size_t count = 0;

    monitor_get_view(app->monitor, &view);
    for (size_t i = 0; i < view.silence_count; i++)
        count += view.silences[i].until_us > silence->since_us &&
                 !(replaces && strcmp(view.silences[i].match, "*") == 0);
    return count < SILENCES_MAX || fault_set(fault, FAULT_CONFLICT, "too_many_silences",
                                             "There are %d silences", SILENCES_MAX);
}

static enum http_status add_silence_and_reply(struct health_app *app,
                                              const struct http_request *req,
                                              struct http_response *res, bool maintenance)
{
    struct silence silence;
    bool dry = false;
    struct fault fault;

    if (!change_read_dry_run(req, &dry, &fault) ||
        !(maintenance ? maintenance_decode(req, &silence, &fault)
                      : silence_decode(req, app->plan, &silence, &fault)))
        return http_reply_fault(req, res, &fault);
    const bool exists = replace_by_existing_silence(app, &silence);
    const bool created = !maintenance && !exists && !dry;
    if (!exists) {
        silence.id = uuid_make();
        action_write_actor(req, silence.who);
    }
    if (!exists && dry && !check_silence_limit(app, &silence, &fault))
        return http_reply_fault(req, res, &fault);
    if (!exists && !dry &&
        (!history_silence_add(app->history, &silence, &fault) ||
         !monitor_reload_silences_and_incidents(app->monitor, &fault)))
        return http_reply_fault(req, res, &fault);
    if (created && !http_reply_location(req, res, &silence.id, &fault))
        return http_reply_fault(req, res, &fault);
    action_reply_begin(dry, res);
    silence_encode(&silence, &res->body);
    return action_reply_end(dry, res, created ? HTTP_CREATED : HTTP_OK);
}

enum http_status post_silence(void *data, const struct http_request *req, struct http_response *res)
{
    return add_silence_and_reply(data, req, res, false);
}

enum http_status post_maintenance(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    return add_silence_and_reply(data, req, res, true);
}

static enum http_status reload_monitor_and_reply_empty(struct health_app *app,
                                                       const struct http_request *req,
                                                       struct http_response *res)
{
    struct fault fault;

    if (!monitor_reload_silences_and_incidents(app->monitor, &fault))
        return http_reply_fault(req, res, &fault);
    return http_reply_empty(res);
}

enum http_status delete_silence(void *data, const struct http_request *req,
                                struct http_response *res)
{
    struct health_app *app = data;
    struct monitor_view view;
    struct uuid id;
    char text[UUID_TEXT_LEN + 1];
    bool dry = false;
    struct fault fault;

    if (!http_request_uuid(req, 0, &id, &fault) || !change_read_dry_run(req, &dry, &fault))
        return http_reply_fault(req, res, &fault);
    if (!dry)
        return history_silence_end(app->history, &id, &fault)
                   ? reload_monitor_and_reply_empty(app, req, res)
                   : http_reply_fault(req, res, &fault);
    uuid_format(&id, text);
    monitor_get_view(app->monitor, &view);
    for (size_t i = 0; i < view.silence_count; i++)
        if (uuid_equal(&view.silences[i].id, &id))
            return action_reply_dry_delete(text, res);
    fault_set(&fault, FAULT_NOT_FOUND, "not_found", "There is no such silence.");
    return http_reply_fault(req, res, &fault);
}

enum http_status delete_maintenance(void *data, const struct http_request *req,
                                    struct http_response *res)
{
    struct health_app *app = data;
    struct monitor_view view;
    bool dry = false;
    struct fault fault;

    if (!change_read_dry_run(req, &dry, &fault))
        return http_reply_fault(req, res, &fault);
    monitor_get_view(app->monitor, &view);
    if (!view.maintenance) {
        fault_set(&fault, FAULT_NOT_FOUND, "not_found", "There is no maintenance.");
        return http_reply_fault(req, res, &fault);
    }
    if (dry)
        return action_reply_dry_delete("maintenance", res);
    return history_maintenance_end(app->history, &fault)
               ? reload_monitor_and_reply_empty(app, req, res)
               : http_reply_fault(req, res, &fault);
}
