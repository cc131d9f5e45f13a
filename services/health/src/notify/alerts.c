// SPDX-License-Identifier: MIT
#include "notify/alerts.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "http/client.h"

#include "notify/ack_listener.h"
#include "notify/alert_retry.h"
#include "notify/email_channel.h"
#include "notify/hourly_limit.h"
#include "notify/note_send.h"
#include "notify/quiet_hours.h"
#include "notify/sms_channel.h"
#include "notify/telegram_channel.h"
#include "notify/webhook_channel.h"

enum {
    EVERY_MS = 2000,
    RUN_MS = 120 * 1000,
    BEGIN_MS = RUN_MS / 2, /* no attempt begins later in a run, so that the end of the run cancels
                            * none */
    DUE_MAX = 64,          /* maximum number of alerts read from the queue at once */
    TESTS_HOURLY = 3,
    TEST_TEXT_MAX = 1024
};

/* The task that sends the alerts of one channel. */
struct sender {
    struct alerts *alerts;
    enum alert_channel number;
    const struct channel *channel;
    struct periodic task;
    struct alert due[DUE_MAX];
    struct metric sent, failed;
    struct log_limit log_limit;
};

struct alerts {
    struct channel_tools tools;
    struct channel channels[ALERT_CHANNELS];
    struct ack_listener ack_listener;
    struct quiet_hours quiet;
    struct metric given_up;
    struct sender senders[ALERT_CHANNELS];
    bool testing;
    struct hourly_limit tests;
    void (*on_ack)(void *data);
    void *on_ack_data;
};

/* --- channels --- */

// clang-format off
#define VARIABLE(member) offsetof(struct health_config, member)
static const struct {
    const char *task, *name, *labels;
    size_t variable; /* without it the channel is not configured */
    channel_open_fn *open;
} rows[ALERT_CHANNELS] = {
    [ALERT_TELEGRAM] = {"alerts by Telegram", "telegram", "channel=\"telegram\"",
                        VARIABLE(alert_bot_token), telegram_channel_open},
    [ALERT_EMAIL]    = {"alerts by e-mail",   "email",    "channel=\"email\"",
                        VARIABLE(smtp_url),        email_channel_open},
    [ALERT_SMS]      = {"alerts by SMS",      "sms",      "channel=\"sms\"",
                        VARIABLE(sms_api_id),      sms_channel_open},
    [ALERT_WEBHOOK]  = {"alerts by webhook",  "webhook",  "channel=\"webhook\"",
                        VARIABLE(webhook_url),     webhook_channel_open},
};
static const unsigned of_severity[] = {
    [SEVERITY_WARNING]  = 1U << ALERT_TELEGRAM | 1U << ALERT_EMAIL | 1U << ALERT_WEBHOOK,
    [SEVERITY_CRITICAL] = 1U << ALERT_TELEGRAM | 1U << ALERT_EMAIL | 1U << ALERT_WEBHOOK | 1U << ALERT_SMS,
};
// clang-format on

static bool open_channel_if_configured(const struct channel_tools *tools, size_t number,
                                       struct channel *out, struct fault *fault)
{
    const void *at = (const char *)tools->config + rows[number].variable;
    const char *set = *(const char *const *)at;

    return set[0] == '\0' || rows[number].open(tools, out, fault);
}

static bool open_channels(struct alerts *alerts, struct fault *fault)
{
    static const struct http_client_options direct = {0};
    struct channel_tools *tools = &alerts->tools;

    tools->web = http_client_create(tools->service->loop, tools->service->work, &direct, fault);
    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        if (tools->web == NULL ||
            !open_channel_if_configured(tools, i, &alerts->channels[i], fault))
            return false;
    return true;
}

static void close_channel(const struct channel *channel)
{
    if (channel->self != NULL)
        channel->destroy(channel->self);
}

unsigned alerts_channels_for_incident(const struct alerts *alerts, const struct incident *incident)
{
    const enum severity severity =
        incident->level == LEVEL_RED ? incident->severity : SEVERITY_WARNING;
    unsigned configured = 0;

    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        configured |= alerts->channels[i].self != NULL ? 1U << i : 0;
    return of_severity[severity] & configured;
}

/* --- sending --- */

