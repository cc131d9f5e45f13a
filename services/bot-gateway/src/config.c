// SPDX-License-Identifier: MIT
#include "config.h"

#define AT(member) offsetof(struct gateway_config, member)

// clang-format off
/* name, type, place, default, min, max, help */
const struct env_variable gateway_variables[] = {
    {"BOTS_DIR",      ENV_TEXT,     AT(bots_dir),         "secrets/bots", 0,  0,
     "Folder with the bots' files: NAME.token, NAME.secret, NAME.key."},
    {"BOTS_INTERVAL", ENV_DURATION, AT(bots_interval_ms), "5s",           50, 10000,
     "How often bot-gateway reads that folder and its tables of bots, texts and settings."},
    {"BOT_PUBLIC_URL", ENV_TEXT,    AT(public_url),       "http://127.0.0.1:7010", 8, 200,
     "Where Telegram reaches bot-gateway, without a / at the end: webhooks are set to this and /telegram/NAME."},
    {"BOOKING_URL",   ENV_TEXT,     AT(booking_url),      "http://127.0.0.1:7020", 8, 200,
     "Where bot-gateway reaches booking-api for its dialogues, without a / at the end."},
    {"SEARCH_URL",    ENV_TEXT,     AT(search_url),       "",             0,  200,
     "Where bot-gateway reaches search-api, which finds flats by wish and where a person is erased too, without a / at the end; empty: there is none."},
    {"FORWARD_INTERNAL_HOSTS", ENV_TEXT, AT(forward_internal_hosts), "n8n", 0, 500,
     "Hosts, between commas, that forwards may call by http and in private networks; others must be https and public."},
    {"TELEGRAM_API_ROOT", ENV_TEXT, AT(telegram_api_root), "https://api.telegram.org", 8,  200,
     "Where the Bot API is, without a / at the end: Telegram's, or a server of your own, also over http."},
    {"TELEGRAM_PROXY", ENV_SECRET,  AT(telegram_proxy),   "",             0,  500,
     "The way to Telegram where it is blocked: http://HOST:PORT or socks5h://USER:PASSWORD@HOST:PORT; empty is none."},
    {"AI_URL",        ENV_TEXT,     AT(ai_url),           "",             0,  200,
     "OpenAI-compatible endpoint, without a / at the end (https://HOST/v1), that is asked what a guest means whom the rules do not understand; empty: none is."},
    {"AI_MODEL",      ENV_TEXT,     AT(ai_model),         "gpt-4o-mini",  1,  100,
     "Its model; one that takes temperature, max_tokens and response_format."},
    {"AI_KEY",        ENV_SECRET,   AT(ai_key),           "",             0,  500,
     "Its key; empty: none is sent."},
    {"AI_TIMEOUT",    ENV_DURATION, AT(ai_timeout_ms),    "2500ms",       100, GATEWAY_AI_TIMEOUT_MAX_MS,
     "How long the guest's answer waits for it; then it is made without it."},
    {"AI_DAILY_CALLS", ENV_INT,     AT(ai_daily_calls),   "500",          1,  1000000,
     "How often it may be asked in a day (UTC), by all copies together."},
};
// clang-format on
const size_t gateway_variable_count = sizeof gateway_variables / sizeof gateway_variables[0];
