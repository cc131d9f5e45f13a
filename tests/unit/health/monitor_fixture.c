// SPDX-License-Identifier: MIT
#include "monitor_fixture.h"

#include "notify/alerts.h"
#include "storage/disk.h"
#include "storage/history_private.h"
#include "support/patience.h"

enum { STUCK_MS = 100 };

struct history_fixture fixture;
static struct service service;
struct monitor monitor;
struct health_app app;
const struct health_config monitor_config = {.deploy_lock = "",
                                             .public_url = "",
                                             .alert_bot_token = "",
                                             .smtp_url = "",
                                             .sms_api_id = "",
                                             .webhook_url = "",
                                             .alert_quiet = ""};

/* --- channels that send nothing --- */

unsigned channels;

unsigned __wrap_alerts_channels(const struct alerts *alerts, enum severity severity);
unsigned __wrap_alerts_channels(const struct alerts *alerts, enum severity severity)
{
    return channels;
}

/* --- a monitor without probes --- */

void monitor_fixture_begin(void)
{
    struct fault fault;

    service = (struct service){.loop = fixture.loop};
    app = (struct health_app){.service = &service,
                              .config = &monitor_config,
                              .plan = &fixture.plan,
                              .history = fixture.history,
                              .monitor = &monitor};
    app.alerts = alerts_start(&service, app.config, app.plan, app.history, &fault);
    ck_assert_ptr_nonnull(app.alerts);
    memset(&monitor, 0, sizeof monitor);
    monitor.plan = &fixture.plan;
    monitor.rules = (struct rules){.alerts = monitor.rule_alerts, .room = RULES_MAX};
    monitor.app = &app;
}

void monitor_fixture_end(void)
{
    alerts_stop(app.alerts);
}

void monitor_fixture_open(void)
{
    history_fixture_open(&fixture, CHECKS, 10 * 1000);
    fixture.plan.servers = "server1";
    for (size_t i = 0; i < CHECKS; i++) {
        struct check *check = &fixture.checks[i];
        check->server = "server1";
        check->bad_to_fail = check->good_to_pass = 1;
        check->timeout_ms = 1000;
        check->counted = true;
        check->severity = SEVERITY_CRITICAL;
    }
    monitor_fixture_begin();
    history_fixture_own_disk();
}

void monitor_fixture_close(void)
{
    monitor_fixture_end();
    history_fixture_close(&fixture);
    channels = 0;
    now_thaw();
}

void probed(size_t check, enum probe_trouble trouble)
{
    const struct probe_result result = {.trouble = trouble, .began_us = now_wall_us()};
    const struct verdict_times times = monitor_get_times(&monitor);

    verdict_apply_result(&fixture.checks[check], &monitor.states[check], &result, &times);
}

/* Also waits until all pending calls of history have ended. */
void evaluate(struct history_fixture *of, void *data)
{
    FINE(monitor_evaluate(&monitor, &fault));
    FINE(history_write(fixture.history, &fault));
}

int64_t open_incidents(void)
{
    return history_fixture_query(&fixture, "SELECT count(*) FROM incident WHERE ended_us = 0");
}

int64_t incidents(void)
{
    return history_fixture_query(&fixture, "SELECT count(*) FROM incident");
}

/* --- a slow history --- */

static void evaluate_late(void *data)
{
    FINE(monitor_evaluate(&monitor, &fault));
    atomic_store(&disk_silent, false);
    loop_stop(fixture.loop);
}

/* The thread is writing the incident when the fiber's deadline passes. */
void evaluate_with_timeout(void)
{
    const int64_t timeout_ms = is_timed() ? 100 : 2000;
    const int64_t until_ns = loop_now_ns(fixture.loop) + timeout_ms * NS_PER_MS;

    atomic_store(&disk_silent, true);
    FINE(fiber_start(fixture.loop, evaluate_late, NULL, until_ns, "test", &fault));
    loop_run(fixture.loop);
}

/* --- a disk that hangs --- */

void evaluate_only(struct history_fixture *of, void *data)
{
    FINE(monitor_evaluate(&monitor, &fault));
}

static void write_late(struct history_fixture *of, void *data)
{
    FAILS(history_write(fixture.history, &fault), "history_away");
}

static void wait_for_disk(struct history_fixture *of, void *data)
{
    struct fault fault;

    while (disk_is_stuck(fixture.history->disk))
        ck_assert(fiber_sleep(NS_PER_MS, &fault));
}

void disk_hangs(void)
{
    disk_set_timeout(fixture.history->disk, STUCK_MS);
    atomic_store(&disk_silent, true);
    history_add_sample(fixture.history, 0, VERDICT_GREEN, now_wall_us(), 1000);
    history_fixture_run(&fixture, write_late, NULL);
    ck_assert_int_ne(history_gap(fixture.history), 0);
}

void disk_answers(void)
{
    disk_set_timeout(fixture.history->disk, DISK_TIMEOUT_MS);
    atomic_store(&disk_silent, false);
    history_fixture_run(&fixture, wait_for_disk, NULL);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(history_gap(fixture.history), 0);
}

void send_due(struct history_fixture *of, void *data)
{
    const struct alert_query wanted = {.channel = ALERT_EMAIL, .now_us = now_wall_us()};
    struct alert alerts[8];
    size_t count = 8;
    int *sent = data;

    FINE(history_list_due_alerts(fixture.history, &wanted, alerts, &count, &fault));
    for (size_t i = 0; i < count; i++) {
        sent[alerts[i].event]++;
        FINE(history_alert_mark_sent(fixture.history, &alerts[i], 0, &fault));
    }
}
