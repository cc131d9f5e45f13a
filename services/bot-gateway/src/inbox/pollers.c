// SPDX-License-Identifier: MIT
#include "inbox/pollers.h"

#include <stdlib.h>

#include "base/auto.h"
#include "base/log.h"
#include "base/now.h"

#include "app.h"
#include "bots/bots.h"
#include "inbox/inbox.h"
#include "inbox/inbox_json.h"
#include "inbox/poller_store.h"
#include "inbox/webhook_client.h"
#include "inbox/webhook_watch.h"
#include "telegram/poll.h"

enum { RUN_MS = 20000, ARENA_MAX = 64 * 1024 };

/* A bot that this instance polls or waits to poll. */
struct poller {
    struct pollers *pollers;
    struct uuid bot_id; /* nil: the slot is free */
    char name[BOT_NAME_MAX + 1];
    char token[BOT_TOKEN_MAX + 1];
    struct telegram_poll *poll; /* NULL: another instance has the lease */
    int64_t leased_until_ns;
    const char *state;      /* NULL: the first request is running */
    int64_t webhook_due_ns; /* next check of the webhook for which Telegram refuses; 0: none */
};

struct pollers {
    const struct gateway_app *app;
    struct uuid owner; /* identifies this process in leases */
    struct http_client *client;
    struct periodic task;
    /* Slots never move, because a cancelled request may still use its slot. */
    struct poller slots[POLLERS_MAX];
};

/* --- one bot --- */

static bool store_updates(void *data, const struct telegram_update *updates, size_t count,
                          struct fault *fault)
{
    const struct poller *poller = data;
    const struct uuid bot_id = poller->bot_id;

    for (size_t i = 0; i < count; i++) {
        AUTO(arena_finish) struct arena arena = ARENA(ARENA_MAX);
        struct update update;
        if (!update_read_body(updates[i].raw, false, &arena, &update, fault))
            return false;
        update.bot_id = bot_id;
        if (!inbox_store(poller->pollers->app->inbox, &update, fault))
            return false;
    }
    return true;
}

static void record_and_log_state(void *data, enum telegram_poll_state state,
                                 const struct fault *fault)
{
    struct poller *poller = data;

    poller->state = telegram_poll_state_name(state);
    poller->webhook_due_ns = state == TELEGRAM_POLL_WEBHOOK ? now_mono_ns() : 0;
    if (fault != NULL)
        LOG(LOG_WARN, "polling_fails", fault->detail, log_str("bot", poller->name),
            log_str("state", poller->state), log_str("code", fault->code));
    else
        LOG(LOG_INFO, "polling_works", "Telegram is asked for a bot's updates",
            log_str("bot", poller->name));
}

static bool start_poll(struct poller *poller, struct fault *fault)
{
    const struct pollers *pollers = poller->pollers;
    const struct telegram_poll_options options = {
        .telegram = {.client = pollers->client,
                     .root = pollers->app->telegram->root,
                     .own_root = pollers->app->telegram->own_root},
        .token = poller->token,
        .allowed_updates = update_kinds_asked,
        .store = store_updates,
        .changed = record_and_log_state,
        .data = poller,
    };

    poller->state = NULL;
    poller->webhook_due_ns = 0;
    poller->poll = telegram_poll_start(pollers->app->service->loop, &options, fault);
    return poller->poll != NULL;
}

static void stop_poll(struct poller *poller)
{
    struct telegram_poll *poll = poller->poll;

    poller->poll = NULL;
    telegram_poll_stop(poll);
}

/* Removes the webhook of the bot if it points to this service. The next run starts a new poll. */
static bool remove_own_webhook(struct poller *poller, const struct bot *bot, struct fault *fault)
{
    const struct gateway_app *app = poller->pollers->app;

    poller->webhook_due_ns = now_mono_ns() + WEBHOOK_WATCH_S * NS_PER_S;
    if (!webhook_watch_check_now(app->webhooks, bot, fault))
        return false;
    const struct bot_webhook *found = webhook_watch_get_state(app->webhooks, &bot->id);
    if (found == NULL || found->state != BOT_WEBHOOK_OURS)
        return true;
    if (!webhook_client_delete_webhook(app, bot, fault))
        return false;
    LOG(LOG_INFO, "webhook_removed", "The webhook of a polled bot was removed",
        log_str("bot", bot->name));
    stop_poll(poller);
    return true;
}

/* Checks at most one webhook in a run: a lease may not lapse because Telegram is slow. */
static bool remove_webhook_if_refused(struct pollers *pollers, struct fault *fault)
{
    const struct bot *found;

    for (size_t i = 0; i < POLLERS_MAX; i++) {
        struct poller *poller = &pollers->slots[i];
        if (poller->poll == NULL || poller->webhook_due_ns == 0 ||
            poller->webhook_due_ns > now_mono_ns() ||
            !bots_find_active_by_id(pollers->app->bots, &poller->bot_id, &found, fault))
            continue;
        const struct bot bot = *found; /* a copy: the bots may be replaced during a call */
        return remove_own_webhook(poller, &bot, fault);
    }
    return true;
}

/* --- which bots --- */

static bool must_be_polled(const struct bot *bot)
{
    return bot_is_active_with(bot, BOT_TOKEN) && bot->intake == BOT_POLL;
}

static bool has_id_and_token_of_bot(const struct poller *poller, const struct bot *bot)
{
    return uuid_equal(&poller->bot_id, &bot->id) && strcmp(poller->token, bot->token) == 0;
}

