// SPDX-License-Identifier: MIT
/* Incidents that follow from alerts of Prometheus, with a slow history, and across a restart. */
#include <stdio.h>
#include <string.h>

#include "handlers/handlers.h"
#include "handlers/status_json.h"
#include "monitor_fixture.h"
#include "support/test.h"

TEST_CASE("monitor_rules", .setup = monitor_fixture_open, .teardown = monitor_fixture_close,
          .timeout_s = 60);

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
                     .started_us = now_wall_us()},
        .until_us = now_wall_us() + for_ms * US_PER_MS
    };

    snprintf(alert.rule, sizeof alert.rule, "prometheus-a%d", number);
    snprintf(alert.incident.check, sizeof alert.incident.check, "%.30s-01234567", alert.rule);
    monitor_receive_rule_alert(&monitor, &alert);
}

TEST(repeated_alert_is_one_incident)
{
    history_fixture_run(&fixture, evaluate, NULL);
    for (int i = 0; i < 3; i++) {
        fires(1, 60 * 1000);
        history_fixture_run(&fixture, evaluate, NULL);
    }
    ck_assert_int_eq(open_incidents(), 1);
    ck_assert_int_eq(
        history_fixture_query(&fixture,
                              "SELECT count(*) FROM incident WHERE detail = 'Бюджет ошибок'"
                              " AND command = 'deploy/tapbot status' AND runbook = 'service'"
                              " AND trouble = 'rule' AND check_name = 'prometheus-a1-01234567'"),
        1);
    fires(1, -1);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(open_incidents(), 0);
    fires(1, -1);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(incidents(), 1);
    fires(1, 60 * 1000);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(incidents(), 2);
}

TEST(unrepeated_alert_ends)
{
    history_fixture_run(&fixture, evaluate, NULL);
    fires(1, 60 * 1000);
    history_fixture_run(&fixture, evaluate, NULL);
    monitor.rules.alerts[0].until_us = now_wall_us();
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(open_incidents(), 0);
    ck_assert_int_eq(monitor.rules.alerts[0].until_us, 0);
}

TEST(alert_of_severity_none_is_no_incident)
{
    struct rule_alert alert = {.quiet = true, .until_us = INT64_MAX};

    history_fixture_run(&fixture, evaluate, NULL);
    strcpy(alert.incident.check, "prometheus-watchdog-01234567");
    monitor_receive_rule_alert(&monitor, &alert);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(incidents(), 0);
}

TEST(incidents_are_limited_and_others_follow)
{
    history_fixture_run(&fixture, evaluate, NULL);
    for (int i = 0; i < RULES_INCIDENTS_MAX + 7; i++)
        fires(i, 60 * 1000);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(open_incidents(), RULES_INCIDENTS_MAX);
    ck_assert_uint_eq(rules_count_left_out(&monitor.rules), 7);
    for (int i = 0; i < 5; i++)
        fires(i, -1);
    history_fixture_run(&fixture, evaluate, NULL);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(open_incidents(), RULES_INCIDENTS_MAX);
    ck_assert_uint_eq(rules_count_left_out(&monitor.rules), 2);
}

TEST(rule_incident_begins_once_despite_history_timeout)
{
    history_fixture_run(&fixture, evaluate, NULL);
    fires(1, 60 * 1000);
    evaluate_with_timeout();
    history_fixture_run(&fixture, evaluate, NULL);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(open_incidents(), 1);
    fires(1, -1);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(open_incidents(), 0);
    ck_assert_int_eq(incidents(), 1);
}

/* Whether the peer can read it. */
static bool is_listed(void)
{
    struct monitor_view view;
    struct buf out;

    buf_init(&out, 1024 * 1024);
    monitor_get_view(&monitor, &view);
    view.plan = &(const struct plan){0};
    status_encode(&view, &out);
    buf_char(&out, '\0');
    const bool listed = strstr(buf_as_slice(&out).at, "prometheus-a1-01234567") != NULL;
    buf_finish(&out);
    return listed;
}

TEST(hanging_disk_delays_no_alert)
{
    int sent[EVENTS] = {0};

    channels = 1U << ALERT_EMAIL;
    history_fixture_run(&fixture, evaluate, NULL);
    disk_hangs();
    fires(1, 60 * 1000);
    history_fixture_run(&fixture, evaluate_only, NULL);
    ck_assert(is_listed());
    history_fixture_run(&fixture, send_due, sent);
    ck_assert_int_eq(sent[ALERT_FIRED], 1);
    fires(1, -1);
    history_fixture_run(&fixture, evaluate_only, NULL);
    history_fixture_run(&fixture, send_due, sent);
    ck_assert_int_eq(sent[ALERT_RECOVERED], 1);
    fires(1, 60 * 1000);
    disk_answers();
    ck_assert_int_eq(incidents(), 2);
    ck_assert_int_eq(open_incidents(), 1);
}

