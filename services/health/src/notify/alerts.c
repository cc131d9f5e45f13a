// SPDX-License-Identifier: MIT
#include "notify/alerts.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"

#include "config.h"
#include "notify/ack_listener.h"
#include "notify/alert_retry.h"
#include "notify/channels.h"
#include "notify/hourly_limit.h"
#include "notify/memory_alerts.h"
#include "notify/note_send.h"
#include "notify/quiet_hours.h"
#include "notify/telegram_channel.h"

enum {
    EVERY_MS = 2000,
    RUN_MS = 120 * 1000,
    BEGIN_MS = RUN_MS / 2, /* no alert is begun later in a run, so that none is cut by its end */
    DUE_MAX = 64,          /* alerts of one look */
    TESTS_HOURLY = 3
};

static const int64_t COMPLAIN_NS = 3600 * NS_PER_S;

/* A channel at work. */
struct teller {
    struct alerts *alerts;
    enum alert_channel number;
    struct channel channel;
    struct periodic *task;
    struct alert due[DUE_MAX];
    struct metric told, failed;
    int64_t complained_ns; /* 0: never */
};

struct alerts {
    struct service *service;
    const struct health_config *config;
    const struct plan *plan;
    struct history *history;
    struct channels channels;
    struct taps *taps;
    struct quiet quiet;
    struct metric given_up;
    struct urgents urgents;
    bool urgents_full; /* that one was not taken is logged */
    struct teller tellers[ALERT_CHANNELS];
    bool testing;
    struct hourly tests;
    void (*on_ack)(void *data, const struct incident *incident);
    void *on_ack_data;
};

/* --- which channels --- */

// clang-format off
static const struct {
    const char *name; /* of the task */
    const char *channel;
    const char *labels;
} names[ALERT_CHANNELS] = {
    [ALERT_TELEGRAM] = {"alerts by Telegram", "telegram", "channel=\"telegram\""},
    [ALERT_EMAIL]    = {"alerts by e-mail",   "email",    "channel=\"email\""},
    [ALERT_SMS]      = {"alerts by SMS",      "sms",      "channel=\"sms\""},
    [ALERT_WEBHOOK]  = {"alerts by webhook",  "webhook",  "channel=\"webhook\""},
};
static const unsigned of_severity[] = {
    [SEVERITY_WARNING]  = 1U << ALERT_TELEGRAM | 1U << ALERT_EMAIL | 1U << ALERT_WEBHOOK,
    [SEVERITY_CRITICAL] = 1U << ALERT_TELEGRAM | 1U << ALERT_EMAIL | 1U << ALERT_WEBHOOK | 1U << ALERT_SMS,
};
// clang-format on

static unsigned configured(const struct alerts *alerts)
{
    unsigned bits = 0;

    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        bits |= alerts->tellers[i].channel.self != NULL ? 1U << i : 0;
    return bits;
}

unsigned alerts_channels(const struct alerts *alerts, enum severity severity)
{
    return of_severity[severity] & configured(alerts);
}

enum severity alerts_severity(const struct incident *incident)
{
    return incident->level == LEVEL_RED ? incident->severity : SEVERITY_WARNING;
}

/* --- telling --- */

static struct alert_story story_of(const struct alerts *alerts, const struct alert *alert)
{
    return (struct alert_story){.incident = &alert->incident,
                                .check = plan_find(alerts->plan, slice_of(alert->incident.check)),
                                .event = alert->event,
                                .step = alert->step,
                                .now_us = now_wall_us(),
                                .public_url = alerts->config->public_url};
}

/* What history could not be told in time it may have done, or will do: its calls keep their order.
 */
static void note(bool ok, const struct fault *fault)
{
    if (!ok)
        log_fault(LOG_WARN, "alert_not_noted", fault, (struct slice){0});
}

/* To the others of its severity that are configured. */
static void tell_others(struct teller *teller, const struct alert *alert)
{
    const unsigned others = alerts_channels(teller->alerts, alerts_severity(&alert->incident)) &
                            ~(1U << teller->number);
    struct history *history = teller->alerts->history;
    struct fault fault;

    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        if ((others & 1U << i) != 0) {
            note(history_alert_also(history, alert->id, (enum alert_channel)i, &fault), &fault);
            periodic_soon(teller->alerts->tellers[i].task, 0);
        }
}

