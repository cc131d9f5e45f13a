// SPDX-License-Identifier: MIT
/* The variables of health, in addition to those of every service. */
#pragma once

#include "api/service.h"

struct health_config {
    struct service_config common; /* must be the first member */
    const char *plan;             /* path of the YAML file of checks */
    const char *history;          /* path of the SQLite file */
    const char *public_url;       /* URL of the status page; "": not set */
    const char *docs_url;         /* URL of the documentation folder; "": not set */
    const char *time_zone;        /* in which the page and alerts show times: "Asia/Almaty" */
    const char *proc;             /* path of the host's /proc */
    const char *edge_secret;      /* expected value of X-Edge-Secret; "": the page is public */
    const char *link_key;         /* API key with which health calls other services */
    const char *deploy_lock;      /* path of a file that exists while a deploy runs */
    /* Variables of alerts. */
    const char *alert_bot_token; /* "": no Telegram */
    const char *alert_chats;     /* chat ids, comma-separated */
    const char *telegram_api_root;
    const char *telegram_proxy;
    const char *smtp_url; /* smtp://host:port or smtps://host:port; "": no e-mail */
    const char *smtp_user;
    const char *smtp_password;
    const char *alert_from;
    const char *alert_emails; /* comma-separated */
    const char *sms_api_id;   /* "": no SMS */
    const char *sms_api_root;
    int64_t sms_hourly;       /* maximum number of SMS within an hour */
    const char *alert_phones; /* E.164, comma-separated */
    const char *webhook_url;  /* "": no webhook */
    const char *webhook_secret;
    const char *alert_quiet;  /* "23:00-08:00"; "": no quiet hours */
    const char *alert_report; /* "09:00"; "": no morning report */
};

extern const struct env_variable health_variables[];
extern const size_t health_variable_count;
