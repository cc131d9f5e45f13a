// SPDX-License-Identifier: MIT
/* Dead updates: list and replay. */
#include <stddef.h>

#include "api/change.h"
#include "api/change_by_id.h"
#include "api/list.h"
#include "base/now.h"

#include "app.h"
#include "dialogue/turn_runner.h"
#include "handlers/handlers.h"
#include "inbox/inbox_json.h"

static const struct list updates = {
    .statement = &update_list_dead_statement,
    .fields = &update_fields,
    .id = offsetof(struct update_shown, id),
};

enum http_status get_updates(void *data, const struct http_request *req, struct http_response *res)
{
    struct gateway_app *app = data;
    struct update_query query = {.page.limit = LIST_LIMIT_DEFAULT};
    struct fault fault;

    if (!http_request_query(req, &update_query_fields, &query, &fault) ||
        !list_page_read(req, SLICE("updates"), &query.page, &fault))
        return http_reply_fault(req, res, &fault);
    return list_reply(req, res, app->service->db, &updates, &query.page,
                      DB_VALUES(db_uuid(&api_caller(req)->tenant_id)));
}

/* --- replay --- */

/* How long after its receipt an update that has made calls can be replayed. A replay repeats the
 * calls with their Idempotency-Keys, whose answers are stored for 48 h (api/change_store.c); after
 * that the calls would take effect again. One hour is for the handling of the update. */
enum { CALLS_REPEAT_S = 47 * 3600 };

static bool check(const struct update_shown *update, int64_t now_us, struct fault *fault)
{
    static const char *const codes[] = {
        [UPDATE_RECEIVED] = "already_received", [UPDATE_DONE] = "already_done"};

    if (update->status != UPDATE_DEAD)
        return fault_set(fault, FAULT_CONFLICT, codes[update->status], "The update is %s.",
                         update_status_names[update->status]);
    if (update->broken)
        return fault_set(fault, FAULT_CONFLICT, "unreadable",
                         "The update cannot be read, so there is nothing to do.");
    return !update->has_calls || now_us - update->received_at <= CALLS_REPEAT_S * US_PER_S ||
           fault_set(fault, FAULT_CONFLICT, "too_old",
                     "What it may have changed in another service would be done a second time.");
}

static bool replay(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    const struct gateway_app *app = asked->app;
    const struct api_caller *caller = change->caller;
    auto_rows struct db_rows rows = {0};
    struct update_shown update;

    if (!http_request_empty(change->req, fault) ||
        !update_store_lock(change->tx, &caller->tenant_id, &asked->id, &rows, &update, fault))
        return false;
    if (update.status != UPDATE_RECEIVED || !slice_equal(update.replayed_by, caller->actor_text)) {
        if (!change_if_match(change, update.version, fault) ||
            !check(&update, change->now_us, fault) ||
            !update_store_replay(change->tx, &update, caller->actor_text, fault))
            return false;
        change_audit(change, "update.replay", "update", &update.id, update.version);
        change_after_commit(change, turn_runner_wake, app->turns);
    }
    return change_reply_fields(change, res, &update_fields, &update, update.version);
}

CHANGE_BY_ID(post_update_replay, replay)