/* The first failure of an alert, and its last; what is refused, hourly, as it will be again. */
static void log_failure(struct teller *teller, const struct alert *alert, bool over,
                        const struct channel_end *end)
{
    const int64_t now_ns = now_mono_ns();

    if (end->outcome == CHANNEL_REFUSED) {
        if (teller->complained_ns != 0 && now_ns - teller->complained_ns < COMPLAIN_NS)
            return;
        teller->complained_ns = now_ns;
    } else if (alert->tries > 0 && !over) {
        return;
    }
    LOG(LOG_ERROR, over ? "alert_given_up" : "alert_not_told", end->fault.detail,
        log_str("task", names[teller->number].name), log_str("code", end->fault.code),
        log_str("check", alert->incident.check));
}

static void note_failure(struct teller *teller, const struct alert *alert,
                         const struct channel_end *end)
{
    const struct pace pace =
        pace_of(alert->tries, end, teller->channel.limit_ms, ALERT_FALLBACK_MS);
    struct history *history = teller->alerts->history;
    struct fault fault;

    teller->failed.value++;
    log_failure(teller, alert, pace.over, end);
    if (pace.also)
        tell_others(teller, alert);
    if (pace.over) {
        note(history_alert_given_up(history, alert->id, &fault), &fault);
        return;
    }
    note(history_alert_later(history, alert->id, pace.pause_ms * US_PER_MS, &fault), &fault);
    periodic_soon(teller->task, pace.pause_ms + 1);
}

static void send_one(struct teller *teller, const struct alert *alert, struct channel_end *end)
{
    const struct alert_story story = story_of(teller->alerts, alert);
    const int64_t began_ns = now_mono_ns();
    struct fault fault;

    *end = (struct channel_end){.outcome = CHANNEL_AWAY};
    teller->channel.send(teller->channel.self, &story, end);
    end->took_ms = (now_mono_ns() - began_ns) / NS_PER_MS;
    if (end->outcome != CHANNEL_TOLD)
        return;
    teller->told.value++;
    note(history_alert_told(teller->alerts->history, alert, end->message_id, &fault), &fault);
}

/* Behind the first that finds the channel away, or busy with all, none is tried: it would only
 * wait. */
static void tell_all(struct teller *teller, size_t count, struct channel_end *end)
{
    const int64_t until_ns = now_mono_ns() + BEGIN_MS * NS_PER_MS;

    for (size_t i = 0; i < count; i++) {
        const struct alert *alert = &teller->due[i];

        if (teller->alerts->service->stopping || now_mono_ns() > until_ns)
            return;
        if (end->outcome == CHANNEL_TOLD || end->outcome == CHANNEL_REFUSED || end->alone)
            send_one(teller, alert, end);
        if (end->outcome != CHANNEL_TOLD)
            note_failure(teller, alert, end);
    }
}

/* --- without history --- */

void alerts_urgent(struct alerts *alerts, const struct incident *incident, enum alert_event event,
                   unsigned channels)
{
    if (!urgents_add(&alerts->urgents, incident, event, channels)) {
        if (!alerts->urgents_full)
            LOG(LOG_ERROR, "alerts_not_kept", "More is to be told than is kept without history",
                log_str("check", incident->check));
        alerts->urgents_full = true;
        return;
    }
    alerts_soon(alerts);
}

/* One that fails is tried again at the next look. What is under way counts as told: a recovery that
 * comes meanwhile is told too. */
static void tell_urgent(struct teller *teller, bool quiet)
{
    struct alerts *alerts = teller->alerts;
    const unsigned bit = 1U << teller->number;
    struct channel_end end = {.outcome = CHANNEL_TOLD};

    for (size_t i = 0; i < alerts->urgents.count && end.outcome != CHANNEL_AWAY; i++) {
        struct urgent *urgent = &alerts->urgents.all[i];
        const struct alert alert = {.incident = urgent->incident, .event = urgent->event};

        if ((urgent->left & bit) == 0 || alerts->service->stopping ||
            (quiet && alert.incident.level != LEVEL_RED))
            continue;
        const struct alert_story story = story_of(alerts, &alert);

        urgent->left &= ~bit;
        end = (struct channel_end){.outcome = CHANNEL_AWAY};
        teller->channel.send(teller->channel.self, &story, &end);
        teller->told.value += end.outcome == CHANNEL_TOLD;
        if (end.outcome == CHANNEL_TOLD || end.outcome == CHANNEL_REFUSED)
            continue;
        urgent = urgents_find(&alerts->urgents, &alert.incident.id, alert.event);
        if (urgent != NULL)
            urgent->left |= bit;
    }
}

