// SPDX-License-Identifier: MIT
/* The environment variables of bot-gateway, in addition to those that every service has. */
#pragma once

#include "api/service.h"

enum { GATEWAY_AI_TIMEOUT_MAX_MS = 5000 };

struct gateway_config {
    struct service_config common; /* first */
    const char *telegram_api_root;
    const char *telegram_proxy; /* "": none */
    const char *booking_url;    /* of booking-api */
    const char *search_url;     /* of search-api; "": none */
    const char *public_url;     /* of this service, for Telegram */
    const char *bots_dir;       /* folder of the bots' files */
    const char *forward_internal_hosts;
    const char *ai_url; /* "": no AI is used; as in struct ai_options */
    const char *ai_model;
    const char *ai_key;
    int64_t ai_timeout_ms;
    int64_t ai_daily_calls;
    int64_t bots_interval_ms; /* how often bots, texts and settings are reread */
};

extern const struct env_variable gateway_variables[];
extern const size_t gateway_variable_count;
