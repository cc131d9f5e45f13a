// SPDX-License-Identifier: MIT
/* Incidents that follow from alerts of Prometheus, with a slow history, and across a restart. */

#include "handlers/handlers.h"
#include "handlers/status_json.h"
#include "monitor_fixture.h"
#include "support/scratch.h"

TEST_CASE("monitor_rules", .setup = monitor_fixture_open, .teardown = monitor_fixture_close,
          .timeout_s = 60);

static int64_t fired_for_us; /* how long ago the alerts began */

static void fires(int number, int64_t for_ms)
{
    struct rule_alert alert = {
        .incident = {.level = LEVEL_RED,
                     .severity = SEVERITY_CRITICAL,
                     .trouble = TROUBLE_RULE,
                     .detail = "Бюджет ошибок",
                     .command = "deploy/tapbot status",
                     .runbook = "service",
                     .reading = {.measure = MEASURES},
                     .started_us = now_wall_us() - fired_for_us},
        .until_us = now_wall_us() + for_ms * US_PER_MS
    };

    snprintf(alert.rule, sizeof alert.rule, "prometheus-a%d", number);
    snprintf(alert.incident.check, sizeof alert.incident.check, "%.30s-01234567", alert.rule);
    monitor_receive_rule_alert(&monitor, &alert);
}

static void see(int number, int64_t for_ms)
{
    fires(number, for_ms);
    evaluate();
}

FIBER_TEST(repeated_alert_is_one_incident)
{
    evaluate();
    for (int i = 0; i < 3; i++)
        see(1, 60 * 1000);
    expect_incidents(1, 1);
    ck_rows(1, "incident WHERE detail = 'Бюджет ошибок'"
               " AND command = 'deploy/tapbot status' AND runbook = 'service'"
               " AND trouble = 'rule' AND check_name = 'prometheus-a1-01234567'");
    see(1, -1);
    expect_incidents(1, 0);
    see(1, -1);
    expect_incidents(1, 0);
    see(1, 60 * 1000);
    expect_incidents(2, 1);
}

FIBER_TEST(unrepeated_alert_ends)
{
    evaluate();
    see(1, 60 * 1000);
    monitor.view.rules.alerts[0].until_us = now_wall_us();
    evaluate();
    expect_incidents(1, 0);
    ck_assert_int_eq(monitor.view.rules.alerts[0].until_us, 0);
}

FIBER_TEST(alert_of_severity_none_is_no_incident)
{
    struct rule_alert alert = {.quiet = true, .until_us = INT64_MAX};

    evaluate();
    strcpy(alert.incident.check, "prometheus-watchdog-01234567");
    monitor_receive_rule_alert(&monitor, &alert);
    evaluate();
    expect_incidents(0, 0);
}

FIBER_TEST(incidents_are_limited_and_others_follow)
{
    evaluate();
    for (int i = 0; i < RULES_INCIDENTS_MAX + 7; i++)
        see(i, 60 * 1000);
    expect_incidents(RULES_INCIDENTS_MAX, RULES_INCIDENTS_MAX);
    ck_assert_uint_eq(rules_count_alerts_without_incident(&monitor.view.rules), 7);
    for (int i = 0; i < 5; i++)
        see(i, -1);
    evaluate();
    expect_incidents(RULES_INCIDENTS_MAX + 5, RULES_INCIDENTS_MAX);
    ck_assert_uint_eq(rules_count_alerts_without_incident(&monitor.view.rules), 2);
}

FIBER_TEST(rule_incident_begins_once_despite_history_timeout)
{
    evaluate();
    fires(1, 60 * 1000);
    evaluate_with_timeout();
    evaluate();
    evaluate();
    expect_incidents(1, 1);
    see(1, -1);
    expect_incidents(1, 0);
}

FIBER_TEST(hanging_disk_delays_no_alert)
{
    struct monitor_view view;

    channels = 1U << ALERT_EMAIL;
    evaluate();
    disk_hangs();
    fires(1, 60 * 1000);
    evaluate_only();
    /* What the peer reads. */
    monitor_get_view(&monitor, &view);
    view.plan = &(const struct plan){0};
    status_encode(&view, &scratch);
    const char *listed = scratch_text();
    ck_has(listed, "prometheus-a1-01234567");
    ck_has(listed, "\"looked_at\":null,\"failing\":false,\"latency_ms\":null");
    send_due();
    ck_assert_int_eq(sent[ALERT_FIRED], 1);
    fires(1, -1);
    evaluate_only();
    send_due();
    ck_assert_int_eq(sent[ALERT_RECOVERED], 1);
    fires(1, 60 * 1000);
    disk_answers();
    expect_incidents(2, 1);
}

