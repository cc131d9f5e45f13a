// SPDX-License-Identifier: MIT
/* The kinds service, business, traefik, telegram and heartbeat. */

#include "probe_fixture.h"

TEST_CASE("all", .setup = probe_fixture_begin, .teardown = probe_fixture_end, .timeout_s = 60);

/* --- service --- */

static struct page service_pages[2];
static char metrics[4096];

static void set_service(const char *ready_status, const char *ready_body)
{
    service_pages[0] = (struct page){"/readyz", ready_status, NULL, ready_body, 0, PAGE_WHOLE};
    service_pages[1] = (struct page){"/metrics", "200 OK", NULL, metrics, 0, PAGE_WHOLE};
    pages_set(&pages, service_pages, 2);
}

static void set_metrics(int errors, int requests, int failed)
{
    static int asked = 100000; /* by monitoring */

    asked += 1000;
    snprintf(metrics, sizeof metrics,
             "# HELP log_events_total Log lines, by level.\n"
             "# TYPE log_events_total counter\n"
             "log_events_total{level=\"info\"} 77\n"
             "log_events_total{level=\"error\"} %d\n"
             "http_requests_total{route=\"/v1/x\",method=\"GET\",code=\"200\"} %d\n"
             "http_requests_total{route=\"/v1/x\",method=\"GET\",code=\"500\"} %d\n"
             "http_requests_total{route=\"/readyz\",method=\"GET\",code=\"503\"} %d\n"
             "sending_oldest_seconds 3.5\ndelivery_oldest_seconds{to=\"x\"} 12\n"
             "search_index_lag_seconds 61\nbooking_feed_lag_seconds 62\n",
             errors, requests - failed, failed, asked);
}

TEST(ready_service_has_readings)
{
    const struct check check = check_at(CHECK_SERVICE, "");
    struct probe_run probe = {.check = &check};

    set_metrics(5, 1000, 100);
    set_service("200 OK", "{\"status\":\"ready\",\"checks\":{}}");
    repeat_probe(&probe);
    expect_trouble(probe.result, TROUBLE_NONE, "");
    ck_assert(reading_of(&probe.result, MEASURE_latency_ms) > 0);
    ck_assert_double_eq(reading_of(&probe.result, MEASURE_log_errors), 0);
    ck_assert_msg(isnan(reading_of(&probe.result, MEASURE_error_percent)),
                  "earlier counts are ignored");
    ck_assert_double_eq(reading_of(&probe.result, MEASURE_oldest_unsent_s), 12);
    ck_assert_double_eq(reading_of(&probe.result, MEASURE_index_lag_s), 61);
    ck_assert_double_eq(reading_of(&probe.result, MEASURE_feed_lag_s), 62);
    set_metrics(7, 1019, 101);
    repeat_probe(&probe);
    ck_assert_double_eq(reading_of(&probe.result, MEASURE_log_errors), 2);
    ck_assert_msg(isnan(reading_of(&probe.result, MEASURE_error_percent)), "19 requests");
    set_metrics(7, 1020, 101);
    repeat_probe(&probe);
    ck_assert_double_eq_tol(reading_of(&probe.result, MEASURE_error_percent), 5, 0.001);
}

#define NONE (double)NAN /* no reading */

/* Consecutive probes of one service: is it ready, its counters, and the readings. */
struct look {
    bool ready;
    int errors, requests, failed;
    double log_errors, error_percent;
};

// clang-format off
static const struct {
    const char *why;
    int bad_to_fail;
    struct look looks[7];
    int count;
} stories[] = {
    {"a restart is no error", 1,
     {{true, 50, 1000, 100, 0, NONE}, {true, 0, 0, 0, 0, NONE}, {true, 1, 40, 10, 1, 25}}, 3},
    {"errors logged during a failure do not outlast it", 1,
     {{true, 5, 0, 0, 0, NONE}, {false, 9, 0, 0, NONE, NONE}, {true, 20, 0, 0, 0, NONE}, {true, 21, 0, 0, 1, NONE}}, 4},
    /* For example, while the link to the database is cut. */
    {"requests failed during a failure do not outlast it", 1,
     {{true, 0, 1000, 0, 0, NONE}, {false, 0, 1050, 50, NONE, NONE}, {true, 0, 1100, 100, 0, NONE}, {true, 0, 1140, 110, 0, 25}}, 4},
    /* As on an overloaded machine: every other /readyz fails, which causes no incident. */
    {"an occasional bad probe hides no errors", 2,
     {{true, 0, 1000, 0, 0, NONE}, {false, 1, 1020, 10, NONE, NONE}, {true, 1, 1020, 10, 1, 50}, {false, 2, 1040, 20, NONE, NONE},
      {true, 2, 1040, 20, 2, 50}, {false, 3, 1060, 30, NONE, NONE}, {true, 3, 1060, 30, 3, 50}}, 7},
};
// clang-format on

