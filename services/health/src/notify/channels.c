// SPDX-License-Identifier: MIT
#include "notify/channels.h"

#include "config.h"
#include "notify/email_channel.h"
#include "notify/sms_channel.h"
#include "notify/telegram_channel.h"
#include "notify/webhook_channel.h"

/* The functions open_*() open a channel with the variables of `config`. */

static bool open_telegram(struct channels *channels, const struct health_config *config,
                          struct fault *fault)
{
    const struct http_client_options http = {.proxy = config->telegram_proxy};
    const struct service *service = channels->service;

    if (service != NULL)
        channels->telegram_http = http_client_create(service->loop, service->work, &http, fault);
    if (service != NULL && channels->telegram_http == NULL)
        return false;
    channels->telegram =
        (struct telegram){.client = channels->telegram_http,
                          .root = config->telegram_api_root,
                          .own_root = strcmp(config->telegram_api_root, TELEGRAM_ROOT) != 0};
    const struct telegram_channel_options options = {.telegram = channels->telegram,
                                                     .token = config->alert_bot_token,
                                                     .chats = config->alert_chats,
                                                     .public_url = config->public_url,
                                                     .plan = channels->plan,
                                                     .history = channels->history};
    channels->chats = telegram_channel_create(&options, fault);
    channels->all[ALERT_TELEGRAM] = telegram_channel(channels->chats);
    return channels->chats != NULL;
}

static bool open_email(struct channels *channels, const struct health_config *config,
                       struct fault *fault)
{
    const struct email_options options = {.url = config->smtp_url,
                                          .user = config->smtp_user,
                                          .password = config->smtp_password,
                                          .from = config->alert_from,
                                          .to = config->alert_emails};

    channels->email = email_channel_create(
        channels->service != NULL ? channels->service->loop : NULL, &options, fault);
    channels->all[ALERT_EMAIL] = email_channel(channels->email);
    return channels->email != NULL;
}

static bool open_sms(struct channels *channels, const struct health_config *config,
                     struct fault *fault)
{
    const struct sms_options options = {.client = channels->web,
                                        .root = config->sms_api_root,
                                        .own_root = strcmp(config->sms_api_root, SMS_ROOT) != 0,
                                        .api_id = config->sms_api_id,
                                        .phones = config->alert_phones,
                                        .hourly = config->sms_hourly};

    channels->sms = sms_channel_create(&options, fault);
    channels->all[ALERT_SMS] = sms_channel(channels->sms);
    return channels->sms != NULL;
}

static bool open_webhook(struct channels *channels, const struct health_config *config,
                         struct fault *fault)
{
    const char *environment = config->common.environment;
    const struct webhook_options options = {.client = channels->web,
                                            .url = config->webhook_url,
                                            .secret = config->webhook_secret,
                                            .loopback = strcmp(environment, "demo") == 0 ||
                                                        strcmp(environment, "test") == 0};

    channels->webhook = webhook_channel_create(&options, fault);
    channels->all[ALERT_WEBHOOK] = webhook_channel(channels->webhook);
    return channels->webhook != NULL;
}

/* Opens the channels whose variable is set. Unless `errors` is NULL, prints all faults. */
static bool open_all(struct channels *channels, const struct health_config *config, FILE *errors,
                     struct fault *fault)
{
    const struct {
        const char *set;
        bool (*open)(struct channels *channels, const struct health_config *config,
                     struct fault *fault);
    } rows[] = {
        {config->alert_bot_token, open_telegram},
        {config->smtp_url,        open_email   },
        {config->sms_api_id,      open_sms     },
        {config->webhook_url,     open_webhook },
    };
    bool ok = true;

    for (size_t i = 0; i < ARRAY_LEN(rows) && (ok || errors != NULL); i++) {
        if (rows[i].set[0] == '\0' || rows[i].open(channels, config, fault))
            continue;
        ok = false;
        if (errors != NULL)
            fprintf(errors, "%s\n", fault->detail);
    }
    return ok;
}

bool channels_check(const struct health_config *config, FILE *errors)
{
    struct channels channels = {.service = NULL};
    struct fault fault;
    const bool ok = open_all(&channels, config, errors, &fault);

    channels_close(&channels);
    return ok;
}

bool channels_open(struct channels *channels, struct service *service,
                   const struct health_config *config, const struct plan *plan,
                   struct history *history, struct fault *fault)
{
    static const struct http_client_options direct = {0}; /* the proxy is used for Telegram only */

    channels->service = service;
    channels->plan = plan;
    channels->history = history;
    channels->web = http_client_create(service->loop, service->work, &direct, fault);
    return channels->web != NULL && open_all(channels, config, NULL, fault);
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
