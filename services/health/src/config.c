// SPDX-License-Identifier: MIT
#include "config.h"

#define AT(member) offsetof(struct health_config, member)

// clang-format off
const struct env_variable health_variables[] = {
    {"HEALTH_CONFIG",     ENV_TEXT,   AT(plan),              NULL,                0, 0, "The YAML file of the checks."},
    {"HEALTH_HISTORY",    ENV_TEXT,   AT(history),           "var/health.sqlite", 0, 0, "The SQLite file of the history."},
    {"HEALTH_PUBLIC_URL", ENV_TEXT,   AT(public_url),        "",                  0, 0, "URL of the status page; alerts link to it."},
    {"HEALTH_DOCS_URL",   ENV_TEXT,   AT(docs_url),          "",                  0, 0, "URL of the documentation, without a trailing slash: the page links to runbook.html in it."},
    {"HEALTH_TIME_ZONE",  ENV_TEXT,   AT(time_zone),         "Asia/Almaty",       0, 0, "The time zone of the page and of alerts."},
    {"HEALTH_PROC",       ENV_TEXT,   AT(proc),              "/proc",             0, 0, "Path of the host's /proc."},
    {"HEALTH_DEPLOY_LOCK", ENV_TEXT,  AT(deploy_lock),       "",                  0, 0, "A file that exists while a deploy runs; ignored 30 minutes after its last change; empty: none."},
    {"HEALTH_EDGE_SECRET", ENV_SECRET, AT(edge_secret),      "",                  0, 0, "The value of X-Edge-Secret that the reverse proxy sends and the page requires; empty, only in the demo and in tests: the page is public."},
    {"LINK_KEY",          ENV_SECRET, AT(link_key),          "",                  0, 0, "The API key for other services of tapbot."},
    {"ALERT_BOT_TOKEN",   ENV_SECRET, AT(alert_bot_token),   "",                  0, 0, "The token of the bot that sends alerts; empty: no Telegram."},
    {"ALERT_CHATS",       ENV_TEXT,   AT(alert_chats),       "",                  0, 0, "Ids of the chats that receive alerts, comma-separated."},
    {"TELEGRAM_API_ROOT", ENV_TEXT,   AT(telegram_api_root), "https://api.telegram.org", 0, 0, "URL of Telegram's Bot API, or of your own server for it."},
    {"TELEGRAM_PROXY",    ENV_SECRET, AT(telegram_proxy),    "",                  0, 0, "The proxy for Telegram: http://host:port or socks5h://host:port."},
    {"SMTP_URL",          ENV_TEXT,   AT(smtp_url),          "",                  0, 0, "The mail server: smtp://host:587 or smtps://host:465; empty: no e-mail."},
    {"SMTP_USER",         ENV_TEXT,   AT(smtp_user),         "",                  0, 0, "The user name at the mail server."},
    {"SMTP_PASSWORD",     ENV_SECRET, AT(smtp_password),     "",                  0, 0, "The password at the mail server."},
    {"ALERT_FROM",        ENV_TEXT,   AT(alert_from),        "",                  0, 0, "The sender of alerts by e-mail."},
    {"ALERT_EMAILS",      ENV_TEXT,   AT(alert_emails),      "",                  0, 0, "The e-mail addresses that receive alerts, comma-separated."},
    {"SMS_API_ID",        ENV_SECRET, AT(sms_api_id),        "",                  0, 0, "The api_id of SMS.ru, for SMS about critical incidents; empty: no SMS."},
    {"ALERT_PHONES",      ENV_TEXT,   AT(alert_phones),      "",                  0, 0, "The phones that receive SMS, like +77012345678, comma-separated."},
    {"SMS_API_ROOT",      ENV_TEXT,   AT(sms_api_root),      "https://sms.ru",    0, 0, "URL of SMS.ru, or of your own server for its API."},
    {"SMS_HOURLY",        ENV_INT,    AT(sms_hourly),        "20",                1, 200, "The maximum number of SMS within an hour, to all phones together; a quarter is reserved for the beginning of critical incidents."},
    {"ALERT_WEBHOOK_URL", ENV_TEXT,   AT(webhook_url),       "",                  0, 0, "The https URL to which incidents are posted, signed by Standard Webhooks; empty: none."},
    {"ALERT_WEBHOOK_SECRET", ENV_SECRET, AT(webhook_secret), "",                  0, 0, "The key of the signature: whsec_ and the base64 of 24 to 64 bytes."},
    {"ALERT_QUIET",       ENV_TEXT,   AT(alert_quiet),       "",                  0, 0, "Quiet hours, in which warnings wait, like 23:00-08:00; empty: none."},
    {"ALERT_REPORT_AT",   ENV_TEXT,   AT(alert_report),      "",                  0, 0, "When the report of the previous day is sent, like 09:00; empty: never."},
};
// clang-format on
const size_t health_variable_count = ARRAY_LEN(health_variables);
