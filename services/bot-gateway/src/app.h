// SPDX-License-Identifier: MIT
/* What every handler of bot-gateway gets as `data`. Read-only after start. */
#pragma once

#include "api/service.h"

#include "config.h"

struct bots;
struct intake;
struct periodic;
struct pollers;
struct sender;
struct telegram;
struct turns;
struct webhook_watch;

struct gateway_app {
    struct service *service; /* first: as struct service_data */
    const struct gateway_config *config;
    struct bots *bots;                 /* all bots, read anew every few seconds */
    struct intake *intake;             /* takes updates in */
    struct periodic *sweeper;          /* forgets old updates */
    struct http_client *telegram_http; /* its proxy is Telegram's alone */
    struct telegram *telegram;         /* the Bot API */
    struct webhook_watch *webhooks;    /* what Telegram says of webhooks */
    struct pollers *pollers;           /* bots that have none */
    struct sender *sender;             /* takes messages to Telegram */
    struct turns *turns;               /* handles updates */
};
