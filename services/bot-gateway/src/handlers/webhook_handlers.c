// SPDX-License-Identifier: MIT
/* The webhook of a bot at Telegram. */
#include "api/change.h"

#include "app.h"
#include "bots/bots_json.h"
#include "handlers/find_bot.h"
#include "handlers/handlers.h"
#include "inbox/webhook_client.h"
#include "inbox/webhook_watch.h"

enum { ARENA_MAX = 64 * 1024 };

struct asked {
    struct gateway_app *app;
    struct bot bot; /* a copy, because the bots may be reloaded during the call */
};

static bool may_have_webhook(const struct bot *bot, struct fault *fault)
{
    if (bot->intake == BOT_POLL)
        return fault_set(fault, FAULT_CONFLICT, "bot_polls",
                         "The bot asks Telegram for its updates.");
    if (!bot_has_part(bot, BOT_TOKEN) || !bot_has_part(bot, BOT_SECRET))
        return fault_set(fault, FAULT_CONFLICT, "bot_incomplete",
                         "The bot lacks its token or its secret.");
    return true;
}

static bool set_webhook(const struct asked *asked, struct fault *fault)
{
    struct gateway_app *app = asked->app;
    struct fault ignored;
    struct arena arena;
    arena_init(&arena, ARENA_MAX);
    const bool ok =
        webhook_client_set(app->telegram, app->config->public_url, &asked->bot, &arena, fault);
    arena_finish(&arena);
    /* Updates the state of the webhook for this answer and for lists; the next regular check may
     * be a minute later. */
    if (ok)
        (void)!webhook_watch_check(app->webhooks, &asked->bot, &ignored);
    return ok;
}

static bool audit_and_reply(struct change *change, void *arg, struct http_response *res,
                            struct fault *fault)
{
    const struct asked *asked = arg;
    const struct bot *bot = &asked->bot;
    (void)fault;
    change_audit(change, "bot.set_webhook", "bot", &bot->id, bot->version);
    bot_encode(bot, webhook_watch_find(asked->app->webhooks, &bot->id), &res->body);
    http_reply_resource(change->req, res, HTTP_OK, bot->version);
    return true;
}

/* Sets the webhook. Telegram is called before the change, which only writes the audit. */
enum http_status post_bot_webhook(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    struct asked asked = {.app = data};
    bool dry_run = false;
    struct fault fault;
    if (!change_read_dry_run(req, &dry_run, &fault) || !http_request_empty(req, &fault) ||
        !find_bot_of_path(asked.app, req, &asked.bot, &fault) ||
        !http_request_if_match(req, asked.bot.version, &fault) ||
        !may_have_webhook(&asked.bot, &fault) || (!dry_run && !set_webhook(&asked, &fault)))
        return http_reply_fault(req, res, &fault);
    return api_change(asked.app->service->changes, req, res, audit_and_reply, &asked);
}
