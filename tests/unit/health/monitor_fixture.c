// SPDX-License-Identifier: MIT
#include "monitor_fixture.h"

#include "notify/alerts.h"
#include "storage/disk.h"
#include "storage/history_private.h"
#include "support/patience.h"

enum { STUCK_MS = 100 };

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
int sent[ALERT_REMINDED + 1];

__typeof__(alerts_channels_for_incident) __wrap_alerts_channels_for_incident;
unsigned __wrap_alerts_channels_for_incident(const struct alerts *alerts,
                                             const struct incident *incident)
{
    return channels;
}

/* --- a monitor without probes --- */

static void begin(void)
{
    service = (struct service){.loop = fixture.loop};
    app = (struct health_app){.service = &service,
                              .config = &monitor_config,
                              .plan = &fixture.plan,
                              .history = fixture.history,
                              .monitor = &monitor};
    ck_ok((app.alerts = alerts_start(&service, app.config, app.plan, app.history, &fault)) != NULL);
    memset(&monitor, 0, sizeof monitor);
    monitor.plan = &fixture.plan;
    monitor.view.rules = (struct rules){.alerts = monitor.rule_alerts, .room = RULES_MAX};
    monitor.app = &app;
}

void monitor_fixture_open(void)
{
    channels = 0;
    memset(sent, 0, sizeof sent);
    history_fixture_open(CHECKS, 10 * 1000);
    fixture.plan.servers = "server1";
    for (size_t i = 0; i < CHECKS; i++) {
        struct check *check = &fixture.checks[i];
        check->server = "server1";
        check->bad_to_fail = check->good_to_pass = 1;
        check->timeout_ms = 1000;
        check->counted = true;
        check->severity = SEVERITY_CRITICAL;
    }
    begin();
    history_fixture_own_disk();
}

void monitor_fixture_close(void)
{
    alerts_stop(app.alerts);
    history_fixture_close();
}

void monitor_fixture_restart(void)
{
    alerts_stop(app.alerts);
    history_fixture_restart();
    begin();
}

void probed(size_t check, enum probe_trouble trouble)
{
    const struct probe_result result = {.trouble = trouble, .began_us = now_wall_us()};
    const struct verdict_context context = monitor_get_verdict_context(&monitor);

    verdict_apply_result(&fixture.checks[check], &monitor.states[check], &result, &context);
}

void evaluate_only(void)
{
    ck_ok(monitor_evaluate_results(&monitor, &fault));
}

void evaluate(void)
{
    evaluate_only();
    history_fixture_write();
}

void expect_incidents(int64_t all, int64_t open)
{
    ck_rows(all, "incident");
    ck_rows(open, "incident WHERE ended_us = 0");
}

/* --- a slow history --- */

static void evaluate_late(void *data)
{
    evaluate_only();
    atomic_store(&disk_silent, false);
}

/* The thread is writing the incident when the fiber's deadline passes. */
void evaluate_with_timeout(void)
{
    const int64_t timeout_ms = is_timed() ? 100 : 2000;
    const int64_t until_ns = loop_now_ns(fixture.loop) + timeout_ms * NS_PER_MS;

    atomic_store(&disk_silent, true);
    ck_ok(fiber_start(fixture.loop, evaluate_late, NULL, until_ns, "test", &fault));
    history_fixture_join();
}

/* --- a disk that hangs --- */

void disk_hangs(void)
{
    struct fault fault;

    disk_set_timeout(fixture.history->disk, STUCK_MS);
    atomic_store(&disk_silent, true);
    history_add_sample(fixture.history, 0, VERDICT_GREEN, now_wall_us(), 1000);
    /* If the thread is late, the first write ends before the disk counts as stuck. */
    do {
        ck_assert(!history_write_to_disk(fixture.history, &fault));
    } while (in_gate() && strcmp(fault.code, "deadline_exceeded") == 0);
    ck_assert_str_eq(fault.code, "history_away");
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_int_ne(history_unwritable_since_us(fixture.history), 0);
}

void disk_answers(void)
{
    disk_set_timeout(fixture.history->disk, DISK_TIMEOUT_MS);
    atomic_store(&disk_silent, false);
    while (disk_is_stuck(fixture.history->disk))
        ck_ok(fiber_sleep(NS_PER_MS, &fault));
    evaluate();
    ck_assert_int_eq(history_unwritable_since_us(fixture.history), 0);
}

void send_due(void)
{
    const struct alert_query wanted = {.channel = ALERT_EMAIL, .now_us = now_wall_us()};
    struct alert alerts[8];
    size_t count = 8;

    ck_ok(history_list_due_alerts(fixture.history, &wanted, alerts, &count, &fault));
    for (size_t i = 0; i < count; i++) {
        sent[alerts[i].event]++;
        ck_ok(history_alert_mark_sent(fixture.history, &alerts[i], 0, &fault));
    }
}
