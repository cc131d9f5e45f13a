// SPDX-License-Identifier: MIT
#include "alerts_fixture.h"

#include <fcntl.h>

#include "base/log.h"
#include "loop/fiber.h"

#include "storage/history_private.h"
#include "support/metric_of.h"

enum { CHECKS = 8 };

static struct check checks[CHECKS];
static struct plan plan;
static struct history *history;
static size_t fired_count;
struct incident fired;
static struct service service;
struct health_config config;
static char smtp_url[64], log_path[SERVERS_PATH], history_path[SERVERS_PATH];
struct alerts *alerts;
int acks;
static int stdout_kept;

static void on_ack(void *data)
{
    acks++;
}

void start(void)
{
    ck_ok((alerts = alerts_start(&service, &config, &plan, history, &fault)) != NULL);
    alerts_set_ack_handler(alerts, on_ack, NULL);
}

const char *refused_start(void)
{
    static struct fault fault;

    ck_assert_ptr_null(alerts_start(&service, &config, &plan, history, &fault));
    ck_lacks(fault.detail, "C4nary");
    return fault.code;
}

void stop(void)
{
    service.stopping = true;
    fiber_cancel_all(loop);
    loop_finish_fibers(loop, 10 * NS_PER_S);
    alerts_stop(alerts);
    alerts = NULL;
    service.stopping = false;
}

void mails_to(int port)
{
    snprintf(smtp_url, sizeof smtp_url, "smtp://localhost:%d", port);
}

void alerts_fixture_begin(void)
{
    servers_begin();
    acks = 0;
    fired_count = 0;
    time_zone("Asia/Almaty");
    snprintf(log_path, sizeof log_path, "%.200s/log", servers_folder);
    fflush(stdout);
    stdout_kept = dup(STDOUT_FILENO);
    const int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dup2(log, STDOUT_FILENO);
    close(log);
    log_init("health", LOG_DEBUG);
    telegram_start(TOKEN);
    telegram_do("users", "{'id':101,'first_name':'Ann','username':'ann_k','start':true}");
    telegram_do("users", "{'id':102,'first_name':'Bob','start':true}");
    telegram_do("users", "{'id':103,'first_name':'Eve','start':true}");
    mails_to(sink_start((const char *const[]){NULL}));
    for (size_t i = 0; i < CHECKS; i++) {
        checks[i] = (struct check){
            .server = "", .title = {"База", "", ""},
                 .runbook = "postgres"
        };
        snprintf(checks[i].name, sizeof checks[i].name, "postgres-%zu", i);
    }
    plan = (struct plan){.checks = checks, .count = CHECKS, .server = "server1"};
    snprintf(history_path, sizeof history_path, "%.200s/history", servers_folder);
    ck_ok((history = history_open(loop, history_path, &plan, &fault)) != NULL);
    service = (struct service){.loop = loop, .work = work};
    config = (struct health_config){.public_url = "https://health.example/",
                                    .alert_bot_token = TOKEN,
                                    .alert_chats = "101, 102",
                                    .telegram_api_root = telegram_root,
                                    .telegram_proxy = "",
                                    .smtp_url = smtp_url,
                                    .smtp_user = "",
                                    .smtp_password = PASSWORD,
                                    .alert_from = "health@tapbot.example",
                                    .alert_emails = "ann@example.kz",
                                    .sms_api_id = "",
                                    .webhook_url = "",
                                    .alert_quiet = ""};
    config.common.environment = "test";
}

int logged(const char *words)
{
    int count = 0;

    log_flush();
    for (const char *at = file_read(log_path); (at = strstr(at, words)) != NULL; at++)
        count++;
    return count;
}

void alerts_fixture_finish(void)
{
    stop();
    history_close(history);
    const bool secret = logged("C4nary") > 0 || logged(PHONE_DIGITS) > 0;
    dup2(stdout_kept, STDOUT_FILENO);
    close(stdout_kept);
    servers_end();
    ck_assert_msg(!secret, "a secret is logged");
}

/* --- incidents --- */

/* Runs `body` in a fiber, while those of alerts run too. */
static void run_beside(void (*body)(void *data), void *data)
{
    ck_ok(fiber_start(loop, body, data, INT64_MAX, "test", &fault));
    loop_run(loop);
}

static void begin_body(void *data)
{
    const unsigned *channels = data;

    ck_ok(history_incident_begin(history, &fired, *channels, &fault));
    loop_stop(loop);
}

struct incident fire(enum level level, unsigned channels)
{
    ck_assert_uint_lt(fired_count, CHECKS);
    fired = (struct incident){.id = uuid_make(),
                              .level = level,
                              .severity = SEVERITY_CRITICAL,
                              .trouble = TROUBLE_REFUSED,
                              .reading = {.measure = MEASURES},
                              .started_us = now_wall_us()};
    memcpy(fired.check, checks[fired_count++].name, sizeof fired.check);
    run_beside(begin_body, &channels);
    return fired;
}

static void worsen_body(void *data)
{
    ck_ok(history_incident_worsen(history, data, 0, 1U << ALERT_TELEGRAM, &fault));
    loop_stop(loop);
}

