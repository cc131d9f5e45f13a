// SPDX-License-Identifier: MIT
/* The environment variables of bot-gateway, in addition to those that every service has. */
#pragma once

#include "api/service.h"

enum { AI_TIMEOUT_MAX_MS = 5000 };

struct gateway_config {
    struct service_config common; /* first */
    const char *telegram_api_root;
    const char *telegram_proxy; /* "": none */
    const char *booking_url;    /* of booking-api */
    const char *search_url;     /* of search-api; "": none */
    const char *public_url;     /* of this service, for Telegram */
    const char *bots_dir;       /* folder of the bots' files */
    const char *forward_internal_hosts;
    const char *ai_url;       /* "https://host/v1", without a '/' at its end; "": no AI is used */
    const char *ai_model;     /* its name at the endpoint */
    const char *ai_key;       /* "": no header is sent */
    int64_t ai_timeout_ms;    /* of a call, at most AI_TIMEOUT_MAX_MS */
    int64_t ai_daily_calls;   /* 1 or more */
    int64_t bots_interval_ms; /* how often bots, texts and settings are reread */
};

extern const struct env_variable gateway_variables[];
extern const size_t gateway_variable_count;