static void warn_unless_stored(bool ok, const struct fault *fault)
{
    if (!ok)
        log_fault(LOG_WARN, "alert_not_noted", fault, SLICE_NONE);
}

/* Called if the sender's channel fails. Queues the alert on the other channels that are configured
 * and used for the alert's severity. */
static void copy_to_other_channels(struct sender *sender, const struct alert *alert)
{
    const unsigned others =
        alerts_channels_for_incident(sender->alerts, &alert->incident) & ~(1U << sender->number);
    struct history *history = sender->alerts->tools.history;
    struct fault fault;

    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        if ((others & 1U << i) != 0) {
            warn_unless_stored(
                history_alert_copy_to_channel(history, alert->id, (enum alert_channel)i, &fault),
                &fault);
            periodic_run_soon(&sender->alerts->senders[i].task, 0);
        }
}

/* Logs the failure of an attempt if it is the first or the last (`is_last`) of the alert. Refusals
 * are logged once an hour instead, because they repeat. */
static void log_failed_attempt(struct sender *sender, const struct alert *alert, bool is_last,
                               const struct channel_result *result)
{
    if (result->outcome == CHANNEL_REFUSED
            ? log_limit_count(&sender->log_limit, now_mono_ns(), CHANNEL_LOG_MS) == 0
            : alert->tries > 0 && !is_last)
        return;
    LOG(LOG_ERROR, is_last ? "alert_given_up" : "alert_not_told", result->fault.detail,
        log_str("task", rows[sender->number].task), log_str("code", result->fault.code),
        log_str("check", alert->incident.check));
}

static void postpone_or_give_up(struct sender *sender, const struct alert *alert,
                                const struct channel_result *result)
{
    const struct alert_retry retry =
        alert_retry_decide(alert->tries, result, sender->channel->limit_ms, ALERT_FALLBACK_MS);
    struct history *history = sender->alerts->tools.history;
    struct fault fault;

    sender->failed.value++;
    log_failed_attempt(sender, alert, retry.give_up, result);
    if (retry.fall_back)
        copy_to_other_channels(sender, alert);
    if (retry.give_up) {
        warn_unless_stored(history_alert_give_up(history, alert->id, &fault), &fault);
        return;
    }
    warn_unless_stored(
        history_alert_postpone(history, alert->id, retry.pause_ms * US_PER_MS, &fault), &fault);
    periodic_run_soon(&sender->task, retry.pause_ms + 1);
}

static void send_alert(struct sender *sender, const struct alert *alert,
                       struct channel_result *result)
{
    const struct alert_story story = {
        .incident = &alert->incident,
        .check = plan_find(sender->alerts->tools.plan, slice_of(alert->incident.check)),
        .event = alert->event,
        .step = alert->step,
        .now_us = now_wall_us(),
        .public_url = sender->alerts->tools.config->public_url};
    const int64_t began_ns = now_mono_ns();

    *result = (struct channel_result){.outcome = CHANNEL_UNREACHABLE};
    sender->channel->send(sender->channel->self, &story, result);
    result->took_ms = (now_mono_ns() - began_ns) / NS_PER_MS;
    sender->sent.value += result->outcome == CHANNEL_SENT;
}

/* Sends `count` alerts. If the channel is unreachable or busy for one alert, and not for this alert
 * only, the remaining ones count as failed without an attempt. `result`: the last outcome. */
static void send_listed_alerts(struct sender *sender, size_t count, struct channel_result *result)
{
    const int64_t until_ns = now_mono_ns() + BEGIN_MS * NS_PER_MS;
    struct history *history = sender->alerts->tools.history;
    struct fault fault;

    for (size_t i = 0; i < count; i++) {
        const struct alert *alert = &sender->due[i];

        if (sender->alerts->tools.service->stopping || now_mono_ns() > until_ns)
            return;
        if (result->outcome == CHANNEL_SENT || result->outcome == CHANNEL_REFUSED ||
            result->only_this)
            send_alert(sender, alert, result);
        if (result->outcome == CHANNEL_SENT)
            warn_unless_stored(history_alert_mark_sent(history, alert, result->message_id, &fault),
                               &fault);
        else
            postpone_or_give_up(sender, alert, result);
    }
}

