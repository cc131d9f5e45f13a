// SPDX-License-Identifier: MIT
#include "inbox/webhook_watch.h"

#include <stdlib.h>

#include "base/auto.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "loop/fiber.h"

#include "app.h"
#include "bots/bot_store.h"
#include "inbox/webhook_client.h"
#include "inbox/webhook_json.h"

enum {
    EVERY_MS = 1000,
    RUN_MS = 50000,
    ARENA_MAX = 64 * 1024,
    SET_RETRY_S = 5,
    MENU_MAX = 8 * 1024 /* bytes of a call */
};

struct entry {
    struct uuid bot_id;
    char token[BOT_TOKEN_MAX + 1]; /* used for the last call */
    int64_t due_ns;                /* 0: never checked */
    bool known;                    /* `webhook` is set */
    bool set;                      /* this process has set the webhook with this token */
    bool named;                    /* the row has the username that belongs to this token */
    int64_t menu_version; /* of the texts of the menus that were set with this token; 0: none */
    struct bot_webhook webhook;
};

struct webhook_watch {
    const struct gateway_app *app;
    bool sets_webhooks;
    struct periodic task;
    struct metric elsewhere;
    struct metric pending;
    size_t count;
    struct entry entries[BOTS_MAX];
};

/* --- what is known --- */

static struct entry *find_entry(struct webhook_watch *watch, const struct uuid *bot_id)
{
    for (size_t i = 0; i < watch->count; i++)
        if (uuid_equal(&watch->entries[i].bot_id, bot_id))
            return &watch->entries[i];
    return NULL;
}

/* Adds an entry if there is none; NULL: there is no room. */
static struct entry *find_or_add_entry(struct webhook_watch *watch, const struct uuid *bot_id)
{
    struct entry *entry = find_entry(watch, bot_id);

    if (entry == NULL && watch->count < BOTS_MAX) {
        entry = &watch->entries[watch->count++];
        *entry = (struct entry){.bot_id = *bot_id};
    }
    return entry;
}

const struct bot_webhook *webhook_watch_get_state(struct webhook_watch *watch,
                                                  const struct uuid *bot_id)
{
    const struct entry *entry = find_entry(watch, bot_id);

    return entry != NULL && entry->known ? &entry->webhook : NULL;
}

static double count_webhooks_elsewhere(void *data)
{
    const struct webhook_watch *watch = data;
    double count = 0;

    for (size_t i = 0; i < watch->count; i++)
        count +=
            watch->entries[i].known && watch->entries[i].webhook.state == BOT_WEBHOOK_ELSEWHERE;
    return count;
}

static double count_pending_updates(void *data)
{
    const struct webhook_watch *watch = data;
    double count = 0;

    for (size_t i = 0; i < watch->count; i++)
        if (watch->entries[i].known && watch->entries[i].webhook.pending != FIELD_ABSENT)
            count += (double)watch->entries[i].webhook.pending;
    return count;
}

static void record_state_and_log_if_elsewhere(struct entry *entry, const struct bot *bot,
                                              const struct bot_webhook *fresh, struct slice host)
{
    if (fresh->state == BOT_WEBHOOK_ELSEWHERE &&
        !(entry->known && entry->webhook.state == BOT_WEBHOOK_ELSEWHERE))
        LOG(LOG_WARN, "webhook_elsewhere", "The webhook of a bot points elsewhere",
            log_str("bot", bot->name), log_text("host", host));
    entry->webhook = *fresh;
    entry->known = true;
}

static void record_failure_and_log_if_refused(struct entry *entry, const struct bot *bot,
                                              enum telegram_outcome outcome)
{
    const char *error = telegram_outcome_name(outcome);

    if (outcome == TELEGRAM_NO_BOT &&
        !(entry->known && entry->webhook.error != NULL && strcmp(entry->webhook.error, error) == 0))
        LOG(LOG_WARN, "bot_token_refused", "Telegram does not accept the token of a bot",
            log_str("bot", bot->name));
    if (!entry->known)
        entry->webhook = (struct bot_webhook){.state = -1,
                                              .pending = FIELD_ABSENT,
                                              .last_error_at = FIELD_ABSENT,
                                              .checked_at = FIELD_ABSENT};
    entry->webhook.error = error;
    entry->known = true;
}

/* --- checks --- */

