// SPDX-License-Identifier: MIT
#include "notify/channels.h"

#include "config.h"
#include "notify/email_channel.h"
#include "notify/sms_channel.h"
#include "notify/telegram_channel.h"
#include "notify/webhook_channel.h"

/* --- variables --- */

static struct telegram_channel_options telegram_options(const struct health_config *config)
{
    const bool own_root = strcmp(config->telegram_api_root, TELEGRAM_ROOT) != 0;

    return (struct telegram_channel_options){
        .telegram = {.root = config->telegram_api_root, .own_root = own_root},
        .token = config->alert_bot_token,
        .chats = config->alert_chats,
        .public_url = config->public_url
    };
}

static struct email_options email_options(const struct health_config *config)
{
    return (struct email_options){.url = config->smtp_url,
                                  .user = config->smtp_user,
                                  .password = config->smtp_password,
                                  .from = config->alert_from,
                                  .to = config->alert_emails};
}

static struct sms_options sms_options(const struct health_config *config)
{
    return (struct sms_options){.root = config->sms_api_root,
                                .own_root = strcmp(config->sms_api_root, SMS_ROOT) != 0,
                                .api_id = config->sms_api_id,
                                .phones = config->alert_phones,
                                .hourly = config->sms_hourly};
}

static struct webhook_options webhook_options(const struct health_config *config)
{
    const char *environment = config->common.environment;

    return (struct webhook_options){.url = config->webhook_url,
                                    .secret = config->webhook_secret,
                                    .loopback = strcmp(environment, "demo") == 0 ||
                                                strcmp(environment, "test") == 0};
}

static bool check_telegram(const struct health_config *config, struct fault *fault)
{
    const struct telegram_channel_options options = telegram_options(config);
    struct telegram_channel *chats = telegram_channel_create(&options, fault);

    telegram_channel_destroy(chats);
    return chats != NULL;
}

static bool check_email(const struct health_config *config, struct fault *fault)
{
    const struct email_options options = email_options(config);

    return email_options_check(&options, fault);
}

static bool check_sms(const struct health_config *config, struct fault *fault)
{
    const struct sms_options options = sms_options(config);
    struct sms_channel *sms = sms_channel_create(&options, fault);

    sms_channel_destroy(sms);
    return sms != NULL;
}

static bool check_webhook(const struct health_config *config, struct fault *fault)
{
    const struct webhook_options options = webhook_options(config);
    struct webhook_channel *webhook = webhook_channel_create(&options, fault);

    webhook_channel_destroy(webhook);
    return webhook != NULL;
}

bool channels_check(const struct health_config *config, FILE *errors)
{
    const struct {
        const char *set; /* the variable that enables the channel */
        bool (*check)(const struct health_config *config, struct fault *fault);
    } rows[] = {
        {config->alert_bot_token, check_telegram},
        {config->smtp_url,        check_email   },
        {config->sms_api_id,      check_sms     },
        {config->webhook_url,     check_webhook },
    };
    bool ok = true;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fault fault;

        if (rows[i].set[0] == '\0' || rows[i].check(config, &fault))
            continue;
        fprintf(errors, "%s\n", fault.detail);
        ok = false;
    }
    return ok;
}

/* --- the channels --- */

static bool open_telegram(struct channels *channels, struct service *service,
                          const struct health_config *config, const struct plan *plan,
                          struct history *history, struct fault *fault)
{
    if (config->alert_bot_token[0] == '\0')
        return true;
    const struct http_client_options http = {.proxy = config->telegram_proxy};
    struct telegram_channel_options options = telegram_options(config);
    channels->telegram_http = http_client_create(service->loop, service->work, &http, fault);
    if (channels->telegram_http == NULL)
        return false;
    options.telegram.client = channels->telegram_http;
    options.plan = plan;
    options.history = history;
    channels->telegram = options.telegram;
    channels->chats = telegram_channel_create(&options, fault);
    if (channels->chats != NULL)
        channels->all[ALERT_TELEGRAM] = telegram_channel(channels->chats);
    return channels->chats != NULL;
}

static bool open_email(struct channels *channels, struct service *service,
                       const struct health_config *config, struct fault *fault)
{
    if (config->smtp_url[0] == '\0')
        return true;
    const struct email_options options = email_options(config);
    channels->email = email_channel_create(service->loop, &options, fault);
    if (channels->email != NULL)
        channels->all[ALERT_EMAIL] = email_channel(channels->email);
    return channels->email != NULL;
}

static bool open_sms(struct channels *channels, const struct health_config *config,
                     struct fault *fault)
{
    if (config->sms_api_id[0] == '\0')
        return true;
    struct sms_options options = sms_options(config);
    options.client = channels->web;
    channels->sms = sms_channel_create(&options, fault);
    if (channels->sms != NULL)
        channels->all[ALERT_SMS] = sms_channel(channels->sms);
    return channels->sms != NULL;
}

static bool open_webhook(struct channels *channels, const struct health_config *config,
                         struct fault *fault)
{
    if (config->webhook_url[0] == '\0')
        return true;
    struct webhook_options options = webhook_options(config);
    options.client = channels->web;
    channels->webhook = webhook_channel_create(&options, fault);
    if (channels->webhook != NULL)
        channels->all[ALERT_WEBHOOK] = webhook_channel(channels->webhook);
    return channels->webhook != NULL;
}

bool channels_open(struct channels *channels, struct service *service,
                   const struct health_config *config, const struct plan *plan,
                   struct history *history, struct fault *fault)
{
    static const struct http_client_options direct = {0}; /* the proxy is only for Telegram */

    channels->web = http_client_create(service->loop, service->work, &direct, fault);
    return channels->web != NULL &&
           open_telegram(channels, service, config, plan, history, fault) &&
           open_email(channels, service, config, fault) && open_sms(channels, config, fault) &&
           open_webhook(channels, config, fault);
}

void channels_close(struct channels *channels)
{
    telegram_channel_destroy(channels->chats);
    email_channel_destroy(channels->email);
    sms_channel_destroy(channels->sms);
    webhook_channel_destroy(channels->webhook);
    http_client_destroy(channels->telegram_http);
    http_client_destroy(channels->web);
}