static bool tell(void *data, struct fault *fault)
{
    struct teller *teller = data;
    size_t count = DUE_MAX;
    struct channel_end end = {.outcome = CHANNEL_TOLD};

    const int64_t now_us = now_wall_us();
    const struct alerts_wanted wanted = {.channel = teller->number,
                                         .now_us = now_us,
                                         .quiet = quiet_at(&teller->alerts->quiet, now_us)};

    if (!history_alerts_due(teller->alerts->history, &wanted, teller->due, &count, fault)) {
        tell_urgent(teller, wanted.quiet);
        return false;
    }
    /* What lasts is history's again. */
    teller->alerts->urgents.count = 0;
    teller->alerts->urgents_full = false;
    tell_all(teller, count, &end);
    if (teller->channel.tidy != NULL && end.outcome == CHANNEL_TOLD)
        teller->channel.tidy(teller->channel.self);
    return true;
}

void alerts_soon(struct alerts *alerts)
{
    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        periodic_soon(alerts->tellers[i].task, 0);
}

/* --- tests --- */

/* `note` NULL: a test. */
static bool tell_note(struct alerts *alerts, const struct alert_note *note, unsigned but,
                      struct channel_end ends[ALERT_CHANNELS], struct fault *fault)
{
    struct channel channels[ALERT_CHANNELS];
    const struct trial_options options = {.loop = alerts->service->loop,
                                          .channels = channels,
                                          .note = note,
                                          .server = alerts->plan->server,
                                          .public_url = alerts->config->public_url};

    for (size_t i = 0; i < ALERT_CHANNELS; i++) {
        channels[i] = alerts->channels.all[i];
        if ((but >> i & 1) != 0)
            channels[i].say = NULL;
    }
    return trial_run(&options, ends, fault);
}

/* Of the channels but those of `but`; `ends` NULL: none has told. */
static size_t put_told(const struct alerts *alerts, unsigned but, const struct channel_end *ends,
                       struct alert_told out[ALERT_CHANNELS])
{
    size_t count = 0;

    for (size_t i = 0; i < ALERT_CHANNELS; i++) {
        if (alerts->tellers[i].channel.say == NULL || (but >> i & 1) != 0)
            continue;
        const bool told = ends != NULL && ends[i].outcome == CHANNEL_TOLD;
        out[count++] = (struct alert_told){.number = (enum alert_channel)i,
                                           .channel = names[i].channel,
                                           .told = told,
                                           .code = ends == NULL || told ? "" : ends[i].fault.code,
                                           .took_ms = ends != NULL ? ends[i].took_ms : 0};
    }
    return count;
}

bool alerts_say(struct alerts *alerts, const struct alert_note *note, unsigned but,
                struct alert_told out[ALERT_CHANNELS], size_t *count, struct fault *fault)
{
    struct channel_end ends[ALERT_CHANNELS] = {0};

    if (note != NULL && !tell_note(alerts, note, but, ends, fault))
        return false;
    *count = put_told(alerts, but, note != NULL ? ends : NULL, out);
    return true;
}

static bool too_many_tests(int64_t wait_ms, struct fault *fault)
{
    fault_set(fault, FAULT_RATE_LIMITED, "too_many_tests", "There were %d tests within an hour.",
              (int)TESTS_HOURLY);
    fault->retry_after_s = (int)((wait_ms + 999) / 1000);
    return false;
}

bool alerts_test(struct alerts *alerts, bool dry, struct alert_told out[ALERT_CHANNELS],
                 size_t *count, struct fault *fault)
{
    struct channel_end ends[ALERT_CHANNELS] = {0};

    if (dry)
        return alerts_say(alerts, NULL, 0, out, count, fault);
    if (alerts->testing)
        return fault_set(fault, FAULT_CONFLICT, "test_runs", "Another test is under way.");
    const int64_t wait_ms = hourly_take(&alerts->tests, 0, now_mono_ns());
    if (wait_ms > 0)
        return too_many_tests(wait_ms, fault);
    alerts->testing = true;
    const bool ok = tell_note(alerts, NULL, 0, ends, fault);
    alerts->testing = false;
    if (ok)
        *count = put_told(alerts, 0, ends, out);
    return ok;
}

/* --- acknowledgements --- */

void alerts_on_ack(struct alerts *alerts, void (*run)(void *data, const struct incident *incident),
                   void *data)
{
    alerts->on_ack = run;
    alerts->on_ack_data = data;
}

