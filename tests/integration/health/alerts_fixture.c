// SPDX-License-Identifier: MIT
#include "alerts_fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "loop/fiber.h"

static struct check check;
static struct plan plan;
static int anything;
static struct history *const history = (void *)&anything; /* history_fake.c does not need one */
static struct service service;
struct health_config config;
static char smtp_url[64], log_path[SERVERS_PATH];
struct alerts *alerts;
int acks;
static int stdout_kept;

/* Checks do not exist in these tests. */
const struct check *plan_find(const struct plan *all, struct slice name)
{
    return slice_is(name, all->checks[0].name) ? &all->checks[0] : NULL;
}

static void on_ack(void *data, const struct incident *incident)
{
    acks++;
}

void start(void)
{
    struct fault fault = {.detail = ""};

    alerts = alerts_start(&service, &config, &plan, history, &fault);
    ck_assert_msg(alerts != NULL, "%s", fault.detail);
    alerts_set_ack_handler(alerts, on_ack, NULL);
}

const char *refused_start(void)
{
    static struct fault fault;

    ck_assert_ptr_null(alerts_start(&service, &config, &plan, history, &fault));
    ck_assert_ptr_null(strstr(fault.detail, "C4nary"));
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
    memset(&fake, 0, sizeof fake);
    acks = 0;
    setenv("TZ", "Asia/Almaty", 1);
    tzset();
    snprintf(log_path, sizeof log_path, "%.200s/log", servers_folder);
    fflush(stdout);
    stdout_kept = dup(STDOUT_FILENO);
    const int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dup2(log, STDOUT_FILENO);
    close(log);
    log_init("health", LOG_DEBUG);
    telegram_start(TOKEN);
    json_decref(telegram_control(
        "users", "{\"id\":101,\"first_name\":\"Ann\",\"username\":\"ann_k\",\"start\":true}"));
    json_decref(telegram_control("users", "{\"id\":102,\"first_name\":\"Bob\",\"start\":true}"));
    json_decref(telegram_control("users", "{\"id\":103,\"first_name\":\"Eve\",\"start\":true}"));
    mails_to(sink_start((const char *const[]){NULL}));
    check = (struct check){
        .name = "postgres", .server = "", .title = {"База", "", ""},
                .runbook = "postgres"
    };
    plan = (struct plan){.checks = &check, .count = 1, .server = "server1"};
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
    static char text[256 * 1024];

    log_flush();
    FILE *file = fopen(log_path, "r");
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    int count = 0;
    for (const char *at = text; (at = strstr(at, words)) != NULL; at++)
        count++;
    return count;
}

void alerts_fixture_finish(void)
{
    stop();
    const bool secret = logged("C4nary") > 0 || logged(PHONE_DIGITS) > 0;
    dup2(stdout_kept, STDOUT_FILENO);
    close(stdout_kept);
    servers_end();
    ck_assert_msg(!secret, "a secret is logged");
}

/* --- observations --- */

bool is_sent(enum alert_event event, enum alert_channel channel)
{
    const struct fake_alert *alert = fake_find(event, channel);
    return alert != NULL && alert->sent;
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
    for (size_t i = 0; i < fake.alert_count && used < sizeof text; i++) {
        const struct fake_alert *alert = &fake.alerts[i];

        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "%schannel %d, event %d: %s, %lld tries", i > 0 ? "; " : "",
                                 (int)alert->alert.channel, (int)alert->alert.event,
                                 alert->sent ? "told" : "not sent", (long long)alert->alert.tries);
    }
    return text;
}

static int reads_before[ALERT_CHANNELS];

static bool all_have_read_the_queue(void)
{
    const unsigned channels = alerts_channels(alerts, SEVERITY_CRITICAL);

    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        if ((channels & 1U << i) != 0 && fake.queue_reads[i] == reads_before[i])
            return false;
    return true;
}

/* A channel that reads its queue has finished what it found before. */
void read_queue_again(void)
{
    for (int i = 0; i < 2; i++) {
        memcpy(reads_before, fake.queue_reads, sizeof reads_before);
        alerts_wake(alerts);
        until(all_have_read_the_queue);
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
