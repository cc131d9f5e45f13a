// SPDX-License-Identifier: MIT
/* Updates: the webhook of Telegram, and the dead updates: list and replay. If the secret is right,
 * the answer is 200 once the update is stored, whatever its body is: after any other answer
 * Telegram repeats the update and holds back later updates of the chat. */
#include <stddef.h>

#include "api/change.h"
#include "api/change_by_id.h"
#include "api/list.h"
#include "base/auto.h"
#include "base/digest.h"

#include "app.h"
#include "bots/bots.h"
#include "dialogue/turn_runner.h"
#include "handlers/handlers.h"
#include "inbox/inbox.h"
#include "inbox/inbox_json.h"
#include "inbox/update_replay.h"

/* --- the webhook --- */

/* Retry-After, which Telegram obeys. The bots are not known for less than a second, while the
 * service starts; a database that does not store an update needs longer. */
enum { STARTING_RETRY_S = 1, STORE_RETRY_S = 5 };

static bool set_retry_after_if_unavailable(struct fault *fault, int seconds)
{
    if (fault->kind == FAULT_UNAVAILABLE || fault->kind == FAULT_TIMEOUT)
        fault->retry_after_s = seconds;
    return false;
}

/* Whether `presented_secret` is the bot's secret. Compares hashes, so that the time depends neither
 * on the content nor on the length. */
static bool is_secret_of(const struct bot *bot, struct slice presented_secret)
{
    uint8_t hash[2][DIGEST_SHA256_LEN];

    digest_sha256(presented_secret, hash[0]);
    digest_sha256(slice_of(bot->secret), hash[1]);
    return bot_has_part(bot, BOT_SECRET) && digest_equal(hash[0], hash[1], DIGEST_SHA256_LEN);
}

bool may_post_update(void *data, struct http_request *req, struct http_response *res,
                     struct fault *fault)
{
    struct gateway_app *app = data;
    const struct slice name = req->params[0];
    const struct slice secret = req->headers[HTTP_H_X_TELEGRAM_BOT_API_SECRET_TOKEN];
    const struct bot *bot;

    (void)res;
    if (!bots_find_active(app->bots, name, &bot, fault)) {
        if (fault->kind == FAULT_NOT_FOUND)
            inbox_count_refused_request(app->inbox, bot_name_is_good(name) ? name : SLICE(""),
                                        "unknown bot");
        return set_retry_after_if_unavailable(fault, STARTING_RETRY_S);
    }
    if (is_secret_of(bot, secret))
        return true;
    inbox_count_refused_request(app->inbox, name,
                                bot_has_part(bot, BOT_SECRET) ? "wrong secret" : "no secret here");
    return fault_set(fault, FAULT_UNAUTHENTICATED, "secret_wrong",
                     "X-Telegram-Bot-Api-Secret-Token is not the bot's secret.");
}

enum http_status post_update(void *data, const struct http_request *req, struct http_response *res)
{
    struct gateway_app *app = data;
    /* req->arena is too small for a long repaired body */
    AUTO(arena_finish) struct arena arena = ARENA(UPDATE_ARENA_MAX);
    const struct bot *bot;
    struct update update;
    struct fault fault;

    if (!bots_find_active(app->bots, req->params[0], &bot, &fault) ||
        !update_read_body(req->body, req->body_cut, &arena, &update, &fault)) {
        (void)set_retry_after_if_unavailable(&fault, STARTING_RETRY_S);
        return http_reply_fault(req, res, &fault);
    }
    update.bot_id = bot->id;
    if (!inbox_store(app->inbox, &update, &fault)) {
        (void)set_retry_after_if_unavailable(&fault, STORE_RETRY_S);
        return http_reply_fault(req, res, &fault);
    }
    buf_text(&res->body, "{}");
    return http_reply_json(res, HTTP_OK);
}

/* --- dead updates --- */

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

static bool requeue_dead_update_and_reply(struct change *change, void *arg,
                                          struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    const struct gateway_app *app = asked->app;
    const struct api_caller *caller = change->caller;
    struct update_shown update;

    if (!http_request_empty(change->req, fault) ||
        !update_store_find_and_lock(change->tx, &caller->tenant_id, &asked->id, change->arena,
                                    &update, fault))
        return false;
    if (update.status != UPDATE_RECEIVED || !slice_equal(update.replayed_by, caller->actor_text)) {
        if (!change_if_match(change, update.version, fault) ||
            !transition_check(&update_machine, update_transition_state_of(&update, change->now_us),
                              UPDATE_REPLAY, TRANSITION_BY_STAFF, NULL, fault) ||
            !update_store_requeue_dead(change->tx, &update, caller->actor_text, fault))
            return false;
        change_audit(change, update_machine.actions[UPDATE_REPLAY].audit, "update", &update.id,
                     update.version);
        change_after_commit(change, turn_runner_wake, app->turns);
    }
    return change_reply_fields(change, res, &update_fields, &update, update.version);
}

CHANGE_BY_ID(post_update_replay, requeue_dead_update_and_reply)