static bool is_about(double reading, double expected)
{
    return isnan(expected) ? isnan(reading) : fabs(reading - expected) < 0.001;
}

TEST_ROWS_WHY(errors_are_those_since_the_last_probe_of_a_ready_service, stories)
{
    struct check check = check_at(CHECK_SERVICE, "");
    struct probe_run probe = {.check = &check};

    check.bad_to_fail = row->bad_to_fail;
    for (int i = 0; i < row->count; i++) {
        const struct look *look = &row->looks[i];
        set_service(look->ready ? "200 OK" : "503 Not", "{}");
        set_metrics(look->errors, look->requests, look->failed);
        repeat_probe(&probe);
        const double errors = reading_of(&probe.result, MEASURE_log_errors);
        const double percent = reading_of(&probe.result, MEASURE_error_percent);
        ck_assert_msg(is_about(errors, look->log_errors) && is_about(percent, look->error_percent),
                      "probe %d: %g, %g %%", i, errors, percent);
        ck_assert_int_eq(probe.result.trouble, look->ready ? TROUBLE_NONE : TROUBLE_NOT_READY);
    }
}

/* Yellow after two consecutive probes, so one probe that reports an error would not suffice. */
TEST(logged_error_counts_for_ten_minutes)
{
    const struct check check = check_at(CHECK_SERVICE, "");
    struct probe_run probe = {.check = &check};

    set_service("200 OK", "{}");
    set_metrics(5, 0, 0);
    repeat_probe(&probe);
    set_metrics(6, 0, 0);
    for (int i = 0; i < 3; i++) {
        repeat_probe(&probe);
        ck_assert_double_eq(reading_of(&probe.result, MEASURE_log_errors), 1);
    }
    now_freeze(now_wall_us(), now_mono_ns());
    for (int i = 0; i < 7; i++) {
        now_advance_us(110 * US_PER_S);
        repeat_probe(&probe);
    }
    now_thaw();
    ck_assert_double_eq(reading_of(&probe.result, MEASURE_log_errors), 0);
}

TEST(instances_behind_one_name_are_added_up)
{
    struct pages second;
    static struct page of_second[2];

    pages_start(&second, "127.0.0.2", pages.port);
    of_second[0] = (struct page){"/readyz", "200 OK", NULL, "{}", 0, PAGE_WHOLE};
    of_second[1] = (struct page){
        "/metrics", "200 OK", NULL, "log_events_total{level=\"error\"} 1000\n", 0, PAGE_WHOLE};
    pages_set(&second, of_second, 2);
    many[0] = "127.0.0.1";
    many[1] = "127.0.0.2";
    set_service("200 OK", "{}");
    set_metrics(5, 0, 0);
    const struct check check = check_of(CHECK_SERVICE, url_of("many.test", pages.port, ""));
    struct probe_run probe = {.check = &check};
    repeat_probe(&probe);
    set_metrics(6, 0, 0);
    repeat_probe(&probe);
    expect_trouble(probe.result, TROUBLE_NONE, "");
    ck_assert_double_eq(reading_of(&probe.result, MEASURE_log_errors), 1);
    many[1] = NULL; /* one instance less */
    repeat_probe(&probe);
    ck_assert_double_eq(reading_of(&probe.result, MEASURE_log_errors), 0);
    pages_stop(&second);
}

