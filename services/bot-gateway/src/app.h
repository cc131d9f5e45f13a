// SPDX-License-Identifier: MIT
/* What every handler of bot-gateway gets as `data`. Read-only after start. */
#pragma once

#include "api/deliver.h"
#include "api/service.h"

#include "config.h"

struct ai_client;
struct bots;
struct broadcaster;
struct inbox;
struct notifier;
struct outage_replies;
struct periodic;
struct places_watch;
struct pollers;
struct search_client;
struct sender;
struct telegram;
struct texts_watch;
struct turn_runner;
struct webhook_watch;

struct gateway_app {
    struct service *service; /* first: as struct service_data */
    const struct gateway_config *config;
    struct bots *bots;                  /* all bots, read anew every few seconds */
    struct texts_watch *texts;          /* what they say, and their settings, likewise */
    struct inbox *intake;               /* takes updates in */
    struct periodic *sweeper;           /* forgets what is old */
    struct http_client *telegram_http;  /* its proxy is Telegram's alone */
    struct telegram *telegram;          /* the Bot API */
    struct webhook_watch *webhooks;     /* what Telegram says of webhooks */
    struct pollers *pollers;            /* bots that have none */
    struct outage_replies *pauses;      /* tells people that there is no database */
    struct sender *sender;              /* takes messages to Telegram */
    struct broadcaster *broadcaster;    /* goes on with broadcasts */
    struct http_client *turns_http;     /* what dialogues ask other services by */
    struct places_watch *places;        /* what phrases of guests may name */
    struct deliver_hosts forward_hosts; /* where forwards may lead */
    struct deliver *deliver;            /* takes updates to forwards */
    struct ai_client *ai;               /* understands what rules do not; NULL: there is none */
    struct search_client *search;       /* knows which flats fit a wish; NULL: nobody does */
    struct turn_runner *turns;          /* handles updates */
    struct notifier *notices;           /* tells people what they did not do */
};
