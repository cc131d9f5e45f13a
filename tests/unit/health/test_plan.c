// SPDX-License-Identifier: MIT

#include "base/language.h"

#include "config/doc.h"
#include "config/limits.h"
#include "config/threshold.h"
#include "i18n/runbook.h"
#include "support/test.h"
#include "unit/health/plan_case.h"
#include "unit/health/plan_files.h"

TEST_CASE("plan", .setup = plan_case_begin, .teardown = plan_case_end);

static const struct check *read_one(const char *text)
{
    ck_assert_msg(plan_of(text, &plan, &messages), "%s", messages);
    ck_assert_str_eq(messages, "");
    return &plan.checks[0];
}

static const struct limit *limit_of(const struct check *check, enum measure measure)
{
    for (size_t i = 0; i < check->limit_count; i++)
        if (check->limits[i].measure == measure)
            return &check->limits[i];
    return NULL;
}

TEST(host_may_be_several_servers)
{
    const struct check *check = read_one("server: server1,server2,vectors\nchecks:\n"
                                         "  - {name: a, kind: redis, server: server2}\n"
                                         "  - {name: b, kind: redis}\n"
                                         "  - {name: c, kind: redis, server: server3}\n");

    ck_assert_str_eq(plan.server, "server1");
    ck_assert(plan_is_local(&plan, &check[0]));
    ck_assert_str_eq(check[1].server, "server1");
    ck_assert(plan_is_local(&plan, &check[1]));
    ck_assert(!plan_is_local(&plan, &check[2]));
}

/* Of a service without faults, whatever the measure: nothing is counted, and the best of a
 * percentage. */
TEST_LOOP(default_limits_let_a_healthy_service_be_green, 0, CHECK_KINDS)
{
    struct check check = {.kind = (enum check_kind)_i};

    limits_set_defaults(&check);
    for (size_t i = 0; i < check.limit_count; i++) {
        const struct limit *limit = &check.limits[i];
        const double best = measure_kinds[limit->measure].lower_is_worse ? 100 : 0;
        ck_assert_msg(!threshold_is_exceeded(limit, false, best, false) &&
                          !threshold_is_exceeded(limit, true, best, false),
                      "%s: %s is never green", check_kind_names[check.kind],
                      measure_kinds[limit->measure].word);
    }
}

TEST(omitted_keys_have_documented_defaults)
{
    const struct check *check = read_one(CHECK("name: postgres\n    kind: postgres\n"));

    ck_assert_str_eq(plan.server, "server2");
    ck_assert_uint_eq(plan.count, 1);
    ck_assert_str_eq(check->name, "postgres");
    ck_assert_int_eq(check->kind, CHECK_POSTGRES);
    ck_assert_str_eq(check->target, "");
    ck_assert_str_eq(check->server, "server2");
    ck_assert_int_eq(check->interval_ms, 10000);
    ck_assert_int_eq(check->timeout_ms, 3000);
    ck_assert_int_eq(check->bad_to_fail, 2);
    ck_assert_int_eq(check->good_to_pass, 2);
    ck_assert_int_eq(check->severity, SEVERITY_CRITICAL);
    ck_assert(check->counted && !check->outside && !check->always);
    ck_assert_str_eq(check->runbook, "postgres");
    ck_assert_str_eq(check->title[0], "");
    ck_assert(plan_is_local(&plan, check));
}