void alerts_acked(struct alerts *alerts, const struct incident *incident)
{
    if (alerts->channels.chats != NULL)
        telegram_channel_changed(alerts->channels.chats, incident);
    periodic_soon(alerts->tellers[ALERT_TELEGRAM].task, 0);
}

static void on_tap(void *data, const struct incident *incident)
{
    struct alerts *alerts = data;

    periodic_soon(alerts->tellers[ALERT_TELEGRAM].task, 0);
    if (alerts->on_ack != NULL)
        alerts->on_ack(alerts->on_ack_data, incident);
}

/* --- start and stop --- */

static bool start_taps(struct alerts *alerts, struct fault *fault)
{
    const struct taps_options options = {.loop = alerts->service->loop,
                                         .telegram = alerts->channels.telegram,
                                         .token = alerts->config->alert_bot_token,
                                         .chats = alerts->channels.chats,
                                         .history = alerts->history,
                                         .acked = on_tap,
                                         .data = alerts};

    if (alerts->channels.chats == NULL)
        return true;
    alerts->taps = taps_start(&options, fault);
    return alerts->taps != NULL;
}

static bool start_teller(struct alerts *alerts, enum alert_channel number, struct fault *fault)
{
    struct teller *teller = &alerts->tellers[number];
    const struct periodic_options options = {.name = names[number].name,
                                             .run = tell,
                                             .data = teller,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = RUN_MS,
                                             .at_once = true};

    teller->alerts = alerts;
    teller->number = number;
    teller->channel = alerts->channels.all[number];
    if (teller->channel.self == NULL)
        return true;
    teller->told = (struct metric){.name = "alerts_told_total",
                                   .help = "Alerts that a channel has taken.",
                                   .labels = names[number].labels};
    teller->failed = (struct metric){.name = "alerts_failed_total",
                                     .help = "Tries of alerts that failed.",
                                     .labels = names[number].labels};
    metric_register(&teller->told);
    metric_register(&teller->failed);
    teller->task = periodic_start(alerts->service->loop, &options, fault);
    return teller->task != NULL;
}

static bool read_quiet(const struct health_config *config, struct quiet *out, struct fault *fault)
{
    return quiet_read(config->alert_quiet, out) ||
           fault_set(fault, FAULT_INVALID, "bad_alert_quiet",
                     "ALERT_QUIET must be two times of the day, as 23:00-08:00.");
}

bool alerts_check(const struct health_config *config, FILE *errors)
{
    struct quiet quiet;
    struct fault fault;
    const bool ok = read_quiet(config, &quiet, &fault);

    if (!ok)
        fprintf(errors, "%s\n", fault.detail);
    return channels_check(config, errors) && ok;
}

static double read_given_up(void *data)
{
    return (double)history_alerts_given_up(data);
}

struct alerts *alerts_start(struct service *service, const struct health_config *config,
                            const struct plan *plan, struct history *history, struct fault *fault)
{
    struct alerts *alerts = fault_calloc(sizeof *alerts, "alerts", fault);

    if (alerts == NULL)
        return NULL;
    alerts->service = service;
    alerts->config = config;
    alerts->plan = plan;
    alerts->history = history;
    alerts->tests.most = TESTS_HOURLY;
    alerts->given_up = (struct metric){
        .name = "alerts_given_up_total",
        .help = "Alerts that a channel has given up: tried for a day, or refused for good.",
        .type = METRIC_COUNTER,
        .read = read_given_up,
        .data = history};
    metric_register(&alerts->given_up);
    bool ok = read_quiet(config, &alerts->quiet, fault) &&
              channels_open(&alerts->channels, service, config, plan, history, fault) &&
              start_taps(alerts, fault);
    for (int i = 0; ok && i < ALERT_CHANNELS; i++)
        ok = start_teller(alerts, (enum alert_channel)i, fault);
    if (ok)
        return alerts;
    alerts_stop(alerts);
    return NULL;
}

void alerts_stop(struct alerts *alerts)
{
    if (alerts == NULL)
        return;
    for (size_t i = 0; i < ALERT_CHANNELS; i++) {
        periodic_stop(alerts->tellers[i].task);
        metric_unregister(&alerts->tellers[i].told);
        metric_unregister(&alerts->tellers[i].failed);
    }
    metric_unregister(&alerts->given_up);
    taps_stop(alerts->taps);
    channels_close(&alerts->channels);
    free(alerts);
}