// clang-format off
static const struct {
    const char *status, *body;
    enum probe_trouble trouble;
    const char *detail;
} readies[] = {
    {"503 Not", "{\"status\":\"not_ready\",\"checks\":{\"postgres\":\"down\",\"redis\":\"up\"}}",    TROUBLE_NOT_READY, "postgres"},
    {"503 Not", "{\"status\":\"not_ready\",\"checks\":{\"postgres\":\"down\",\"schema\":\"down\"}}", TROUBLE_NOT_READY, "postgres, schema"},
    {"503 Not", "{\"status\":\"stopping\",\"checks\":{\"redis\":\"up\"}}",                           TROUBLE_NOT_READY, "stopping"},
    {"503 Not", "what <b>is</b> this",                                                               TROUBLE_NOT_READY, ""},
    {"503 Not", "{\"status\":\"a secret\",\"checks\":{\"+7 701\":\"down\",\"a\\\"b\":\"down\"}}",    TROUBLE_NOT_READY, ""},
    {"503 Not", "{\"checks\":[\"down\",\"down\",\"down\"]}",                                         TROUBLE_NOT_READY, ""},
    {"404 Not", "",                                                                                  TROUBLE_STATUS,    "404"},
};
// clang-format on

TEST_ROWS(not_ready_reason_is_a_closed_set, readies)
{
    set_metrics(0, 0, 0);
    set_service(row->status, row->body);
    const struct check check = check_at(CHECK_SERVICE, "/");
    expect_trouble(probe_once(&check), row->trouble, row->detail);
}

TEST(oversized_metrics_are_refused)
{
    set_service("200 OK", "{}");
    service_pages[1].filler = 2 << 20;
    const struct check check = check_at(CHECK_SERVICE, "");
    expect_trouble(probe_once(&check), TROUBLE_BODY, "answer_too_large");
}

/* --- traefik --- */

#define RELOADED "traefik_config_reloads_total 3\ntraefik_config_last_reload_success 1.8e+09\n"

// clang-format off
static const struct {
    const char *why, *text;
    enum probe_trouble trouble;
    const char *detail;
    double down;
} traefiks[] = {
    {"all is well", RELOADED "traefik_service_server_up{service=\"a@docker\",url=\"http://a\"} 1\n", TROUBLE_NONE, "", 0},
    {"two servers are down", RELOADED "traefik_service_server_up{service=\"a@docker\",url=\"http://{1},\"} 0\n"
     "traefik_service_server_up{service=\"b@file\",url=\"http://b\"} 0\n", TROUBLE_NONE, "a@docker, b@file", 2},
    {"the last reload failed", RELOADED "traefik_config_last_reload_failure 1.9e+09\n", TROUBLE_NOT_READY, "reload failed", 0},
    {"another server", "up 1\n", TROUBLE_BODY, "no metrics of Traefik", 0},
    {"a page", "<html>", TROUBLE_BODY, "no metrics of Traefik", 0},
};
// clang-format on

TEST_ROWS_WHY(traefik_metrics_determine_result, traefiks)
{
    show_page("/metrics", "200 OK", row->text);
    const struct check check = check_at(CHECK_TRAEFIK, "/metrics");
    const struct probe_result result = probe_once(&check);
    expect_trouble(result, row->trouble, row->detail);
    ck_assert_double_eq(reading_of(&result, MEASURE_servers_down), row->down);
}

TEST(first_expiring_certificate_counts)
{
    const double now = (double)now_wall_us() / US_PER_S;

    show_page("/metrics", "200 OK",
              textf(RELOADED "traefik_tls_certs_not_after{cn=\"TRAEFIK DEFAULT CERT\"} 1\n"
                             "traefik_tls_certs_not_after{cn=\"a.kz\",sans=\"a.kz,b.kz\"} %.9e\n"
                             "traefik_tls_certs_not_after{cn=\"b.kz\"} %.9e\n",
                    now + 86400 * 20, now + 86400 * 10));
    const struct check check = check_at(CHECK_TRAEFIK, "/metrics");
    const struct probe_result result = probe_once(&check);
    ck_assert_double_eq_tol(reading_of(&result, MEASURE_certificate_days), 10, 0.01);
}

static void show_requests(int good, int failed)
{
    show_page("/metrics", "200 OK",
              textf(RELOADED
                    "traefik_service_requests_total{code=\"200\",service=\"a@docker\"} %d\n"
                    "traefik_service_requests_total{code=\"502\",service=\"a@docker\"} %d\n",
                    good, failed));
}