TEST(check_may_set_every_key)
{
    const struct check *check = read_one(HTTP("server: server1\n"
                                              "    interval: 1m\n"
                                              "    timeout: 700ms\n"
                                              "    bad: 3\n"
                                              "    good: 4\n"
                                              "    severity: warning\n"
                                              "    counted: false\n"
                                              "    outside: true\n"
                                              "    always: true\n"
                                              "    title: {ru: Сайт, kz: Сайт2, en: Site}\n"
                                              "    runbook: site-down\n"
                                              "    status: 401\n"
                                              "    body: tapbot\n"));

    ck_assert(!plan_is_local(&plan, check));
    ck_assert_int_eq(check->interval_ms, 60000);
    ck_assert_int_eq(check->timeout_ms, 700);
    ck_assert_int_eq(check->bad_to_fail, 3);
    ck_assert_int_eq(check->good_to_pass, 4);
    ck_assert_int_eq(check->severity, SEVERITY_WARNING);
    ck_assert(!check->counted && check->outside && check->always);
    ck_assert_str_eq(check->title[LANGUAGE_RU], "Сайт");
    ck_assert_str_eq(check->title[LANGUAGE_EN], "Site");
    ck_assert_str_eq(check->title[LANGUAGE_KZ], "Сайт2");
    ck_assert_str_eq(check->runbook, "site-down");
    ck_assert_int_eq(check->expect_status, 401);
    ck_assert_str_eq(check->expect_body, "tapbot");
}

static const struct {
    const char *expect;
    size_t count;
    const char *first;
} addresses[] = {
    {"'203.0.113.10, 2001:db8::1,203.0.113.11'", 2, "203.0.113.10"},
    {"203.0.113.10, 203.0.113.11",               2, "203.0.113.10"},
    {"'2001:db8::1'",                            0, ""            },
    {"'*'",                                      0, ""            },
};

TEST_ROWS(server_addresses_are_filtered_by_family, addresses)
{
    const struct check *check = read_one(
        textf("{server: s, checks: [{name: a, kind: dns, target: b, expect: [%s]}]}", row->expect));

    ck_assert_uint_eq(check->expect_count, row->count);
    if (check->expect_count > 0)
        ck_assert_str_eq(check->expect[0], row->first);
}

/* Else an incident of one figure would hide the others. */
TEST(business_check_has_only_the_limit_that_it_sets)
{
    const struct check *check =
        read_one(CHECK("name: claims-waiting\n    kind: business\n    target: http://notes:1\n"
                       "    limits: {claims_waiting: {yellow: 1}}\n"));

    ck_assert_str_eq(runbook_of(check)->slug, "business");
    ck_assert_uint_eq(check->limit_count, 1);
    const struct limit *limit = limit_of(check, MEASURE_claims_waiting);
    ck_assert_ptr_nonnull(limit);
    ck_assert(!threshold_is_exceeded(limit, false, 0, true));
    ck_assert(threshold_is_exceeded(limit, false, 1, false));
    ck_assert(!threshold_is_exceeded(limit, true, 1e9, false));
}

TEST(short_interval_shortens_timeout)
{
    ck_assert_int_eq(read_one(DISK("interval: 3s"))->timeout_ms, 1500);
    plan_finish(&plan);
    free(messages);
    ck_assert_int_eq(read_one(DISK("interval: 3001ms"))->timeout_ms, 3000);
}

static const struct {
    const char *kind;
    enum measure measure;
    double yellow, red;
} promised[] = {
    {"postgres",                           MEASURE_connections,         40,   45          },
    {"postgres",                           MEASURE_cache_hit_percent,   95,   90          },
    {"redis",                              MEASURE_cache_hit_percent,   90,   NO_THRESHOLD},
    {"host",                               MEASURE_cpu_percent,         80,   90          },
    {"host",                               MEASURE_memory_percent,      85,   95          },
    {"host",                               MEASURE_clock_unset_s,       3600, NO_THRESHOLD},
    {"containers, target: 'http://a:1'",   MEASURE_container_restarts,  2,    4           },
    {"disk, target: /",                    MEASURE_disk_free_percent,   20,   10          },
    {"disk, target: /",                    MEASURE_inodes_free_percent, 20,   10          },
    {"tls, target: 'tapbot.kz:443'",       MEASURE_certificate_days,    30,   7           },
    {"service, target: 'http://api:7001'", MEASURE_error_percent,       1,    5           },
    {"service, target: 'http://api:7001'", MEASURE_log_errors,          1,    10          },
    {"http, target: 'http://api:7001/'",   MEASURE_latency_ms,          500,  2000        },
};