/* --- heartbeats while the disk hangs --- */

static enum http_status posted(http_handler *handler, const char *body, const char *name)
{
    struct arena arena;
    struct json_body *json = NULL;
    struct http_response res = {0};
    struct http_request req = {.arena = &arena, .body = slice_of(body), .json = &json};
    enum http_status status;

    arena_init(&arena, 1024 * 1024);
    buf_init(&res.body, HTTP_REPLY_MAX);
    req.params[0] = slice_of(name);
    status = handler(&app, &req, &res);
    fields_parse_finish(json);
    buf_finish(&res.body);
    arena_finish(&arena);
    return status;
}

static void post_both(struct history_fixture *of, void *data)
{
    ck_assert_int_eq(posted(post_alerts,
                            "[{\"labels\":{\"alertname\":\"Watchdog\"}},"
                            "{\"labels\":{\"alertname\":\"CpuHigh\"}}]",
                            ""),
                     HTTP_OK);
    ck_assert_int_eq(posted(post_heartbeat, "", "backup"), HTTP_OK);
}

TEST(requests_take_effect_while_disk_hangs)
{
    static const char *const names[] = {"prometheus-watchdog", "backup"};

    for (size_t i = 0; i < 2; i++) {
        fixture.checks[i].kind = CHECK_HEARTBEAT;
        fixture.checks[i].interval_ms = 3600 * 1000;
        strcpy(fixture.checks[i].name, names[i]);
    }
    history_fixture_run(&fixture, evaluate, NULL);
    disk_hangs();
    history_fixture_run(&fixture, post_both, NULL);
    for (size_t i = 0; i < 2; i++) {
        struct probe_result result;
        probe_run(&monitor.tools, &fixture.checks[i], &monitor.tasks[i].memory, &result);
        ck_assert_int_eq(result.trouble, TROUBLE_NONE);
    }
    ck_assert_uint_eq(monitor.rules.used, 1);
    disk_answers();
    ck_assert_int_eq(history_fixture_query(&fixture, "SELECT count(*) FROM heartbeat"), 2);
}

/* --- a restart --- */

TEST(alert_is_sent_once_across_restart)
{
    history_fixture_run(&fixture, evaluate, NULL);
    fires(1, 60 * 1000);
    fires(2, 60 * 1000);
    history_fixture_run(&fixture, evaluate, NULL);
    monitor_fixture_end();
    history_fixture_restart(&fixture);
    monitor_fixture_begin();
    fires(1, 60 * 1000);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(open_incidents(), 2);
    ck_assert_int_eq(incidents(), 2);
    ck_assert_str_eq(monitor.rules.alerts[0].incident.command, "deploy/tapbot status");
    fires(1, -1);
    fires(2, -1);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(open_incidents(), 0);
}

/* --- reminders --- */

static int reminders_after(int64_t ms)
{
    int sent[EVENTS] = {0};

    monitor.rules.alerts[0].alerted_us -= ms * US_PER_MS;
    fires(1, 60 * 1000);
    for (int i = 0; i < 2; i++) {
        history_fixture_run(&fixture, evaluate, NULL);
        history_fixture_run(&fixture, send_due, sent);
    }
    return sent[ALERT_REMINDED];
}

TEST(unacknowledged_alert_has_reminders)
{
    channels = 1U << ALERT_EMAIL;
    history_fixture_run(&fixture, evaluate, NULL);
    fires(1, 60 * 1000);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(reminders_after(0), 0);
    ck_assert_int_eq(reminders_after(6 * 60 * 1000), 1);
    ck_assert_int_eq(reminders_after(0), 0);
    ck_assert_int_eq(reminders_after(10 * 60 * 1000), 1);
}

/* --- two instances --- */

TEST(alert_of_peer_is_sent_here_if_peer_stops)
{
    fixture.plan.peer = "server2";
    history_fixture_run(&fixture, evaluate, NULL);
    monitor.peer.read_us = now_wall_us();
    monitor.peer.rules.count = 1;
    strcpy(monitor.peer.rules.names[0], "prometheus-a1-01234567");
    fires(1, 60 * 1000);
    fires(2, 60 * 1000);
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(incidents(), 1);
    ck_assert_int_eq(monitor.overall, VERDICT_RED);
    monitor.peer.rules.count = 0;
    for (size_t i = 0; i < 2; i++)
        monitor.rules.alerts[i].deferred_us -= RULE_DEFER_MS * US_PER_MS;
    history_fixture_run(&fixture, evaluate, NULL);
    ck_assert_int_eq(incidents(), 2);
    fixture.plan.peer = NULL;
}
