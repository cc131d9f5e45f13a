// SPDX-License-Identifier: MIT
#include "notify/channels.h"

#include "http/client.h"

#include "notify/email_channel.h"
#include "notify/sms_channel.h"
#include "notify/telegram_channel.h"
#include "notify/webhook_channel.h"

/* For each channel: the variable without which it is not configured, and the function that opens
 * it. */
static const struct {
    size_t variable;
    channel_open_fn *open;
} rows[ALERT_CHANNELS] = {
    [ALERT_TELEGRAM] = {offsetof(struct health_config, alert_bot_token), telegram_channel_open},
    [ALERT_EMAIL] = {offsetof(struct health_config, smtp_url),        email_channel_open   },
    [ALERT_SMS] = {offsetof(struct health_config, sms_api_id),      sms_channel_open     },
    [ALERT_WEBHOOK] = {offsetof(struct health_config, webhook_url),     webhook_channel_open },
};

/* Opens the channels whose variable is set. If `errors` is NULL, stops at the first fault;
 * otherwise prints all faults. */
static bool open_configured_channels(const struct channel_tools *tools,
                                     struct channel out[ALERT_CHANNELS], FILE *errors,
                                     struct fault *fault)
{
    bool ok = true;

    for (size_t i = 0; i < ALERT_CHANNELS && (ok || errors != NULL); i++) {
        const void *at = (const char *)tools->config + rows[i].variable;
        const char *set = *(const char *const *)at;

        if (set[0] == '\0' || rows[i].open(tools, &out[i], fault))
            continue;
        ok = false;
        if (errors != NULL)
            fprintf(errors, "%s\n", fault->detail);
    }
    return ok;
}

bool channels_check_config(const struct health_config *config, FILE *errors)
{
    struct channel_tools tools = {.config = config};
    struct channel channels[ALERT_CHANNELS] = {0};
    struct fault fault;
    const bool ok = open_configured_channels(&tools, channels, errors, &fault);

    channels_close(&tools, channels);
    return ok;
}

bool channels_open(struct channel_tools *tools, struct channel out[ALERT_CHANNELS],
                   struct fault *fault)
{
    static const struct http_client_options direct = {0};

    tools->web = http_client_create(tools->service->loop, tools->service->work, &direct, fault);
    return tools->web != NULL && open_configured_channels(tools, out, NULL, fault);
}

void channels_close(struct channel_tools *tools, struct channel channels[ALERT_CHANNELS])
{
    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        if (channels[i].self != NULL)
            channels[i].destroy(channels[i].self);
    http_client_destroy(tools->web);
}