TEST_ROWS(default_thresholds_are_as_documented, promised)
{
    const struct limit *limit = limit_of(
        read_one(textf("{server: s, checks: [{name: a, kind: %s}]}", row->kind)), row->measure);

    ck_assert_ptr_nonnull(limit);
    ck_assert_double_eq(limit->yellow, row->yellow);
    if (isnan(row->red))
        ck_assert_double_nan(limit->red);
    else
        ck_assert_double_eq(limit->red, row->red);
}

TEST(limit_of_the_file_replaces_the_default)
{
    const struct check *check =
        read_one(CHECK("name: postgres\n    kind: postgres\n"
                       "    limits: {connections: {yellow: 80}, latency_ms: none,\n"
                       "             longest_transaction_s: {yellow: 100, red: 200.5}}"));
    const struct limit *connections = limit_of(check, MEASURE_connections);
    const struct limit *longest = limit_of(check, MEASURE_longest_transaction_s);

    ck_assert(connections->yellow == 80 && isnan(connections->red));
    ck_assert(longest->yellow == 100 && longest->red == 200.5);
    ck_assert_ptr_null(limit_of(check, MEASURE_latency_ms));
    ck_assert_ptr_nonnull(limit_of(check, MEASURE_cache_hit_percent));
    ck_assert_uint_eq(check->limit_count, 3);
}

TEST(indirect_dependencies_are_returned)
{
    size_t needs[CHECKS_MAX];

    read_one("server: s\nchecks:\n"
             "  - {name: api, kind: host, needs: [postgres, redis]}\n"
             "  - {name: postgres, kind: postgres, needs: [disk]}\n"
             "  - {name: redis, kind: redis, needs: [disk]}\n"
             "  - {name: disk, kind: disk, target: /}\n");
    ck_assert_uint_eq(plan_list_all_dependencies(&plan, 0, needs), 3);
    ck_assert(needs[0] == 1 && needs[1] == 2 && needs[2] == 3);
    ck_assert_uint_eq(plan_list_all_dependencies(&plan, 3, needs), 0);
    ck_assert_ptr_eq(plan_find(&plan, SLICE("redis")), &plan.checks[2]);
    ck_assert_ptr_null(plan_find(&plan, SLICE("red")));
}

TEST(dependency_may_have_the_name_of_an_omitted_check)
{
    const struct check *check =
        read_one("server: s\nchecks:\n"
                 "  - {name: api, kind: host, needs: [cache]}\n"
                 "  - {name: cache, kind: redis, when: PLAN_HOST}\n"
                 "  - {name: cache, kind: disk, target: /, when: PLAN_ABSENT}\n");

    ck_assert_uint_eq(plan.count, 2);
    ck_assert_uint_eq(check->need_count, 1);
    ck_assert_uint_eq(check->needs[0], 1);
}

static const struct {
    const char *given, *becomes;
} expansions[] = {
    {"http://${PLAN_HOST}/",                    "http://db.tapbot.kz/"   },
    {"http://${PLAN_HOST}:80${PLAN_ABSENT:-/}", "http://db.tapbot.kz:80/"},
    {"http://${PLAN_EMPTY:-x}/",                "http://x/"              },
    {"http://x/${PLAN_HOST:-no}/$",             "http://x/db.tapbot.kz/$"},
    {"${PLAN_ABSENT:-http://a:-b/}",            NULL                     },
    {"${PLAN_ABSENT:-http://a/:-b}",            "http://a/:-b"           },
};

TEST_ROWS(environment_variables_are_expanded, expansions)
{
    const char *text =
        textf("server: s\nchecks:\n - {name: a, kind: n8n, target: '%s'}", row->given);

    if (row->becomes == NULL)
        ck_assert(!plan_of(text, &plan, &messages));
    else
        ck_assert_str_eq(read_one(text)->target, row->becomes);
}

#define NAME_64 "a23456789012345678901234567890123456789012345678901234567890123."