TEST(failed_traefik_requests_are_a_percentage)
{
    const struct check check = check_at(CHECK_TRAEFIK, "/metrics");
    struct probe_run probe = {.check = &check};

    show_requests(1000, 1000);
    repeat_probe(&probe);
    ck_assert_msg(isnan(reading_of(&probe.result, MEASURE_error_percent)),
                  "earlier counts are ignored");
    show_requests(1018, 1001);
    repeat_probe(&probe);
    ck_assert_msg(isnan(reading_of(&probe.result, MEASURE_error_percent)), "19 requests");
    show_requests(1019, 1001);
    repeat_probe(&probe);
    ck_assert_double_eq_tol(reading_of(&probe.result, MEASURE_error_percent), 5, 0.001);
}

TEST(reload_failure_between_probes_is_reported_once)
{
    const struct check check = check_at(CHECK_TRAEFIK, "/metrics");
    struct probe_run probe = {.check = &check};

    show_page("/metrics", "200 OK", RELOADED "traefik_config_reloads_failure_total 4\n");
    repeat_probe(&probe);
    expect_trouble(probe.result, TROUBLE_NONE, "");
    show_page("/metrics", "200 OK", RELOADED "traefik_config_reloads_failure_total 5\n");
    repeat_probe(&probe);
    expect_trouble(probe.result, TROUBLE_NOT_READY, "reload failed");
    repeat_probe(&probe);
    expect_trouble(probe.result, TROUBLE_NONE, "");
}

/* --- telegram --- */

#define BOT(name, active, missing, webhook)                                                        \
    "{\"id\":\"018f0007-0000-7000-8000-000000000001\",\"name\":\"" name                            \
    "\",\"username\":null,\"intake\":\"webhook\",\"is_active\":" active ",\"missing\":" missing    \
    ",\"webhook\":" webhook ",\"polling\":null,\"version\":1}"
#define OURS(pending)                                                                              \
    "{\"state\":\"ours\",\"pending_update_count\":" pending ",\"last_error\":\"secret\"}"
/* A delivery has failed at 10:00:00. */
#define FAILED(pending, checked)                                                                   \
    "{\"state\":\"ours\",\"pending_update_count\":" pending ",\"last_error\":\"secret\","          \
    "\"last_error_at\":\"2026-01-02T10:00:00Z\",\"checked_at\":\"2026-01-02T" checked "Z\"}"
#define LIST(items) "{\"items\":[" items "],\"next_cursor\":null}"

// clang-format off
static const struct {
    const char *why, *status, *body;
    enum probe_trouble trouble;
    const char *detail;
    double broken, pending; /* -1: none */
} gateways[] = {
    {"no bots", "200 OK", LIST(""), TROUBLE_NONE, "", 0, 0},
    {"two working bots", "200 OK",
     LIST(BOT("a", "true", "[]", OURS("2")) "," BOT("b", "true", "[]", OURS("3"))), TROUBLE_NONE, "", 0, 5},
    {"a bot without token", "200 OK", LIST(BOT("a", "true", "[\"token\"]", "null")), TROUBLE_NONE, "a: token", 1, 0},
    {"an inactive bot", "200 OK", LIST(BOT("a", "false", "[\"token\"]", OURS("9"))), TROUBLE_NONE, "", 0, 0},
    {"updates go elsewhere", "200 OK",
     LIST(BOT("a", "true", "[]", "{\"state\":\"elsewhere\",\"pending_update_count\":1}") ","
          BOT("b", "true", "[]", "{\"state\":\"none\",\"pending_update_count\":null}")),
     TROUBLE_NONE, "a: elsewhere, b: none", 2, 1},
    {"an update that Telegram could not deliver", "200 OK",
     LIST(BOT("a", "true", "[]", FAILED("1", "10:00:30"))), TROUBLE_NONE, "a: undelivered", 1, 1},
    {"an old failure", "200 OK", LIST(BOT("a", "true", "[]", FAILED("1", "10:03:00"))), TROUBLE_NONE, "", 0, 1},
    {"delivered since", "200 OK", LIST(BOT("a", "true", "[]", FAILED("0", "10:00:30"))), TROUBLE_NONE, "", 0, 0},
    {"not known yet", "200 OK", LIST(BOT("a", "true", "[]", "{\"state\":null}")), TROUBLE_NONE, "", 0, 0},
    {"unknown to Telegram", "200 OK",
     LIST(BOT("a", "true", "[]", "{\"state\":null,\"error\":\"no_bot\"}")), TROUBLE_NONE, "a: no_bot", 1, 0},
    {"failing polling", "200 OK",
     LIST("{\"name\":\"p\",\"intake\":\"poll\",\"is_active\":true,\"missing\":[],\"webhook\":"
          "{\"state\":\"none\"},\"polling\":{\"state\":\"other\"}}"),
     TROUBLE_NONE, "p: other", 1, 0},
    {"foreign names", "200 OK", LIST(BOT("<b>x", "true", "[\"t o\"]", "null")), TROUBLE_NONE, "", 1, 0},
    {"the key is refused", "401 Who", "{}", TROUBLE_DENIED, "401", -1, -1},
    {"no list", "200 OK", "{}", TROUBLE_BODY, "bad_json", -1, -1},
    {"no JSON", "200 OK", "<html>", TROUBLE_BODY, "bad_json", -1, -1},
    {"a failing gateway", "500 No", "", TROUBLE_STATUS, "500", -1, -1},
};
// clang-format on

