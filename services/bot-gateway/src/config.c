// SPDX-License-Identifier: MIT
#include "config.h"

#define AT(member) offsetof(struct gateway_config, member)

// clang-format off
/* Columns: name, type, member, default, minimum, maximum, help. */
const struct env_variable gateway_variables[] = {
    {"BOTS_DIR",      ENV_TEXT,     AT(bots_dir),         "secrets/bots", 0,  0,
     "Folder with the bots' files: NAME.token, NAME.secret, NAME.key."},
    {"BOTS_INTERVAL", ENV_DURATION, AT(bots_interval_ms), "5s",           50, 10000,
     "Interval at which bot-gateway rereads that folder and its tables of bots, texts and settings."},
    {"BOT_PUBLIC_URL", ENV_TEXT,    AT(public_url),       "http://127.0.0.1:7010", 8, 200,
     "Address of bot-gateway for Telegram, without a / at the end: webhooks are set to it with /telegram/NAME."},
    {"BOOKING_URL",   ENV_TEXT,     AT(booking_url),      "http://127.0.0.1:7020", 8, 200,
     "Address of booking-api for bot-gateway, without a / at the end."},
    {"SEARCH_URL",    ENV_TEXT,     AT(search_url),       "",             0,  200,
     "Address of search-api for bot-gateway, for searches of apartments and the erasure of persons, without a / at the end; empty: none."},
    {"FORWARD_INTERNAL_HOSTS", ENV_TEXT, AT(forward_internal_hosts), "n8n", 0, 500,
     "Hosts, separated by commas, that forwards may call by http and in private networks, only below /webhook/ and /webhook-test/; others must be https and public."},
    {"TELEGRAM_API_ROOT", ENV_TEXT, AT(telegram_api_root), "https://api.telegram.org", 8,  200,
     "Address of the Bot API, without a / at the end: Telegram's, or your own server, also by http."},
    {"TELEGRAM_PROXY", ENV_SECRET,  AT(telegram_proxy),   "",             0,  500,
     "Proxy for Telegram if it is blocked: http://HOST:PORT or socks5h://USER:PASSWORD@HOST:PORT; empty: none."},
    {"AI_URL",        ENV_TEXT,     AT(ai_url),           "",             0,  200,
     "OpenAI-compatible endpoint, without a / at the end (https://HOST/v1), for messages of guests that the rules do not understand; empty: none."},
    {"AI_MODEL",      ENV_TEXT,     AT(ai_model),         "gpt-4o-mini",  1,  100,
     "Model of the AI; it must accept temperature, max_tokens and response_format."},
    {"AI_KEY",        ENV_SECRET,   AT(ai_key),           "",             0,  500,
     "API key of the AI; empty: none is sent."},
    {"AI_TIMEOUT",    ENV_DURATION, AT(ai_timeout_ms),    "2500ms",       100, AI_TIMEOUT_MAX_MS,
     "Timeout of the AI; after it the guest is answered without it."},
    {"AI_DAILY_CALLS", ENV_INT,     AT(ai_daily_calls),   "500",          1,  1000000,
     "Calls of the AI in a day (UTC), of all instances together."},
};
// clang-format on
const size_t gateway_variable_count = ARRAY_LEN(gateway_variables);
