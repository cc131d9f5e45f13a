// SPDX-License-Identifier: MIT
/* What follows from alerts of Prometheus: incidents, with a history that is slow, and over a
 * restart. */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "handlers/handlers.h"
#include "handlers/status_json.h"
#include "monitor_fixture.h"
#include "unit/base/suite.h"

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
    monitor_rule_alert(&monitor, &alert);
}

START_TEST(an_alert_is_one_incident_however_often_it_comes)
{
    stand_run(&stand, conclude, NULL);
    for (int i = 0; i < 3; i++) {
        fires(1, 60 * 1000);
        stand_run(&stand, conclude, NULL);
    }
    ck_assert_int_eq(open_incidents(), 1);
    ck_assert_int_eq(stand_ask(&stand,
                               "SELECT count(*) FROM incident WHERE detail = 'Бюджет ошибок'"
                               " AND command = 'deploy/tapbot status' AND runbook = 'service'"
                               " AND trouble = 'rule' AND check_name = 'prometheus-a1-01234567'"),
                     1);
    fires(1, -1);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 0);
    fires(1, -1);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(incidents(), 1);
    fires(1, 60 * 1000);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(incidents(), 2);
}
END_TEST

START_TEST(one_that_is_not_repeated_is_over)
{
    stand_run(&stand, conclude, NULL);
    fires(1, 60 * 1000);
    stand_run(&stand, conclude, NULL);
    monitor.rules.alerts[0].until_us = now_wall_us();
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 0);
    ck_assert_int_eq(monitor.rules.alerts[0].until_us, 0);
}
END_TEST

START_TEST(one_that_wakes_nobody_is_no_incident)
{
    struct rule_alert alert = {.quiet = true, .until_us = INT64_MAX};

    stand_run(&stand, conclude, NULL);
    strcpy(alert.incident.check, "prometheus-watchdog-01234567");
    monitor_rule_alert(&monitor, &alert);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(incidents(), 0);
}
END_TEST

START_TEST(so_many_are_told_at_once_and_the_others_when_there_is_room)
{
    stand_run(&stand, conclude, NULL);
    for (int i = 0; i < RULES_INCIDENTS_MAX + 7; i++)
        fires(i, 60 * 1000);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), RULES_INCIDENTS_MAX);
    ck_assert_uint_eq(rules_left_out(&monitor.rules), 7);
    for (int i = 0; i < 5; i++)
        fires(i, -1);
    stand_run(&stand, conclude, NULL);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), RULES_INCIDENTS_MAX);
    ck_assert_uint_eq(rules_left_out(&monitor.rules), 2);
}
END_TEST

START_TEST(one_that_history_did_not_answer_in_time_begins_once)
{
    stand_run(&stand, conclude, NULL);
    fires(1, 60 * 1000);
    conclude_in_vain();
    stand_run(&stand, conclude, NULL);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 1);
    fires(1, -1);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 0);
    ck_assert_int_eq(incidents(), 1);
}
END_TEST

/* What the other copy reads. */
static bool is_listed(void)
{
    struct monitor_view view;
    struct buf out;

    buf_init(&out, 1024 * 1024);
    monitor_view(&monitor, &view);
    view.plan = &(const struct plan){0};
    status_encode(&view, &out);
    buf_char(&out, '\0');
    const bool listed = strstr(buf_as_slice(&out).at, "prometheus-a1-01234567") != NULL;
    buf_finish(&out);
    return listed;
}

START_TEST(a_disk_that_hangs_keeps_nobody_from_being_told)
{
    channels = 1U << ALERT_EMAIL;
    stand_run(&stand, conclude, NULL);
    history_sticks();
    fires(1, 60 * 1000);
    stand_run(&stand, conclude_stuck, NULL);
    ck_assert_int_eq(urgents[ALERT_FIRED], 1);
    ck_assert(!is_listed());
    fires(1, -1);
    stand_run(&stand, conclude_stuck, NULL);
    ck_assert_int_eq(urgents[ALERT_RECOVERED], 1);
    const struct uuid told = monitor.rules.alerts[0].incident.id;
    /* The disk is back: what was told to be over ends, and what fires again is another. */
    fires(1, 60 * 1000);
    history_answers();
    stand_run(&stand, conclude, NULL);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 1);
    ck_assert(is_listed());
    ck_assert(!uuid_equal(&monitor.rules.alerts[0].incident.id, &told));
    ck_assert_int_eq(urgents[ALERT_FIRED], 1);
}
END_TEST

/* --- beats, while history is stuck --- */