TEST_ROWS_WHY(gateway_answer_determines_bots, gateways)
{
    show_page("/v1/bots?limit=100", row->status, row->body);
    const struct check check = check_at(CHECK_TELEGRAM, "/v1/bots");
    const struct probe_result result = probe_once(&check);
    expect_trouble(result, row->trouble, row->detail);
    ck_has(pages.last, "\r\nX-API-Key: tb_test_link\r\n");
    const double broken = reading_of(&result, MEASURE_bots_broken);
    const double pending = reading_of(&result, MEASURE_pending_updates);
    if (row->broken < 0) {
        ck_assert(isnan(broken) && isnan(pending));
    } else {
        ck_assert_double_eq(broken, row->broken);
        ck_assert_double_eq(pending, row->pending);
    }
}

TEST(at_most_five_pages_of_bots_are_read)
{
    PAGES_SET(&pages,
              {"/v1/bots?limit=100", "200 OK", NULL,
               "{\"items\":[" BOT("a", "true", "[]", OURS("1")) "],\"next_cursor\":\"x-1\"}", 0,
               PAGE_WHOLE},
              {"*", "200 OK", NULL,
               "{\"items\":[" BOT("b", "true", "[]", OURS("1")) "],\"next_cursor\":\"x-1\"}", 0,
               PAGE_WHOLE});
    const struct check check = check_at(CHECK_TELEGRAM, "/v1/bots");
    const struct probe_result result = probe_once(&check);
    ck_assert_double_eq(reading_of(&result, MEASURE_pending_updates), 5);
    ck_has(pages.last, "/v1/bots?limit=100&cursor=x-1 ");
    ck_assert_int_eq(atomic_load(&pages.requests), 5);
}

/* --- business --- */

TEST(business_has_only_the_figures_for_people)
{
    const struct check check = check_at(CHECK_BUSINESS, "");

    show_page("/metrics", "200 OK",
              "# TYPE claims_waiting gauge\nclaims_waiting 2\nbookings_silent 0\n"
              "owner_unbound 3\nselfcheck_broken 1\nrides_trips_overdue 4\n"
              "rides_sos_unanswered 5\ncalendars_failing 6\nconflicts_open "
              "7\nlog_events_total{level=\"error\"} 5\n");
    struct probe_result result = probe_once(&check);
    expect_trouble(result, TROUBLE_NONE, "");
    ck_assert_uint_eq(result.reading_count, 8);
    ck_assert_double_eq(reading_of(&result, MEASURE_calendars_failing), 6);
    ck_assert_double_eq(reading_of(&result, MEASURE_conflicts_open), 7);
    ck_assert_double_eq(reading_of(&result, MEASURE_broken_rules), 1);
    ck_assert_double_eq(reading_of(&result, MEASURE_trips_overdue), 4);
    ck_assert_double_eq(reading_of(&result, MEASURE_sos_unanswered), 5);
    ck_assert_double_eq(reading_of(&result, MEASURE_claims_waiting), 2);
    ck_assert_double_eq(reading_of(&result, MEASURE_bookings_silent), 0);
    ck_assert_double_eq(reading_of(&result, MEASURE_owner_unbound), 3);
    show_page("/metrics", "200 OK", "log_events_total 0\n"); /* an older version */
    result = probe_once(&check);
    expect_trouble(result, TROUBLE_NONE, "");
    ck_assert_uint_eq(result.reading_count, 0);
    show_page("/metrics", "503 Not", "claims_waiting 2\n");
    expect_trouble(probe_once(&check), TROUBLE_STATUS, "503");
}