static bool send_due_alerts(void *data, struct fault *fault)
{
    struct sender *sender = data;
    size_t count = DUE_MAX;
    struct channel_result result = {.outcome = CHANNEL_SENT};

    const int64_t now_us = now_wall_us();
    const struct alert_query query = {.channel = sender->number,
                                      .now_us = now_us,
                                      .quiet = quiet_hours_contain(&sender->alerts->quiet, now_us)};

    if (!history_list_due_alerts(sender->alerts->tools.history, &query, sender->due, &count, fault))
        return false;
    send_listed_alerts(sender, count, &result);
    if (sender->channel->update != NULL && result.outcome == CHANNEL_SENT)
        sender->channel->update(sender->channel->self);
    return true;
}

void alerts_send_soon(struct alerts *alerts)
{
    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        periodic_run_soon(&alerts->senders[i].task, 0);
}

/* --- notes and tests --- */

bool alerts_send_note(struct alerts *alerts, const struct alert_note *note, unsigned excluded,
                      struct alert_delivery out[ALERT_CHANNELS], size_t *count, struct fault *fault)
{
    struct channel_result results[ALERT_CHANNELS] = {0};

    if (note != NULL && !note_send_to_channels(alerts->tools.service->loop, alerts->channels,
                                               excluded, note, results, fault))
        return false;
    *count = 0;
    for (size_t i = 0; i < ALERT_CHANNELS; i++) {
        const bool delivered = note != NULL && results[i].outcome == CHANNEL_SENT;

        if (alerts->channels[i].self != NULL && (excluded >> i & 1) == 0)
            out[(*count)++] = (struct alert_delivery){
                .number = (enum alert_channel)i,
                .channel = rows[i].name,
                .delivered = delivered,
                .code = note == NULL || delivered ? "" : results[i].fault.code,
                .took_ms = results[i].took_ms};
    }
    return true;
}

static bool send_test_note(struct alerts *alerts, struct alert_delivery out[ALERT_CHANNELS],
                           size_t *count, struct fault *fault)
{
    const char *url = alerts->tools.config->public_url;
    const struct uuid own = uuid_make();
    char id[NOTE_ID_MAX + 1] = "test.", text[TEST_TEXT_MAX];

    uuid_format(&own, id + strlen(id));
    snprintf(text, sizeof text,
             "Это проверка с сервера %.200s: сюда health сообщит о неполадках. Делать ничего не "
             "нужно.\n%s%.400s%s",
             alerts->tools.plan->server, url[0] != '\0' ? "Страница: " : "", url,
             url[0] != '\0' ? "\n" : "");
    const struct alert_note note = {.id = id, .subject = "Проверка связи", .text = text};
    return alerts_send_note(alerts, &note, 0, out, count, fault);
}

bool alerts_send_test(struct alerts *alerts, bool dry, struct alert_delivery out[ALERT_CHANNELS],
                      size_t *count, struct fault *fault)
{
    if (dry)
        return alerts_send_note(alerts, NULL, 0, out, count, fault);
    if (alerts->testing)
        return fault_set(fault, FAULT_CONFLICT, "test_runs", "Another test is running.");
    const int64_t wait_ms = hourly_limit_take_slot_or_get_wait_ms(&alerts->tests, 0, now_mono_ns());
    if (wait_ms > 0) {
        fault_set(fault, FAULT_RATE_LIMITED, "too_many_tests",
                  "There were %d tests within an hour.", (int)TESTS_HOURLY);
        fault->retry_after_s = (int)((wait_ms + 999) / 1000);
        return false;
    }
    alerts->testing = true;
    const bool ok = send_test_note(alerts, out, count, fault);
    alerts->testing = false;
    return ok;
}

/* --- acknowledgements --- */

void alerts_set_ack_handler(struct alerts *alerts, void (*handler)(void *data), void *data)
{
    alerts->on_ack = handler;
    alerts->on_ack_data = data;
}

bool alerts_bot_is_shared(const struct alerts *alerts)
{
    return ack_listener_bot_is_shared(&alerts->ack_listener);
}

void alerts_show_ack_in_telegram(struct alerts *alerts, const struct incident *incident)
{
    if (alerts->channels[ALERT_TELEGRAM].self != NULL)
        telegram_channel_edit_later(alerts->channels[ALERT_TELEGRAM].self, incident);
    periodic_run_soon(&alerts->senders[ALERT_TELEGRAM].task, 0);
}