static enum http_status posted(http_handler *handler, const char *body, const char *name)
{
    struct health_app app = {.service = monitor.options.service,
                             .plan = &stand.plan,
                             .history = stand.history,
                             .monitor = &monitor};
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

static void post_while_stuck(struct stand *of, void *data)
{
    ck_assert_int_eq(posted(post_alerts,
                            "[{\"labels\":{\"alertname\":\"Watchdog\"}},"
                            "{\"labels\":{\"alertname\":\"CpuHigh\"}}]",
                            ""),
                     HTTP_UNAVAILABLE);
    ck_assert_int_eq(posted(post_heartbeat, "", "backup"), HTTP_UNAVAILABLE);
}

START_TEST(what_comes_while_history_is_stuck_is_known)
{
    static const char *const names[] = {"prometheus-watchdog", "backup"};

    for (size_t i = 0; i < 2; i++) {
        stand.checks[i].kind = CHECK_HEARTBEAT;
        strcpy(stand.checks[i].name, names[i]);
    }
    stand_run(&stand, conclude, NULL);
    history_sticks();
    stand_run(&stand, post_while_stuck, NULL);
    for (size_t i = 0; i < 2; i++)
        ck_assert_ptr_nonnull(heartbeats_find(&monitor.heartbeats, slice_of(names[i])));
    ck_assert_uint_eq(monitor.rules.used, 1);
    history_answers();
}
END_TEST

/* --- a restart --- */

START_TEST(over_a_restart_an_alert_is_told_once)
{
    stand_run(&stand, conclude, NULL);
    fires(1, 60 * 1000);
    fires(2, 60 * 1000);
    stand_run(&stand, conclude, NULL);
    monitor_stand_end();
    stand_restart(&stand);
    monitor_stand_begin();
    fires(1, 60 * 1000);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 2);
    ck_assert_int_eq(incidents(), 2);
    ck_assert_str_eq(monitor.rules.alerts[0].incident.command, "deploy/tapbot status");
    fires(1, -1);
    fires(2, -1);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(open_incidents(), 0);
}
END_TEST

/* --- nobody's --- */

static int reminders_after(int64_t ms)
{
    int reminders = 0;

    monitor.rules.alerts[0].alerted_us -= ms * US_PER_MS;
    fires(1, 60 * 1000);
    for (int i = 0; i < 2; i++) {
        stand_run(&stand, conclude, NULL);
        stand_run(&stand, tell_reminders, &reminders);
    }
    return reminders;
}

START_TEST(one_that_nobody_takes_is_told_again)
{
    channels = 1U << ALERT_EMAIL;
    stand_run(&stand, conclude, NULL);
    fires(1, 60 * 1000);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(reminders_after(0), 0);
    ck_assert_int_eq(reminders_after(6 * 60 * 1000), 1);
    ck_assert_int_eq(reminders_after(0), 0);
    ck_assert_int_eq(reminders_after(10 * 60 * 1000), 1);
}
END_TEST

/* --- two copies --- */

START_TEST(what_the_other_copy_tells_is_told_here_when_it_does_not)
{
    stand.plan.peer = "server2";
    stand_run(&stand, conclude, NULL);
    monitor.peer.read_us = now_wall_us();
    monitor.peer.rules.count = 1;
    strcpy(monitor.peer.rules.names[0], "prometheus-a1-01234567");
    fires(1, 60 * 1000);
    fires(2, 60 * 1000);
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(incidents(), 1);
    ck_assert_int_eq(monitor.overall, VERDICT_RED);
    monitor.peer.rules.count = 0;
    for (size_t i = 0; i < 2; i++)
        monitor.rules.alerts[i].deferred_us -= RULE_DEFER_MS * US_PER_MS;
    stand_run(&stand, conclude, NULL);
    ck_assert_int_eq(incidents(), 2);
    stand.plan.peer = NULL;
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("watch_rules");
    tcase_set_timeout(tests, 60);

    tcase_add_checked_fixture(tests, monitor_stand_open, monitor_stand_close);
    tcase_add_test(tests, an_alert_is_one_incident_however_often_it_comes);
    tcase_add_test(tests, one_that_is_not_repeated_is_over);
    tcase_add_test(tests, one_that_wakes_nobody_is_no_incident);
    tcase_add_test(tests, so_many_are_told_at_once_and_the_others_when_there_is_room);
    tcase_add_test(tests, one_that_history_did_not_answer_in_time_begins_once);
    tcase_add_test(tests, a_disk_that_hangs_keeps_nobody_from_being_told);
    tcase_add_test(tests, what_comes_while_history_is_stuck_is_known);
    tcase_add_test(tests, over_a_restart_an_alert_is_told_once);
    tcase_add_test(tests, one_that_nobody_takes_is_told_again);
    tcase_add_test(tests, what_the_other_copy_tells_is_told_here_when_it_does_not);
    return stand_main("watch_rules", tests);
}
