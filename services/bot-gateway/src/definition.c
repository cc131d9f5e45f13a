// SPDX-License-Identifier: MIT
#include "definition.h"

#include <stdlib.h>

#include "access.h"
#include "app.h"
#include "bots/bots.h"
#include "broadcasts/broadcaster.h"
#include "clients/ai_client.h"
#include "clients/search_client.h"
#include "commands.h"
#include "dialogue/relay_watch.h"
#include "dialogue/turn_runner.h"
#include "inbox/inbox.h"
#include "inbox/pollers.h"
#include "inbox/webhook_watch.h"
#include "maintenance/sweeper.h"
#include "notifications/notifier.h"
#include "outage_replies/outage_replies.h"
#include "outbox/sender.h"
#include "outgoing_webhooks/forward_events.h"
#include "places/places_watch.h"
#include "products/products.h"
#include "routes.h"
#include "texts/texts_watch.h"

SERVICE_FILES(bot);

/* Maximum bytes of bodies of requests in memory. Their buffers take up to twice as much: 16 MiB of
 * the container's 64 MiB. */
enum { BODIES_MAX = 8 * 1024 * 1024, ANSWERS_MAX = 12 * 1024 * 1024 };

enum { SWEEP_EVERY_MS = 60000 };
/* Fibers of the periodic tasks, including those that every service has, and of connections being
 * opened. */
enum { TASKS_MAX = 32 };
_Static_assert(SENDER_CALLS_MAX + DELIVER_CALLS_MAX + TURN_RUNNER_CALLS_MAX + TURN_RUNNER_WORKERS +
                       OUTAGE_REPLIES_CALLS_MAX + POLLERS_MAX + TASKS_MAX <=
                   (int)SERVICE_BACKGROUND_FIBERS,
               "the background fibers suffice for all tasks at once");

static const char *const scopes[] = {"bot:send", "bot:read", "bot:admin", "booking:act"};

/* A product is registered here, under its type of bots. */
const struct product *const gateway_products[BOT_TYPES] = {
    [BOT_APARTMENTS] = &product_apartments,
    [BOT_TAXI] = &product_taxi,
    [BOT_FLOW] = &product_flow,
};

void gateway_set_products(struct gateway_app *app)
{
    static const struct webhook_menu *menus[BOT_TYPES];

    for (int type = 0; type < BOT_TYPES; type++)
        menus[type] = gateway_products[type]->menu;
    app->products = gateway_products;
    app->menus = menus;
}

const struct api_callers gateway_callers = {
    .scopes = scopes,
    .scope_count = ARRAY_LEN(scopes),
    .actor_scope = SCOPE_BOOKING_ACT,
};

static void stop_and_free_app(void *data)
{
    struct gateway_app *app = data;

    if (app == NULL)
        return;
    pollers_stop(app->pollers);
    notifier_stop(app->notifier);
    periodic_stop(&app->relays);
    turn_runner_stop(app->turns);
    ai_client_destroy(app->ai);
    search_client_destroy(app->search);
    places_watch_stop(app->places);
    http_client_destroy(app->turns_http);
    forward_events_stop(app->forward_events);
    deliver_stop(app->deliver);
    webhook_watch_stop(app->webhooks);
    periodic_stop(&app->broadcaster);
    sender_stop(app->sender);
    outage_replies_destroy(app->outage_replies);
    if (app->telegram != NULL)
        http_client_destroy(app->telegram->client);
    free(app->telegram);
    periodic_stop(&app->sweeper);
    inbox_destroy(app->inbox);
    texts_watch_stop(app->texts);
    bots_destroy(app->bots);
    free(app);
}

static bool create_telegram_client(struct gateway_app *app, struct fault *fault)
{
    const struct http_client_options http = {.proxy = app->config->telegram_proxy,
                                             .connections_per_host = SENDER_CALLS_MAX};

    app->telegram = fault_calloc(sizeof *app->telegram, "the Bot API", fault);
    if (app->telegram == NULL)
        return false;
    *app->telegram = (struct telegram){
        .client = http_client_create(app->service->loop, app->service->work, &http, fault),
        .root = app->config->telegram_api_root,
        .own_root = strcmp(app->config->telegram_api_root, TELEGRAM_ROOT) != 0};
    return app->telegram->client != NULL;
}

static bool start_outage_replies(struct gateway_app *app, struct fault *fault)
{
    app->outage_replies = outage_replies_create(app, fault);
    if (app->outage_replies == NULL)
        return false;
    inbox_set_missed_callback(app->inbox, outage_replies_send, app->outage_replies);
    return true;
}

static bool start_webhook_watch_and_pollers(struct gateway_app *app, struct fault *fault)
{
    const bool is_demo = strcmp(app->config->common.environment, "demo") == 0;

    app->webhooks = webhook_watch_start(app, is_demo, fault);
    if (app->webhooks == NULL)
        return false;
    app->pollers = pollers_start(app, fault);
    return app->pollers != NULL;
}

static bool start_sender(struct gateway_app *app, struct fault *fault)
{
    const struct sender_options options = {.service = app->service,
                                           .bots = app->bots,
                                           .send = telegram_client_send,
                                           .data = app->telegram};

    app->sender = sender_start(&options, fault);
    return app->sender != NULL;
}

