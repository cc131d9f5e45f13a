// SPDX-License-Identifier: MIT
/* Bots: list, and set the webhook at Telegram. */
#include "api/caller.h"
#include "api/change.h"
#include "api/list.h"
#include "base/digest.h"

#include "app.h"
#include "bots/bot_store.h"
#include "bots/bots.h"
#include "bots/bots_json.h"
#include "handlers/find_bot.h"
#include "handlers/handlers.h"
#include "inbox/webhook_client.h"
#include "inbox/webhook_watch.h"

/* --- list --- */

/* The position of a bot in the list, which is sorted by id. Bots without a row have no id: they
 * follow the others, sorted by a hash of their names, so that cursors stay valid when bots
 * change. */
static struct list_cursor cursor_from_bot(const struct bot *bot)
{
    struct list_cursor cursor = {.set = true, .number = 0, .id = bot->id};

    if (bot_has_part(bot, BOT_ROW))
        return cursor;
    uint8_t hash[DIGEST_SHA256_LEN];
    digest_sha256(slice_of(bot->name), hash);
    cursor.number = 1;
    memcpy(cursor.id.bytes, hash, sizeof cursor.id.bytes);
    return cursor;
}

static bool is_cursor_before(const struct list_cursor *a, const struct list_cursor *b)
{
    if (a->number != b->number)
        return a->number < b->number;
    return memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes) < 0;
}

/* Whether the bot is listed for the tenant; nil: for a tenant that sees all bots. A bot without a
 * row belongs to no tenant yet. */
static bool is_visible_to_tenant(const struct bot *bot, const struct uuid *tenant_or_nil)
{
    return uuid_is_nil(tenant_or_nil) ||
           (bot_has_part(bot, BOT_ROW) && uuid_equal(&bot->tenant_id, tenant_or_nil));
}

/* The first visible bot after the position `after`, in the order of cursors; NULL: there is none.
 * Sets `cursor` to the bot's position. */
static const struct bot *find_next_bot(const struct bot *all, size_t count,
                                       const struct uuid *tenant_or_nil,
                                       const struct list_cursor *after, struct list_cursor *cursor)
{
    const struct bot *found = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct list_cursor here = cursor_from_bot(&all[i]);
        if (!is_visible_to_tenant(&all[i], tenant_or_nil) ||
            (after->set && !is_cursor_before(after, &here)) ||
            (found != NULL && !is_cursor_before(&here, cursor)))
            continue;
        found = &all[i];
        *cursor = here;
    }
    return found;
}

static void encode_page_of_bots(const struct gateway_app *app, const struct bot *all, size_t count,
                                const struct uuid *tenant_or_nil, const struct list_page *page,
                                struct buf *out)
{
    struct list_cursor last = page->after, next;
    const struct bot *bot = find_next_bot(all, count, tenant_or_nil, &last, &next);

    list_begin(out);
    for (size_t i = 0; i < (size_t)page->limit && bot != NULL; i++) {
        list_separator(out, i);
        bot_encode(bot, webhook_watch_get_state(app->webhooks, &bot->id), out);
        last = next;
        bot = find_next_bot(all, count, tenant_or_nil, &last, &next);
    }
    list_end(out, bot != NULL ? &last : NULL, page->filters);
}

enum http_status get_bots(void *data, const struct http_request *req, struct http_response *res)
{
    struct gateway_app *app = data;
    struct uuid tenant = api_caller(req)->tenant_id;
    struct list_page page = {.limit = LIST_LIMIT_DEFAULT};
    const struct bot *all;
    size_t count;
    bool every;
    struct fault fault;

    if (!http_request_query(req, &list_page_fields, &page, &fault) ||
        !list_page_read(req, SLICE("bots"), &page, &fault) ||
        !bot_store_tenant_sees_all(app->service->db, &tenant, &every, &fault) ||
        !bots_all(app->bots, &all, &count, &fault))
        return http_reply_fault(req, res, &fault);
    if (every)
        tenant = (struct uuid){0};
    encode_page_of_bots(app, all, count, &tenant, &page, &res->body);
    return http_reply_json(res, HTTP_OK);
}

/* --- the webhook --- */

struct asked {
    struct gateway_app *app;
    struct bot bot; /* a copy, because the bots may be reloaded during the call */
};

static bool check_webhook_can_be_set(const struct bot *bot, struct fault *fault)
{
    if (bot->intake == BOT_POLL)
        return fault_set(fault, FAULT_CONFLICT, "bot_polls",
                         "The bot asks Telegram for its updates.");
    if (!bot_has_part(bot, BOT_TOKEN) || !bot_has_part(bot, BOT_SECRET))
        return fault_set(fault, FAULT_CONFLICT, "bot_incomplete",
                         "The bot lacks its token or its secret.");
    return true;
}

static bool set_webhook_and_check_it(const struct asked *asked, struct fault *fault)
{
    struct gateway_app *app = asked->app;
    struct fault ignored;

    if (!webhook_client_set_webhook(app, &asked->bot, fault))
        return false;
    /* Updates the state of the webhook for this answer and for lists; the next regular check may
     * be a minute later. */
    (void)!webhook_watch_check_now(app->webhooks, &asked->bot, &ignored);
    return true;
}

static bool audit_set_webhook_and_reply(struct change *change, void *arg, struct http_response *res,
                                        struct fault *fault)
{
    const struct asked *asked = arg;
    const struct bot *bot = &asked->bot;

    (void)fault;
    change_audit(change, "bot.set_webhook", "bot", &bot->id, bot->version);
    bot_encode(bot, webhook_watch_get_state(asked->app->webhooks, &bot->id), &res->body);
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
        !check_webhook_can_be_set(&asked.bot, &fault) ||
        (!dry_run && !set_webhook_and_check_it(&asked, &fault)))
        return http_reply_fault(req, res, &fault);
    return api_change(asked.app->service->changes, req, res, audit_set_webhook_and_reply, &asked);
}
