// SPDX-License-Identifier: MIT
/* The parts of the service, which handlers (as `data`) and background tasks get. Handlers only read
 * it. */
#pragma once

#include "api/deliver.h"
#include "api/periodic.h"
#include "api/service.h"

#include "config.h"

struct ai_client;
struct bots;
struct forward_events;
struct inbox;
struct notifier;
struct outage_replies;
struct places_watch;
struct pollers;
struct product;
struct search_client;
struct sender;
struct telegram;
struct texts_watch;
struct turn_runner;
struct webhook_menu;
struct webhook_watch;

struct gateway_app {
    struct service *service; /* first, as in struct service_data */
    const struct gateway_config *config;
    const struct product *const *products;   /* by enum bot_type: dialogue/product.h */
    const struct webhook_menu *const *menus; /* of commands, by enum bot_type; NULL: none */
    struct bots *bots;                       /* reread every few seconds */
    struct texts_watch *texts;               /* texts and settings, reread every few seconds */
    struct inbox *inbox;                     /* stores updates */
    struct periodic sweeper;                 /* deletes old rows */
    struct telegram *telegram;               /* the Bot API, by the proxy for Telegram */
    struct webhook_watch *webhooks;          /* state of the webhooks at Telegram */
    struct pollers *pollers;                 /* polls bots without a webhook */
    struct outage_replies *outage_replies;   /* replies while PostgreSQL is unavailable */
    struct sender *sender;                   /* sends messages to Telegram */
    struct periodic broadcaster;             /* runs broadcasts */
    struct http_client *turns_http;          /* used by dialogues to call other services */
    struct places_watch *places;             /* place names for the phrase parser */
    struct deliver_hosts forward_hosts;      /* hosts that forwards may call */
    struct deliver *deliver;                 /* delivers forwarded updates */
    struct forward_events *forward_events;   /* queues failures for forwards */
    struct ai_client *ai;                    /* NULL: no AI is configured */
    struct search_client *search;            /* NULL: no search-api is configured */
    struct turn_runner *turns;               /* handles updates */
    struct notifier *notifier;               /* sends notifications */
    struct periodic relays;                  /* handles undelivered messages between people */
};