static void notify_of_telegram_ack(void *data)
{
    struct alerts *alerts = data;

    periodic_run_soon(&alerts->senders[ALERT_TELEGRAM].task, 0);
    if (alerts->on_ack != NULL)
        alerts->on_ack(alerts->on_ack_data);
}

/* --- start and stop --- */

static bool start_ack_listener(struct alerts *alerts, struct fault *fault)
{
    struct telegram_channel *chats = alerts->channels[ALERT_TELEGRAM].self;

    return chats == NULL || ack_listener_start(&alerts->ack_listener, &alerts->tools, chats,
                                               notify_of_telegram_ack, alerts, fault);
}

static void start_sender(struct alerts *alerts, enum alert_channel channel)
{
    struct sender *sender = &alerts->senders[channel];
    const struct periodic_task task = {rows[channel].task, send_due_alerts, EVERY_MS, RUN_MS,
                                       .at_once = true};

    sender->alerts = alerts;
    sender->number = channel;
    sender->channel = &alerts->channels[channel];
    if (sender->channel->self == NULL)
        return;
    metric_register_counter(&sender->sent, "alerts_told_total",
                            "Alerts that a channel has accepted.", rows[channel].labels);
    metric_register_counter(&sender->failed, "alerts_failed_total",
                            "Failed attempts to send alerts.", rows[channel].labels);
    periodic_start(&sender->task, alerts->tools.service->loop, &task, sender);
}

static bool read_quiet_hours(const struct health_config *config, struct quiet_hours *out,
                             struct fault *fault)
{
    return quiet_hours_read(config->alert_quiet, out) ||
           fault_set(fault, FAULT_INVALID, "bad_alert_quiet",
                     "ALERT_QUIET must be two times of the day, like 23:00-08:00.");
}

bool alerts_check_config(const struct health_config *config, FILE *errors)
{
    const struct channel_tools tools = {.config = config};
    struct quiet_hours quiet;
    struct fault fault;
    bool ok = read_quiet_hours(config, &quiet, &fault);

    if (!ok)
        fprintf(errors, "%s\n", fault.detail);
    for (size_t i = 0; i < ALERT_CHANNELS; i++) {
        struct channel channel = {0};

        if (!open_channel_if_configured(&tools, i, &channel, &fault)) {
            fprintf(errors, "%s\n", fault.detail);
            ok = false;
        }
        close_channel(&channel);
    }
    return ok;
}

static double read_given_up_count(void *data)
{
    return (double)history_count_given_up_alerts(data);
}

struct alerts *alerts_start(struct service *service, const struct health_config *config,
                            const struct plan *plan, struct history *history, struct fault *fault)
{
    struct alerts *alerts = fault_calloc(sizeof *alerts, "alerts", fault);

    if (alerts == NULL)
        return NULL;
    alerts->tools = (struct channel_tools){
        .config = config, .service = service, .plan = plan, .history = history};
    alerts->tests.max = TESTS_HOURLY;
    alerts->given_up = (struct metric){
        .name = "alerts_given_up_total",
        .help = "Alerts that a channel has given up: tried for a day, or permanently refused.",
        .type = METRIC_COUNTER,
        .read = read_given_up_count,
        .data = history};
    metric_register(&alerts->given_up);
    if (!read_quiet_hours(config, &alerts->quiet, fault) || !open_channels(alerts, fault) ||
        !start_ack_listener(alerts, fault)) {
        alerts_stop(alerts);
        return NULL;
    }
    for (int i = 0; i < ALERT_CHANNELS; i++)
        start_sender(alerts, (enum alert_channel)i);
    return alerts;
}

void alerts_stop(struct alerts *alerts)
{
    if (alerts == NULL)
        return;
    for (size_t i = 0; i < ALERT_CHANNELS; i++) {
        periodic_stop(&alerts->senders[i].task);
        metric_unregister(&alerts->senders[i].sent);
        metric_unregister(&alerts->senders[i].failed);
    }
    metric_unregister(&alerts->given_up);
    ack_listener_stop(&alerts->ack_listener);
    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        close_channel(&alerts->channels[i]);
    http_client_destroy(alerts->tools.web);
    free(alerts);
}