/* --- heartbeat --- */

static struct probe_result beat(struct probe_run *probe, int64_t at_us, bool ok)
{
    struct heartbeat heartbeat = HEARTBEAT_OK(at_us);

    heartbeat.ok = ok;
    heartbeat.took_s = 372;
    probe_store_heartbeat(&probe->memory, &heartbeat);
    repeat_probe(probe);
    return probe->result;
}

TEST(heartbeat_is_late_after_its_interval)
{
    const struct check check = check_of(CHECK_HEARTBEAT, "");
    struct probe_run probe = {.check = &check};
    const int64_t now_us = 1700000000 * US_PER_S;

    now_freeze(now_us, INT64_C(1000000000000));
    tools.started_us = now_us - 9 * US_PER_S;
    expect_trouble(probe_once(&check), TROUBLE_NONE, "");
    tools.started_us = now_us - 11 * US_PER_S;
    expect_trouble(probe_once(&check), TROUBLE_LATE, "never");
    const struct probe_result result = beat(&probe, now_us - 10 * US_PER_S, true);
    expect_trouble(result, TROUBLE_NONE, "");
    ck_assert_double_eq(reading_of(&result, MEASURE_heartbeat_age_s), 10);
    ck_assert_double_eq(reading_of(&result, MEASURE_heartbeat_took_s), 372);
    ck_assert_uint_eq(result.reading_count, 2);
    now_advance_us(1);
    repeat_probe(&probe);
    expect_trouble(probe.result, TROUBLE_LATE, "");
    expect_trouble(beat(&probe, now_us, false), TROUBLE_DOWN, "failed");
    expect_trouble(beat(&probe, now_us - 1, true), TROUBLE_DOWN, "failed");
    now_thaw();
}

/* After the clock was set back, later reports are not ignored, and none is late again. */
TEST(heartbeat_of_the_future_counts_as_of_now)
{
    const struct check check = check_of(CHECK_HEARTBEAT, "");
    struct probe_run probe = {.check = &check};
    const int64_t now_us = 1700000000 * US_PER_S;
    const struct heartbeat ahead = HEARTBEAT_OK(now_us + 3600 * US_PER_S);

    now_freeze(now_us, INT64_C(1000000000000));
    expect_trouble(beat(&probe, ahead.at_us, true), TROUBLE_NONE, "");
    now_advance_us(11 * US_PER_S);
    repeat_probe(&probe);
    expect_trouble(probe.result, TROUBLE_LATE, "");
    probe_store_heartbeat(&probe.memory, &ahead);
    expect_trouble(beat(&probe, now_wall_us(), false), TROUBLE_DOWN, "failed");
    now_thaw();
}

TEST(optional_heartbeat_is_awaited_until_its_first_report)
{
    struct check check = check_of(CHECK_HEARTBEAT, "");
    struct probe_run probe = {.check = &check};

    check.optional = true;
    tools.started_us = 0;
    expect_trouble(probe_once(&check), TROUBLE_AWAITED, "never");
    expect_trouble(beat(&probe, now_wall_us(), true), TROUBLE_NONE, "");
    expect_trouble(beat(&probe, now_wall_us(), false), TROUBLE_DOWN, "failed");
}

TEST(expired_heartbeat_is_awaited_again)
{
    struct check check = check_of(CHECK_HEARTBEAT, "");
    struct probe_run probe = {.check = &check};
    struct heartbeat due = HEARTBEAT_OK(now_wall_us());

    check.optional = check.expires = true;
    due.due = 3;
    due.oldest_s = 85 * 86400;
    probe_store_heartbeat(&probe.memory, &due);
    repeat_probe(&probe);
    expect_trouble(probe.result, TROUBLE_NONE, "");
    ck_assert_double_eq(reading_of(&probe.result, MEASURE_heartbeat_due), 3);
    ck_assert_double_eq(reading_of(&probe.result, MEASURE_heartbeat_oldest_s), 85 * 86400);
    expect_trouble(beat(&probe, now_wall_us() + 1, true), TROUBLE_NONE, "");
    ck_assert(isnan(reading_of(&probe.result, MEASURE_heartbeat_due)));
    probe.memory = (struct probe_memory){0};
    expect_trouble(beat(&probe, now_wall_us() - 11 * US_PER_S, true), TROUBLE_AWAITED, "");
}