bool webhook_watch_check_now(struct webhook_watch *watch, const struct bot *bot,
                             struct fault *fault)
{
    AUTO(arena_finish) struct arena arena = ARENA(ARENA_MAX);
    enum telegram_outcome outcome;
    struct bot_webhook fresh;
    struct slice host;
    const bool ok =
        webhook_client_read_state(watch->app, bot, &arena, &fresh, &host, &outcome, fault);
    struct entry *entry = find_or_add_entry(watch, &bot->id);

    if (entry != NULL && ok)
        record_state_and_log_if_elsewhere(entry, bot, &fresh, host);
    else if (entry != NULL && !fiber_was_cancelled(fault))
        record_failure_and_log_if_refused(entry, bot, outcome);
    return ok || outcome == TELEGRAM_NO_BOT;
}

/* Adds and removes entries: one for each active bot with a token. */
static void add_and_remove_entries(struct webhook_watch *watch, const struct bot *all, size_t count)
{
    for (size_t i = 0; i < watch->count;) {
        size_t at = 0;
        while (at < count && !(bot_is_active_with(&all[at], BOT_TOKEN) &&
                               uuid_equal(&all[at].id, &watch->entries[i].bot_id)))
            at++;
        if (at < count)
            i++;
        else
            watch->entries[i] = watch->entries[--watch->count];
    }
    for (size_t i = 0; i < count; i++) {
        if (!bot_is_active_with(&all[i], BOT_TOKEN))
            continue;
        struct entry *entry = find_or_add_entry(watch, &all[i].id);
        if (entry != NULL && strcmp(entry->token, all[i].token) != 0) {
            entry->named = false;
            entry->menu_version = 0;
            memcpy(entry->token, all[i].token, sizeof entry->token);
            entry->due_ns = 0;
            entry->set = false;
        }
    }
}

/* Copies the bot whose check is due for longest, and schedules its next check. The bot is copied
 * because the caller waits for calls. False: no check is due. */
static bool copy_and_reschedule_due_bot(struct webhook_watch *watch, int64_t now_ns,
                                        struct bot *bot)
{
    struct entry *first = NULL;
    const struct bot *found;
    struct fault ignored;

    for (size_t i = 0; i < watch->count; i++)
        if (watch->entries[i].due_ns <= now_ns &&
            (first == NULL || watch->entries[i].due_ns < first->due_ns))
            first = &watch->entries[i];
    if (first == NULL)
        return false;
    first->due_ns = now_ns + WEBHOOK_WATCH_S * NS_PER_S;
    if (!bots_find_active_by_id(watch->app->bots, &first->bot_id, &found, &ignored))
        return false; /* the bot is gone; the next run removes its entry */
    *bot = *found;
    return true;
}

/* Sets the bot's webhook if `sets_webhooks` is on and Telegram does not have this webhook. A failed
 * call is retried after SET_RETRY_S. */
static bool set_webhook_if_needed(struct webhook_watch *watch, const struct bot *bot,
                                  struct fault *fault)
{
    struct entry *entry = find_entry(watch, &bot->id);

    if (!watch->sets_webhooks || bot->intake != BOT_WEBHOOK || !bot_has_part(bot, BOT_SECRET) ||
        entry == NULL ||
        (entry->set && (!entry->known || entry->webhook.state == BOT_WEBHOOK_OURS)))
        return true;
    const bool ok = webhook_client_set_webhook(watch->app, bot, fault);
    entry = find_entry(watch, &bot->id);
    if (entry == NULL)
        return ok;
    entry->set = ok;
    if (!ok)
        entry->due_ns = loop_now_ns(watch->app->service->loop) + SET_RETRY_S * NS_PER_S;
    return ok || fault->kind == FAULT_CONFLICT; /* a conflict concerns this bot only */
}

/* Requests the bot's username from Telegram and stores it in the row. Returns true also if Telegram
 * does not answer, which the state of the webhook shows, or if the row rejects the name. */
static bool fetch_username_once_per_token(struct webhook_watch *watch, const struct bot *bot,
                                          struct fault *fault)
{
    struct entry *entry = find_entry(watch, &bot->id);