static const struct {
    const char *kind, *target;
    bool fine;
} targets[] = {
    {"http",     "http://" NAME_64 NAME_64 NAME_64 "a",         true },
    {"http",     "http://" NAME_64 NAME_64 NAME_64 NAME_64 "a", false},
    {"http",     "http://a" NAME_64,                            false},
    {"http",     "http://a",                                    true },
    {"http",     "https://a.b:8080/x?y=z&q=%20",                true },
    {"http",     "http://[2001:db8::1]:80/",                    true },
    {"http",     "http://[2001:db8::1]",                        true },
    {"http",     "http://",                                     false},
    {"http",     "http:///x",                                   false},
    {"http",     "ftp://a/",                                    false},
    {"http",     "a/x",                                         false},
    {"http",     "http://u:p@a/",                               false},
    {"http",     "http://a:0/",                                 false},
    {"http",     "http://a:65536/",                             false},
    {"http",     "http://a:/",                                  false},
    {"http",     "http://a/x y",                                false},
    {"http",     "http://a/#x",                                 false},
    {"http",     "http://[a]/",                                 false},
    {"http",     "http://[::1/",                                false},
    {"http",     "http://a..b/",                                false},
    {"tcp",      "a:1",                                         true },
    {"tcp",      "10.0.0.1:5432",                               true },
    {"tcp",      "[::1]:6379",                                  true },
    {"tcp",      "::1:6379",                                    false},
    {"tcp",      "a",                                           false},
    {"tcp",      "a:",                                          false},
    {"tcp",      "a:080",                                       false},
    {"tcp",      ":80",                                         false},
    {"tcp",      "a:80/",                                       false},
    {"tls",      "tapbot.kz:443",                               true },
    {"disk",     "/var/lib",                                    true },
    {"disk",     "var",                                         false},
    {"postgres", NULL,                                          true },
    {"postgres", "a:5432",                                      false},
    {"host",     "/",                                           false},
    {"service",  NULL,                                          false},
};

TEST_ROWS(target_has_the_form_of_its_kind, targets)
{
    const bool fine = plan_of(textf("server: s\nchecks:\n - {name: a, kind: %s, %s '%s'}",
                                    row->kind, row->target != NULL ? "target:" : "runbook:",
                                    row->target != NULL ? row->target : "x"),
                              &plan, &messages);

    ck_assert_msg(fine == row->fine, "%s: %s", row->target, messages);
}