static void add_slot_for_bot(struct pollers *pollers, const struct bot *bot)
{
    struct poller *free_slot = NULL;

    for (size_t i = 0; i < POLLERS_MAX; i++) {
        struct poller *poller = &pollers->slots[i];
        if (has_id_and_token_of_bot(poller, bot))
            return;
        if (uuid_is_nil(&poller->bot_id) && free_slot == NULL)
            free_slot = poller;
    }
    if (free_slot == NULL)
        return;
    *free_slot = (struct poller){.pollers = pollers, .bot_id = bot->id};
    memcpy(free_slot->name, bot->name, sizeof bot->name);
    memcpy(free_slot->token, bot->token, sizeof bot->token);
}

/* Stops polling bots that are no longer to be polled, and frees their slots. */
static void stop_unwanted_polls(struct pollers *pollers, bool *wanted)
{
    struct fault ignored; /* on failure the lease expires by itself */

    for (size_t i = 0; i < POLLERS_MAX; i++) {
        struct poller *poller = &pollers->slots[i];
        if (uuid_is_nil(&poller->bot_id) || wanted[i])
            continue;
        const bool polled = poller->poll != NULL;
        stop_poll(poller);
        if (polled)
            (void)!poller_store_release_lease(pollers->app->service->pool, &pollers->owner,
                                              &poller->bot_id, &ignored);
        poller->bot_id = (struct uuid){0};
    }
}

static bool add_and_remove_slots(struct pollers *pollers, struct fault *fault)
{
    const struct bot *all;
    bool wanted[POLLERS_MAX] = {false};
    size_t count;

    if (!bots_all(pollers->app->bots, &all, &count, fault))
        return true; /* the bots are not read yet; the next run polls them */
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; must_be_polled(&all[i]) && at < POLLERS_MAX; at++)
            wanted[at] = wanted[at] || has_id_and_token_of_bot(&pollers->slots[at], &all[i]);
    stop_unwanted_polls(pollers, wanted);
    if (!bots_all(pollers->app->bots, &all, &count, fault))
        return false;
    for (size_t i = 0; i < count; i++)
        if (must_be_polled(&all[i]))
            add_slot_for_bot(pollers, &all[i]);
    return true;
}

/* --- leases --- */

static bool take_or_renew_leases(struct pollers *pollers, struct fault *fault)
{
    struct poller *of[POLLERS_MAX];
    struct poller_claim claims[POLLERS_MAX];
    size_t count = 0;
    /* The clock is read before the statement, so that the lease ends in this process before it
     * ends in the row. */
    const int64_t until_ns = now_mono_ns() + POLLERS_LEASE_S * NS_PER_S;

    for (size_t i = 0; i < POLLERS_MAX; i++) {
        struct poller *poller = &pollers->slots[i];
        if (uuid_is_nil(&poller->bot_id))
            continue;
        of[count] = poller;
        claims[count++] =
            (struct poller_claim){.bot_id = poller->bot_id, .state = slice_of(poller->state)};
    }
    if (count > 0 && !poller_store_take_leases(pollers->app->service->pool, &pollers->owner,
                                               POLLERS_LEASE_S, claims, count, fault))
        return false;
    for (size_t i = 0; i < count; i++)
        of[i]->leased_until_ns = claims[i].leased ? until_ns : 0;
    return true;
}

static bool start_and_stop_polls(void *data, struct fault *fault)
{
    struct pollers *pollers = data;

    if (pollers->app->service->stopping) {
        stop_unwanted_polls(pollers, (bool[POLLERS_MAX]){false});
        return true;
    }
    if (!add_and_remove_slots(pollers, fault))
        return false;
    bool ok = take_or_renew_leases(pollers, fault);
    for (size_t i = 0; i < POLLERS_MAX; i++) {
        struct poller *poller = &pollers->slots[i];
        const bool leased = now_mono_ns() < poller->leased_until_ns;
        if (poller->poll != NULL && !leased)
            stop_poll(poller);
        if (poller->poll == NULL && leased && !uuid_is_nil(&poller->bot_id))
            ok = start_poll(poller, fault) && ok;
    }
    return remove_webhook_if_refused(pollers, fault) && ok;
}

/* --- start and stop --- */

struct pollers *pollers_start(const struct gateway_app *app, struct fault *fault)
{
    const struct http_client_options http = {.proxy = app->config->telegram_proxy,
                                             .connections_per_host = POLLERS_MAX};
    static const struct periodic_task task = {"pollers", start_and_stop_polls, POLLERS_TICK_MS,
                                              RUN_MS, .at_once = true};
    struct service *service = app->service;
    struct pollers *pollers = fault_calloc(sizeof *pollers, "polling", fault);

    if (pollers == NULL)
        return NULL;
    pollers->app = app;
    pollers->owner = uuid_make();
    pollers->client = http_client_create(service->loop, service->work, &http, fault);
    if (pollers->client == NULL) {
        pollers_stop(pollers);
        return NULL;
    }
    periodic_start(&pollers->task, service->loop, &task, pollers);
    return pollers;
}

void pollers_stop(struct pollers *pollers)
{
    if (pollers == NULL)
        return;
    periodic_stop(&pollers->task);
    for (size_t i = 0; i < POLLERS_MAX; i++)
        stop_poll(&pollers->slots[i]);
    http_client_destroy(pollers->client);
    free(pollers);
}