    if (entry == NULL || entry->webhook.error != NULL || entry->named)
        return true;
    AUTO(arena_finish) struct arena arena = ARENA(ARENA_MAX);
    const struct slice username = webhook_client_fetch_username(watch->app, bot, &arena);
    const bool known = username.len > 0;
    const bool ok = !known || slice_is(username, bot->username) ||
                    bot_store_set_username(watch->app->service->pool, &bot->id, username, fault);
    entry = find_entry(watch, &bot->id);
    if (entry != NULL && known && ok)
        entry->named = strcmp(entry->token, bot->token) == 0;
    return ok || fault->kind == FAULT_INVALID;
}

/* --- the menus --- */

static bool send_menu_in_all_languages(const struct webhook_watch *watch, const struct bot *bot,
                                       const struct webhook_menu *menu, struct fault *fault)
{
    const struct texts *texts = texts_watch_texts(watch->app->texts, (enum bot_type)bot->type);

    for (size_t i = 0; i < WEBHOOK_MENUS; i++) {
        AUTO(buf_finish) struct buf body = BUF(MENU_MAX);
        webhook_encode_menu_parameters(texts, menu, i, &body);
        if (!buf_ok(&body, fault) ||
            !webhook_client_set_menu(watch->app, bot, buf_as_slice(&body), fault))
            return false;
    }
    return true;
}

/* Sends the menu of commands to Telegram, once per token and again when the texts have changed.
 * Failures are logged and retried at the next check. */
static void send_menu_if_changed(struct webhook_watch *watch, const struct bot *bot)
{
    const struct webhook_menu *menu = watch->app->menus[bot->type];
    const int64_t version = texts_watch_version(watch->app->texts);
    struct entry *entry = find_entry(watch, &bot->id);
    struct fault why;

    if (menu == NULL || entry == NULL || entry->webhook.error != NULL ||
        entry->menu_version == version)
        return;
    const bool ok = send_menu_in_all_languages(watch, bot, menu, &why);
    if (!ok && !fiber_was_cancelled(&why))
        LOG(LOG_WARN, "menu_not_set", why.detail, log_str("bot", bot->name),
            log_str("code", why.code));
    entry = find_entry(watch, &bot->id);
    if (ok && entry != NULL && strcmp(entry->token, bot->token) == 0)
        entry->menu_version = version;
}

static bool check_due_bots(void *data, struct fault *fault)
{
    struct webhook_watch *watch = data;
    const struct bot *all;
    struct bot bot;
    size_t count;
    bool ok = true;

    /* If the bots are not read yet, the next run checks them. */
    if (watch->app->service->stopping || !bots_all(watch->app->bots, &all, &count, fault))
        return true;
    add_and_remove_entries(watch, all, count);
    const int64_t until_ns = fiber_deadline_ns(fiber_current()) - WEBHOOK_CALL_MS * NS_PER_MS;
    while (loop_now_ns(watch->app->service->loop) < until_ns &&
           copy_and_reschedule_due_bot(watch, loop_now_ns(watch->app->service->loop), &bot)) {
        ok = set_webhook_if_needed(watch, &bot, fault) && ok;
        ok = webhook_watch_check_now(watch, &bot, fault) &&
             fetch_username_once_per_token(watch, &bot, fault) && ok;
        send_menu_if_changed(watch, &bot);
    }
    return ok;
}

/* --- start and stop --- */

struct webhook_watch *webhook_watch_start(const struct gateway_app *app, bool sets_webhooks,
                                          struct fault *fault)
{
    static const struct periodic_task task = {"webhook_watch", check_due_bots, EVERY_MS, RUN_MS,
                                              .at_once = true};
    struct webhook_watch *watch = fault_calloc(sizeof *watch, "webhooks", fault);

    if (watch == NULL)
        return NULL;
    watch->app = app;
    watch->sets_webhooks = sets_webhooks;
    metric_register_gauge(&watch->elsewhere, "telegram_webhooks_elsewhere",
                          "Bots whose webhook points elsewhere.", count_webhooks_elsewhere, watch);
    metric_register_gauge(&watch->pending, "telegram_pending_updates",
                          "Updates that wait at Telegram, of all bots.", count_pending_updates,
                          watch);
    periodic_start(&watch->task, app->service->loop, &task, watch);
    return watch;
}

void webhook_watch_stop(struct webhook_watch *watch)
{
    if (watch == NULL)
        return;
    periodic_stop(&watch->task);
    metric_unregister(&watch->elsewhere);
    metric_unregister(&watch->pending);
    free(watch);
}