void worsen_incident(const struct incident *incident)
{
    struct incident worse = *incident;

    worse.level = LEVEL_RED;
    run_beside(worsen_body, &worse);
}

static void end_body(void *data)
{
    const struct incident *incident = data;

    ck_ok(history_incident_end(history, &incident->id, now_wall_us(), &fault));
    loop_stop(loop);
}

void end_incident(const struct incident *incident)
{
    struct incident ending = *incident;

    run_beside(end_body, &ending);
}

struct acknowledging {
    struct incident incident;
    const char *who;
};

static void ack_body(void *data)
{
    struct acknowledging *ack = data;
    const struct uuid id = ack->incident.id;

    ck_ok(history_incident_ack(history, &id, ack->who, now_wall_us(), &ack->incident, &fault));
    loop_stop(loop);
}

struct incident acknowledge(const struct incident *incident, const char *who)
{
    struct acknowledging ack = {*incident, who};

    run_beside(ack_body, &ack);
    return ack.incident;
}

const char *acked_by(void)
{
    static struct incident newest;
    size_t count = 1;

    ck_ok(history_list_incidents(history, NULL, false, &newest, &count, &fault));
    ck_assert_uint_eq(count, 1);
    return newest.acked_by;
}

/* --- observations --- */

static void read_alert(sqlite3_stmt *row, void *data)
{
    *(struct kept_alert *)data = (struct kept_alert){.exists = true,
                                                     .told_us = sqlite3_column_int64(row, 0),
                                                     .tries = sqlite3_column_int64(row, 1),
                                                     .due_us = sqlite3_column_int64(row, 2)};
}

struct kept_alert alert_of(const struct incident *incident, enum alert_event event,
                           enum alert_channel channel)
{
    static const char sql[] = "SELECT told_us, tries, due_us FROM alert"
                              " WHERE incident_id = ?1 AND event = ?2 AND channel = ?3";
    struct kept_alert found = {.exists = false};

    ck_ok(sqlite_select(history->memory, sql, SQLITE_VALUES(&incident->id, event, channel),
                        read_alert, &found, &fault));
    return found;
}

int64_t attempts(void)
{
    int64_t count;

    ck_ok(sqlite_select_int(history->memory, "SELECT sum(tries) + sum(told_us <> 0) FROM alert",
                            SQLITE_NO_VALUES, &count, &fault));
    return count;
}

bool is_sent(enum alert_event event, enum alert_channel channel)
{
    return alert_of(&fired, event, channel).told_us != 0;
}

bool fired_by_telegram(void)
{
    return is_sent(ALERT_FIRED, ALERT_TELEGRAM);
}

bool fired_by_email(void)
{
    return is_sent(ALERT_FIRED, ALERT_EMAIL);
}

bool fired_by_both(void)
{
    return fired_by_telegram() && fired_by_email();
}

bool recovered_by_both(void)
{
    return is_sent(ALERT_RECOVERED, ALERT_TELEGRAM) && is_sent(ALERT_RECOVERED, ALERT_EMAIL);
}

const char *alerts_seen(void)
{
    static char text[1024];
    size_t used = 0;

    text[0] = '\0';
    for (int event = 0; event <= ALERT_REMINDED; event++)
        for (int channel = 0; channel < ALERT_CHANNELS && used < sizeof text; channel++) {
            const struct kept_alert alert =
                alert_of(&fired, (enum alert_event)event, (enum alert_channel)channel);

            if (alert.exists)
                used += (size_t)snprintf(text + used, sizeof text - used,
                                         "channel %d, event %d: %s, %lld tries; ", channel, event,
                                         alert.told_us != 0 ? "told" : "not sent",
                                         (long long)alert.tries);
        }
    return text;
}

static double reads_before[ALERT_CHANNELS];

static double reads_of(size_t channel)
{
    static const char *const tasks[] = {"Telegram", "e-mail", "SMS", "webhook"};

    return metric_or(textf("background_runs_total{task=\"alerts by %s\"}", tasks[channel]), 0);
}

static bool all_have_read_the_queue(void)
{
    const struct incident critical = {.level = LEVEL_RED, .severity = SEVERITY_CRITICAL};
    const unsigned channels = alerts_channels_for_incident(alerts, &critical);

    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        if ((channels & 1U << i) != 0 && reads_of(i) <= reads_before[i])
            return false;
    return true;
}

/* A channel that reads its queue has finished what it found before. */
void read_queue_again(void)
{
    for (int i = 0; i < 2; i++) {
        for (size_t k = 0; k < ALERT_CHANNELS; k++)
            reads_before[k] = reads_of(k);
        alerts_send_soon(alerts);
        until(all_have_read_the_queue());
    }
}

bool shows(long long chat, size_t back, const char *words, bool button)
{
    json_t *message = telegram_message(chat, back);
    const char *text = text_at(message, "text");
    const json_t *markup = json_object_get(message, "reply_markup");
    const bool all = text != NULL && strstr(text, words) != NULL &&
                     (value_at(markup, "inline_keyboard") != NULL) == button;

    json_decref(message);
    return all;
}