static bool create_ai_client_if_configured(struct gateway_app *app, struct fault *fault)
{
    if (app->config->ai_url[0] == '\0')
        return true;
    app->ai = ai_client_create(app, fault);
    return app->ai != NULL;
}

static bool create_search_client_if_configured(struct gateway_app *app, struct fault *fault)
{
    const char *root = app->config->search_url;

    if (root[0] == '\0')
        return true;
    app->search = search_client_create(app->service->loop, app->service->work, root, fault);
    return app->search != NULL;
}

static bool start_turn_runner_and_clients(struct gateway_app *app, struct fault *fault)
{
    /* Each update that waits for a service makes one call at a time. */
    const struct http_client_options http = {.connections_per_host = TURN_RUNNER_CALLS_MAX};

    app->turns_http = http_client_create(app->service->loop, app->service->work, &http, fault);
    if (app->turns_http == NULL)
        return false;
    const struct booking_client booking = {.http = app->turns_http,
                                           .root = app->config->booking_url};
    app->places = places_watch_start(app->service, app->bots, &booking, fault);
    if (app->places == NULL || !create_ai_client_if_configured(app, fault) ||
        !create_search_client_if_configured(app, fault))
        return false;
    app->turns = turn_runner_start(app, turn_handle_update, fault);
    if (app->turns == NULL)
        return false;
    inbox_set_stored_callback(app->inbox, turn_runner_wake, app->turns);
    return true;
}

static bool start_notifier(struct gateway_app *app, struct fault *fault)
{
    const struct notifier_options options = {
        .service = app->service,
        .bots = app->bots,
        .texts = app->texts,
        .places = app->places,
        .sender = app->sender,
        .booking = {.http = app->turns_http, .root = app->config->booking_url}
    };

    app->notifier = notifier_start(&options, fault);
    return app->notifier != NULL;
}

static bool start_forward_delivery(struct gateway_app *app, struct fault *fault)
{
    app->forward_hosts =
        (struct deliver_hosts){.internal = app->config->forward_internal_hosts,
                               .loopback = strcmp(app->config->common.environment, "demo") == 0};
    const struct deliver_options options = {.service = app->service, .hosts = app->forward_hosts};
    app->deliver = deliver_start(&options, fault);
    if (app->deliver == NULL)
        return false;
    app->forward_events = forward_events_start(app->service, app->deliver, fault);
    return app->forward_events != NULL;
}

static void *start_app(struct service *service, const void *config, struct fault *fault)
{
    struct gateway_app *app = fault_calloc(sizeof *app, "bot-gateway", fault);

    if (app == NULL)
        return NULL;
    app->service = service;
    app->config = config;
    gateway_set_products(app);
    app->bots = bots_create(service, app->config->bots_dir, fault);
    if (app->bots == NULL)
        goto fail;
    bots_reload_every(app->bots, app->config->bots_interval_ms);
    app->texts = texts_watch_start(service, app->config->bots_interval_ms, fault);
    app->inbox = inbox_create(service->pool, fault);
    if (app->texts == NULL || app->inbox == NULL)
        goto fail;
    sweeper_start(&app->sweeper, service, SWEEP_EVERY_MS);
    if (!create_telegram_client(app, fault) || !start_outage_replies(app, fault) ||
        !start_webhook_watch_and_pollers(app, fault) || !start_sender(app, fault) ||
        !start_forward_delivery(app, fault) || !start_turn_runner_and_clients(app, fault) ||
        !start_notifier(app, fault))
        goto fail;
    broadcaster_start(app);
    relay_watch_start(app);
    return app;
fail:
    stop_and_free_app(app);
    return NULL;
}

static const struct service_command commands[] = {
    {"--bots",          bot_command,
     "add NAME --tenant NAME [--type TYPE] | list: rows of bots (--bots --help)"                                },
    {"--held",          held_command,          "what was held after a restore: list, send, drop (--held --help)"},
    {"--misunderstood", misunderstood_command,
     "texts that the bots have not understood (--misunderstood --help)"                                         },
    {"--staff",         staff_chat_command,    "BOT: the code that links its staff chat (--staff --help)"       },
    {"--texts",         text_command,          "lint: texts and settings of people that are not used, and why"  },
};

const struct service_definition *gateway_definition(void)
{
    static struct db_migration_set schema;
    static struct service_definition definition;

    /* Not in the static initialiser, because the size of an array of another translation unit is
     * not constant. */
    schema = (struct db_migration_set)SERVICE_MIGRATIONS(bot);
    definition = (struct service_definition){
        SERVICE_KNOWN(bot),
        .stays_ready = true,
        .variables = gateway_variables,
        .variable_count = gateway_variable_count,
        .config_size = sizeof(struct gateway_config),
        .routes = gateway_routes,
        .route_count = gateway_route_count,
        .bodies_max = BODIES_MAX,
        .answers_max = ANSWERS_MAX,
        .callers = &gateway_callers,
        .sets = &schema,
        .set_count = 1,
        .delivers = true,
        .start = start_app,
        .stop = stop_and_free_app,
        .commands = commands,
        .command_count = ARRAY_LEN(commands),
    };
    return &definition;
}