TEST(maximums_are_enforced)
{
    static char text[PLAN_BYTES_MAX + 2];
    size_t len = (size_t)snprintf(text, sizeof text, "server: s\nchecks:\n");
    size_t lines = 0;

    for (int i = 0; i < CHECKS_MAX + 1; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, " - {name: a%d, kind: host}\n", i);
    ck_assert(!plan_of(text, &plan, &messages));
    ck_assert_str_eq(messages, "health.yaml:3: checks: must be a list of 1 to 256 items\n");
    free(messages);
    text[len - strlen(" - {name: a256, kind: host}\n")] = '\0';
    ck_assert(plan_of(text, &plan, &messages));
    ck_assert_uint_eq(plan.count, CHECKS_MAX);
    plan_finish(&plan);
    free(messages);
    for (len = (size_t)snprintf(text, sizeof text, "checks:\n"); lines < 100; lines++)
        len += (size_t)snprintf(text + len, sizeof text - len, " - {}\n");
    ck_assert(!plan_of(text, &plan, &messages));
    lines = 0;
    for (const char *at = messages; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    ck_assert_uint_eq(lines, DOC_MISTAKES_MAX + 1);
    ck_has(messages, "\nhealth.yaml: and more\n");
    free(messages);
    memset(text, '#', sizeof text - 1);
    ck_assert(!plan_of(text, &plan, &messages));
    ck_assert_str_eq(messages, "health.yaml: must be at most 256 KiB\n");
    free(messages);
    for (len = 0; len + 2 < PLAN_BYTES_MAX; len += 2)
        memcpy(text + len, len == 0 ? "[a" : ",a", 2);
    text[len] = '\0';
    ck_assert(!plan_of(text, &plan, &messages));
    ck_assert_str_eq(messages, "health.yaml:1: the file has too many values\n");
}

TEST(file_is_loaded)
{
    char path[] = "/tmp/health-plan-XXXXXX";
    const char text[] = "{server: s, checks: [{name: a, kind: redis}]}";
    size_t len = 0;
    int fd = mkstemp(path);
    FILE *errors = open_memstream(&messages, &len);

    ck_assert_int_eq(write(fd, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(fd);
    ck_assert(plan_load(path, &plan, errors));
    ck_assert_uint_eq(plan.count, 1);
    unlink(path);
    plan_finish(&plan);
    ck_assert(!plan_load("/nowhere/health.yaml", &plan, errors));
    ck_assert(!plan_load("/", &plan, errors));
    fclose(errors);
    ck_assert_str_eq(messages, "/nowhere/health.yaml: cannot be opened: No such file or directory\n"
                               "/: cannot be read\n");
}

/* Figures that must have alerts also while their service is red. */
static void expect_own_alerts(void)
{
    static const struct limit limits[] = {
        {MEASURE_sos_unanswered, NO_THRESHOLD, 0},
        {MEASURE_broken_rules,   NO_THRESHOLD, 0},
        {MEASURE_trips_overdue,  1,            5},
    };
    static const char *const names[] = {"sos", "broken-rules", "trips-overdue"};

    for (size_t i = 0; i < COUNT(names); i++) {
        const struct check *check = plan_find(&plan, slice_of(names[i]));
        ck_assert_msg(check != NULL, "no check %s", names[i]);
        ck_assert_uint_eq(check->need_count, 0);
        ck_assert_int_eq(check->severity, SEVERITY_CRITICAL);
        ck_assert_uint_eq(check->limit_count, 1);
        ck_assert_int_eq(check->limits[0].measure, limits[i].measure);
        ck_assert(check->limits[0].red == limits[i].red);
    }
    /* Of the 10 s until staff receive a call for help, 2 s are for the gauge, 2 s for sending. */
    const struct check *sos = plan_find(&plan, SLICE("sos"));
    ck_assert_int_le(sos->interval_ms * sos->bad_to_fail, 6000);
}

TEST_ROWS(our_files_are_valid, plan_files)
{
    plan_file_load(row, &plan);
    expect_own_alerts();
    for (size_t i = 0; i < plan.count; i++) {
        const struct check *check = &plan.checks[i];
        char room[200];
        struct buf command;
        ck_assert_ptr_nonnull(runbook_of(check));
        ck_assert_msg(plan_is_local(&plan, check) || plan_is_on_peer(&plan, check),
                      "%s is run nowhere", check->name);
        for (int k = 0; row->is_demo && check->counted && k < RUNBOOK_COMMANDS; k++) {
            buf_init_over(&command, room, sizeof room);
            runbook_write_command(check, k, &command);
            ck_assert_msg(slice_starts(buf_as_slice(&command), SLICE("deploy/tapbot demo")),
                          "%s: %.*s", check->name, SLICE_ARG(buf_as_slice(&command)));
        }
    }
}

/* The example of the README. */
TEST(readme_example_is_valid)
{
    char *text = strstr(file_read(REPOSITORY "/services/health/README.md"), "```yaml\n");

    ck_assert_ptr_nonnull(text);
    text += strlen("```yaml\n");
    *strstr(text, "```") = '\0';
    setenv("SITE_URL", "https://tapbot.kz/", 1);
    read_one(text);
    unsetenv("SITE_URL");
    ck_assert_uint_eq(plan.count, 3);
    ck_assert_str_eq(plan.checks[1].target, "http://notes-api:7010");
    ck_assert_uint_eq(plan.checks[2].limit_count, 1);
}