static enum http_status post(http_handler *handler, const char *body, const char *name)
{
    struct json_body *json = NULL;
    struct http_response res = {0};
    struct http_request req = {
        .arena = &arena, .body = slice_of(body), .json = &json, .params = {slice_of(name)}};

    buf_init(&res.body, HTTP_REPLY_MAX);
    const enum http_status status = handler(&app, &req, &res);
    fields_parse_finish(json);
    buf_finish(&res.body);
    return status;
}

FIBER_TEST(heartbeat_of_other_server_is_not_found)
{
    fixture.checks[0].kind = CHECK_HEARTBEAT;
    strcpy(fixture.checks[0].name, "backup");
    evaluate();
    ck_assert_int_eq(post(post_heartbeat, "", "backup"), HTTP_OK);
    fixture.checks[0].server = "server2";
    ck_assert_int_eq(post(post_heartbeat, "", "backup"), HTTP_NOT_FOUND);
}

FIBER_TEST(requests_take_effect_while_disk_hangs)
{
    static const char *const names[] = {"prometheus-watchdog", "backup"};

    for (size_t i = 0; i < 2; i++) {
        fixture.checks[i].kind = CHECK_HEARTBEAT;
        fixture.checks[i].interval_ms = 3600 * 1000;
        strcpy(fixture.checks[i].name, names[i]);
    }
    evaluate();
    disk_hangs();
    ck_assert_int_eq(
        post(post_alerts,
             "[{\"labels\":{\"alertname\":\"Watchdog\"}},{\"labels\":{\"alertname\":\"CpuHigh\"}}]",
             ""),
        HTTP_OK);
    ck_assert_int_eq(post(post_heartbeat, "", "backup"), HTTP_OK);
    for (size_t i = 0; i < 2; i++) {
        struct probe_result result;
        probe_run(&monitor.tools, &fixture.checks[i], &monitor.tasks[i].memory, &result);
        ck_assert_int_eq(result.trouble, TROUBLE_NONE);
    }
    ck_assert_uint_eq(monitor.view.rules.used, 1);
    disk_answers();
    ck_rows(2, "heartbeat");
}

FIBER_TEST(alert_is_sent_once_across_restart)
{
    evaluate();
    fires(1, 60 * 1000);
    see(2, 60 * 1000);
    monitor_fixture_restart();
    see(1, 60 * 1000);
    expect_incidents(2, 2);
    ck_assert_str_eq(monitor.view.rules.alerts[0].incident.command, "deploy/tapbot status");
    fires(1, -1);
    see(2, -1);
    expect_incidents(2, 0);
}

static int reminders_after(int64_t ms)
{
    const int before = sent[ALERT_REMINDED];

    monitor.view.rules.alerts[0].alerted.queued_us -= ms * US_PER_MS;
    fires(1, 60 * 1000);
    for (int i = 0; i < 2; i++) {
        evaluate();
        send_due();
    }
    return sent[ALERT_REMINDED] - before;
}

FIBER_TEST(unacknowledged_alert_has_reminders)
{
    channels = 1U << ALERT_EMAIL;
    evaluate();
    see(1, 60 * 1000);
    ck_assert_int_eq(reminders_after(0), 0);
    ck_assert_int_eq(reminders_after(6 * 60 * 1000), 1);
    ck_assert_int_eq(reminders_after(0), 0);
    ck_assert_int_eq(reminders_after(10 * 60 * 1000), 1);
}

FIBER_TEST(reminders_count_from_the_alert_across_restarts)
{
    channels = 1U << ALERT_EMAIL;
    fired_for_us = 30 * 60 * 60 * US_PER_S; /* as if a silence had just ended */
    evaluate();
    see(1, 60 * 1000);
    monitor_fixture_restart();
    evaluate();
    ck_assert_int_eq(reminders_after(0), 0);
    ck_assert_int_eq(reminders_after(6 * 60 * 1000), 1);
    fired_for_us = 0;
}

FIBER_TEST(alert_of_peer_is_sent_here_if_peer_stops)
{
    fixture.plan.peer = "server2";
    evaluate();
    monitor.peer.read_us = now_wall_us();
    monitor.peer.rules.count = 1;
    strcpy(monitor.peer.rules.names[0], "prometheus-a1-01234567");
    fires(1, 60 * 1000);
    see(2, 60 * 1000);
    expect_incidents(1, 1);
    ck_assert_int_eq(monitor.view.overall, VERDICT_RED);
    monitor.peer.rules.count = 0;
    for (size_t i = 0; i < 2; i++)
        monitor.view.rules.alerts[i].deferred_us -= RULE_DEFER_MS * US_PER_MS;
    evaluate();
    expect_incidents(2, 2);
    fixture.plan.peer = NULL;
}
