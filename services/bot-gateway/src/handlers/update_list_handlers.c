// SPDX-License-Identifier: MIT
/* Dead updates: list and replay. */
#include <stddef.h>

#include "api/change.h"
#include "api/change_by_id.h"
#include "api/list.h"

#include "app.h"
#include "dialogue/turn_runner.h"
#include "handlers/handlers.h"
#include "inbox/inbox_json.h"
#include "inbox/update_replay.h"

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

static bool replay_update(struct change *change, void *arg, struct http_response *res,
                          struct fault *fault)
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
            !transition_check(&update_machine, update_state(&update, change->now_us), UPDATE_REPLAY,
                              TRANSITION_BY_STAFF, NULL, fault) ||
            !update_store_replay(change->tx, &update, caller->actor_text, fault))
            return false;
        change_audit(change, update_machine.actions[UPDATE_REPLAY].audit, "update", &update.id,
                     update.version);
        change_after_commit(change, turn_runner_wake, app->turns);
    }
    return change_reply_fields(change, res, &update_fields, &update, update.version);
}

CHANGE_BY_ID(post_update_replay, replay_update)
