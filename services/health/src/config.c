// SPDX-License-Identifier: MIT
#include "config.h"

#define AT(member) offsetof(struct health_config, member)

// clang-format off
const struct env_variable health_variables[] = {
    {"HEALTH_CONFIG",     ENV_TEXT,   AT(plan),              NULL,                0, 0, "The YAML file of what is watched."},
    {"HEALTH_HISTORY",    ENV_TEXT,   AT(history),           "var/health.sqlite", 0, 0, "The SQLite database of what was."},
    {"HEALTH_PUBLIC_URL", ENV_TEXT,   AT(public_url),        "",                  0, 0, "Where people open the status page; alerts link to it."},
    {"HEALTH_DOCS_URL",   ENV_TEXT,   AT(docs_url),          "",                  0, 0, "Where the folder of documentation is, without a slash at its end: the page links to runbook.html in it."},
    {"HEALTH_TIME_ZONE",  ENV_TEXT,   AT(time_zone),         "Asia/Almaty",       0, 0, "The zone of times on the page and in alerts."},
    {"HEALTH_PROC",       ENV_TEXT,   AT(proc),              "/proc",             0, 0, "Where the host's /proc is."},
    {"HEALTH_DEPLOY_LOCK", ENV_TEXT,  AT(deploy_lock),       "",                  0, 0, "A file that is there while a deploy runs, believed for 30 minutes behind its last change; empty: none."},
    {"HEALTH_EDGE_SECRET", ENV_SECRET, AT(edge_secret),      "",                  0, 0, "What the reverse proxy sends in X-Edge-Secret, without which health shows no page; empty, in the demo and in tests alone: the page is open."},
    {"LINK_KEY",          ENV_SECRET, AT(link_key),          "",                  0, 0, "The API key by which other services of ours are asked."},
    {"ALERT_BOT_TOKEN",   ENV_SECRET, AT(alert_bot_token),   "",                  0, 0, "The token of the bot that tells of incidents; empty: no Telegram."},
    {"ALERT_CHATS",       ENV_TEXT,   AT(alert_chats),       "",                  0, 0, "Ids of the chats that it tells, comma-separated."},
    {"TELEGRAM_API_ROOT", ENV_TEXT,   AT(telegram_api_root), "https://api.telegram.org", 0, 0, "Telegram's Bot API, or a server of one's own that speaks it."},
    {"TELEGRAM_PROXY",    ENV_SECRET, AT(telegram_proxy),    "",                  0, 0, "The proxy on the way to Telegram: http://host:port or socks5h://host:port."},
    {"SMTP_URL",          ENV_TEXT,   AT(smtp_url),          "",                  0, 0, "The mail server: smtp://host:587 or smtps://host:465; empty: no e-mail."},
    {"SMTP_USER",         ENV_TEXT,   AT(smtp_user),         "",                  0, 0, "The user at the mail server."},
    {"SMTP_PASSWORD",     ENV_SECRET, AT(smtp_password),     "",                  0, 0, "The user's password at the mail server."},
    {"ALERT_FROM",        ENV_TEXT,   AT(alert_from),        "",                  0, 0, "The sender's address of alerts by e-mail."},
    {"ALERT_EMAILS",      ENV_TEXT,   AT(alert_emails),      "",                  0, 0, "The addresses that are told, comma-separated."},
    {"SMS_API_ID",        ENV_SECRET, AT(sms_api_id),        "",                  0, 0, "The api_id of SMS.ru, which sends SMS of critical incidents; empty: no SMS."},
    {"ALERT_PHONES",      ENV_TEXT,   AT(alert_phones),      "",                  0, 0, "The phones that are told, like +77012345678, comma-separated."},
    {"SMS_API_ROOT",      ENV_TEXT,   AT(sms_api_root),      "https://sms.ru",    0, 0, "SMS.ru, or a server of one's own that speaks its API."},
    {"SMS_HOURLY",        ENV_INT,    AT(sms_hourly),        "20",                1, 200, "How many SMS are sent in an hour at most, to all phones together; a quarter is kept for critical incidents that begin."},
    {"ALERT_WEBHOOK_URL", ENV_TEXT,   AT(webhook_url),       "",                  0, 0, "Where incidents are posted, signed as Standard Webhooks has it: https; empty: nowhere."},
    {"ALERT_WEBHOOK_SECRET", ENV_SECRET, AT(webhook_secret), "",                  0, 0, "What signs them: whsec_ and the base64 of 24 to 64 bytes."},
    {"ALERT_QUIET",       ENV_TEXT,   AT(alert_quiet),       "",                  0, 0, "Hours in which warnings wait, as 23:00-08:00; empty: none."},
    {"ALERT_REPORT_AT",   ENV_TEXT,   AT(alert_report),      "",                  0, 0, "When the day before is told of, as 09:00; empty: never."},
};
// clang-format on
const size_t health_variable_count = sizeof health_variables / sizeof health_variables[0];
