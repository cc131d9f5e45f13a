// SPDX-License-Identifier: MIT
/* One check: probes and levels are shown as signs. */

#include "status/verdict.h"
#include "support/test.h"

enum { S = 1000 * 1000, EVERY_S = 10, BEGIN_S = 1000 };

static struct check check;
static struct verdict_state state;
static struct verdict_context context;

static void begin(void)
{
    check = (struct check){
        .name = "a", .interval_ms = 10000, .timeout_ms = 3000, .bad_to_fail = 2, .good_to_pass = 2};
    check.severity = SEVERITY_CRITICAL;
    check.counted = true;
    state = (struct verdict_state){0};
    context = (struct verdict_context){0};
}

TEST_CASE("verdict", .setup = begin);

static void limit(enum measure measure, double yellow, double red)
{
    check.limits[0] = (struct limit){measure, yellow, red};
    check.limit_count = 1;
}

static void step(struct probe_result result)
{
    verdict_apply_result(&check, &state, &result, &context);
}

static void step_trouble(enum probe_trouble trouble, int64_t at_s)
{
    step((struct probe_result){.trouble = trouble, .began_us = at_s * S});
}

static void step_value(enum measure measure, double value, int64_t at_s)
{
    step((struct probe_result){
        .readings = {{measure, value}}, .reading_count = 1, .began_us = at_s * S});
}

static char sign_of(enum level level)
{
    return "?gyr"[level];
}

/* A probe of a latency with thresholds 10 and 20: green, yellow or red. */
static void step_sign(char sign, int64_t at_s)
{
    step_value(MEASURE_latency_ms, sign == 'g' ? 1 : sign == 'y' ? 15 : 30, at_s);
}

static const struct {
    const char *why;
    int bad, good;
    const char *probes, *levels;
} damping[] = {
    {"the first good one is enough for green",         2, 2, "g",        "g"       },
    {"one bad one is not enough",                      2, 2, "grg",      "ggg"     },
    {"two consecutive ones are",                       2, 2, "grrgg",    "ggrrg"   },
    {"from unknown too",                               2, 2, "rr",       "?r"      },
    {"after a bad one, a good one makes green",        2, 2, "rg",       "?g"      },
    {"flapping changes nothing",                       2, 2, "grgrgrgr", "gggggggg"},
    {"nor does flapping back",                         2, 2, "rrgrgrgr", "?rrrrrrr"},
    {"one is enough if configured",                    1, 1, "grgygr",   "grgygr"  },
    {"three",                                          3, 2, "grrgrrr",  "ggggggr" },
    {"alternating yellow and red are at least yellow", 2, 2, "gyryryry", "ggyyyyyy"},
    {"red and yellow too",                             2, 2, "gryry",    "ggyyy"   },
    {"two consecutive red ones are red",               2, 2, "gyryrr",   "ggyyyr"  },
    {"red to yellow needs better ones",                2, 2, "rryyg",    "?rryy"   },
    {"red to green",                                   2, 2, "rryggg",   "?rrygg"  },
    {"yellow and red probes give at most yellow",      2, 3, "rrygyg",   "?rrryy"  },
};

TEST_ROWS_WHY(level_changes_after_consecutive_probes, damping)
{
    check.bad_to_fail = row->bad;
    check.good_to_pass = row->good;
    limit(MEASURE_latency_ms, 10, 20);
    for (int i = 0; row->probes[i] != '\0'; i++) {
        step_sign(row->probes[i], BEGIN_S + i * EVERY_S);
        ck_assert_msg(sign_of(state.level) == row->levels[i], "%c after %d", sign_of(state.level),
                      i + 1);
    }
}

TEST(level_begins_with_its_first_probe)
{
    limit(MEASURE_latency_ms, 10, 20);
    for (int i = 0; "gyrrrgg"[i] != '\0'; i++) {
        static const int since[] = {0, 0, 1, 2, 2, 2, 5};
        step_sign("gyrrrgg"[i], BEGIN_S + i * EVERY_S);
        ck_assert_int_eq(state.since_us, (int64_t)(BEGIN_S + since[i] * EVERY_S) * S);
    }
}

static const struct {
    enum measure measure;
    double yellow, red;
    double value;
    char level;
} thresholds[] = {
    {MEASURE_connections,       40,           45,           39,           'g'},
    {MEASURE_connections,       40,           45,           40,           'y'},
    {MEASURE_connections,       40,           45,           45,           'y'},
    {MEASURE_connections,       40,           45,           46,           'r'},
    {MEASURE_cache_hit_percent, 95,           90,           95.01,        'g'},
    {MEASURE_cache_hit_percent, 95,           90,           95,           'y'},
    {MEASURE_cache_hit_percent, 95,           90,           90,           'y'},
    {MEASURE_cache_hit_percent, 95,           90,           89.99,        'r'},
    {MEASURE_disk_free_percent, 20,           10,           20.1,         'g'},
    {MEASURE_disk_free_percent, 20,           10,           20,           'y'},
    {MEASURE_disk_free_percent, 20,           10,           10,           'y'},
    {MEASURE_disk_free_percent, 20,           10,           9.9,          'r'},
    {MEASURE_certificate_days,  30,           7,            -3,           'r'},
    {MEASURE_broken_rules,      NO_THRESHOLD, 0,            0,            'g'},
    {MEASURE_broken_rules,      NO_THRESHOLD, 0,            1,            'r'},
    {MEASURE_log_errors,        1,            NO_THRESHOLD, 1,            'y'},
    {MEASURE_log_errors,        1,            NO_THRESHOLD, 1e9,          'y'},
    {MEASURE_latency_ms,        500,          2000,         NO_THRESHOLD, 'g'},
};

TEST_ROWS(threshold_value_itself_is_yellow, thresholds)
{
    check.bad_to_fail = 1;
    limit(row->measure, row->yellow, row->red);
    step_value(row->measure, row->value, BEGIN_S);
    ck_assert_msg(sign_of(state.level) == row->level, "%s %g: %c", measure_kinds[row->measure].word,
                  row->value, sign_of(state.level));
}

static const struct {
    const char *why;
    enum measure measure;
    double yellow, red;
    double values[6]; /* to the first 0 */
    const char *levels;
} hysteresis[] = {
    {"2 % of 40",                   MEASURE_connections,       40,           45, {40, 39.5, 39.2, 39.5, 40},      "yyggy"},
    {"2 % of 45",                   MEASURE_connections,       40,           45, {46, 45, 44.2, 44.1, 45},        "rrryy"},
    {"upwards if less is worse",
     MEASURE_disk_free_percent,                                20,
     10,                                                                         {9, 10, 10.1, 10.2, 20.3, 20.4},
     "rrryyg"                                                                                                            },
    {"a percentage can be reached", MEASURE_cache_hit_percent, 99,           98, {99, 99.4, 99.5},                "yyg"  },
    {"two per cent of 95",          MEASURE_cache_hit_percent, 95,           90, {94, 96.8, 96.9},                "yyg"  },
    {"zero has no margin",          MEASURE_containers_down,   NO_THRESHOLD, 0,  {1, 2, 1e-9},                    "rrr"  },
};

TEST_ROWS_WHY(hysteresis_is_a_part_of_the_threshold, hysteresis)
{
    check.bad_to_fail = check.good_to_pass = 1;
    limit(row->measure, row->yellow, row->red);
    for (int i = 0; row->levels[i] != '\0'; i++) {
        step_value(row->measure, row->values[i], BEGIN_S + i * EVERY_S);
        ck_assert_msg(sign_of(state.level) == row->levels[i], "%c at %g", sign_of(state.level),
                      row->values[i]);
    }
}

/* The errors of a service that has no more requests. */
TEST(missing_reading_is_good_if_the_probe_is)
{
    limit(MEASURE_error_percent, 1, 5);
    step_value(MEASURE_error_percent, 80, BEGIN_S);
    step_value(MEASURE_error_percent, 80, BEGIN_S + 10);
    ck_assert_int_eq(state.level, LEVEL_RED);
    step_trouble(TROUBLE_NONE, BEGIN_S + 20);
    step_value(MEASURE_error_percent, 80, BEGIN_S + 30);
    step_trouble(TROUBLE_NONE, BEGIN_S + 40);
    ck_assert_msg(state.level == LEVEL_RED, "it was unavailable for a moment");
    step_trouble(TROUBLE_NONE, BEGIN_S + 50);
    ck_assert_int_eq(state.level, LEVEL_GREEN);
}

TEST(probe_with_trouble_keeps_measures)
{
    check.severity = SEVERITY_WARNING;
    limit(MEASURE_cache_hit_percent, 95, 90);
    step_value(MEASURE_cache_hit_percent, 80, BEGIN_S);
    step_value(MEASURE_cache_hit_percent, 80, BEGIN_S + 10);
    for (int i = 2; i < 10; i++)
        step_trouble(TROUBLE_TIMEOUT, BEGIN_S + 10 * i);
    ck_assert_int_eq(state.level, LEVEL_RED);
}

TEST(worse_of_two_readings_counts)
{
    check.bad_to_fail = 1;
    limit(MEASURE_certificate_days, 30, 7);
    step((struct probe_result){
        .readings = {{MEASURE_certificate_days, 90},
                     {MEASURE_certificate_days, 3},
                     {MEASURE_certificate_days, 60}},
        .reading_count = 3,
        .began_us = BEGIN_S * (int64_t)S
    });
    ck_assert_int_eq(state.level, LEVEL_RED);
}

TEST(awaited_report_sets_no_level)
{
    for (int i = 0; i < 3; i++)
        step_trouble(TROUBLE_AWAITED, BEGIN_S + i * EVERY_S);
    ck_assert_int_eq(state.level, LEVEL_UNKNOWN);
    ck_assert_int_eq(state.probes, 0);
    ck_assert_int_eq(state.probed_us, (int64_t)(BEGIN_S + 2 * EVERY_S) * S); /* of its sample */
}

TEST(report_that_expires_makes_the_check_unknown)
{
    check.bad_to_fail = check.good_to_pass = 1;
    step_trouble(TROUBLE_DOWN, BEGIN_S);
    ck_assert_int_eq(state.level, LEVEL_RED);
    step_trouble(TROUBLE_AWAITED, BEGIN_S + EVERY_S);
    ck_assert_int_eq(state.level, LEVEL_UNKNOWN);
    step_trouble(TROUBLE_NONE, BEGIN_S + 2 * EVERY_S);
    ck_assert_int_eq(state.level, LEVEL_GREEN);
}

TEST(trouble_of_warning_is_yellow_but_limits_stay_red)
{
    check.severity = SEVERITY_WARNING;
    check.bad_to_fail = check.good_to_pass = 1;
    limit(MEASURE_cpu_percent, 80, 90);
    step_trouble(TROUBLE_REFUSED, BEGIN_S);
    ck_assert_int_eq(state.level, LEVEL_YELLOW);
    step_value(MEASURE_cpu_percent, 95, BEGIN_S + 10);
    ck_assert_int_eq(state.level, LEVEL_RED);
}

TEST(unread_figure_is_no_trouble)
{
    check.kind = CHECK_BUSINESS;
    check.bad_to_fail = check.good_to_pass = 1;
    limit(MEASURE_sos_unanswered, NO_THRESHOLD, 0);
    step_value(MEASURE_sos_unanswered, 0, BEGIN_S);
    step_trouble(TROUBLE_REFUSED, BEGIN_S + 10);
    ck_assert_int_eq(state.level, LEVEL_GREEN);
    ck_assert_int_eq(state.probed_us, BEGIN_S * (int64_t)S);
    step_value(MEASURE_sos_unanswered, 1, BEGIN_S + 20);
    ck_assert_int_eq(state.level, LEVEL_RED);
    ck_assert_int_eq(state.why.trouble, TROUBLE_NONE);
    step_trouble(TROUBLE_REFUSED, BEGIN_S + 30);
    ck_assert_int_eq(state.level, LEVEL_RED);
    step_value(MEASURE_sos_unanswered, 0, BEGIN_S + 40);
    ck_assert_int_eq(state.level, LEVEL_GREEN);
}

/* The service has restarted and not counted yet; then health has restarted, too. */
TEST(answer_without_the_figure_keeps_the_level)
{
    const struct probe_result why = {.readings = {{MEASURE_broken_rules, 1}}, .reading_count = 1};

    check.kind = CHECK_BUSINESS;
    limit(MEASURE_broken_rules, NO_THRESHOLD, 0);
    step_trouble(TROUBLE_NONE, BEGIN_S);
    ck_assert_int_eq(state.level, LEVEL_GREEN);
    step_value(MEASURE_broken_rules, 1, BEGIN_S + 10);
    step_trouble(TROUBLE_NONE, BEGIN_S + 20);
    ck_assert_int_eq(state.level, LEVEL_GREEN);
    step_value(MEASURE_broken_rules, 1, BEGIN_S + 30);
    for (int i = 4; i < 10; i++)
        step_trouble(TROUBLE_NONE, BEGIN_S + 10 * i);
    ck_assert_int_eq(state.level, LEVEL_RED);
    ck_assert_int_eq(state.probed_us, (BEGIN_S + 90) * (int64_t)S); /* not unknown */
    state = (struct verdict_state){0};
    verdict_restore_state(&check, &state, LEVEL_RED, BEGIN_S * (int64_t)S, &why);
    for (int i = 10; i < 14; i++)
        step_trouble(TROUBLE_NONE, BEGIN_S + 10 * i);
    ck_assert_int_eq(state.level, LEVEL_RED);
    step_value(MEASURE_broken_rules, 0, BEGIN_S + 140);
    step_value(MEASURE_broken_rules, 0, BEGIN_S + 150);
    ck_assert_int_eq(state.level, LEVEL_GREEN);
}

TEST(worst_probe_gives_the_reason)
{
    limit(MEASURE_latency_ms, 10, 20);
    step_sign('g', 1000);
    step_sign('y', 1010);
    step_sign('y', 1020);
    ck_assert_int_eq(state.why.began_us, 1010 * (int64_t)S);
    step_sign('r', 1030);
    step_sign('r', 1040);
    step_sign('g', 1050);
    step_sign('y', 1060);
    ck_assert_int_eq(state.why.began_us, 1030 * (int64_t)S);
    step_sign('g', 1070);
    step_sign('g', 1080);
    ck_assert_int_eq(state.level, LEVEL_GREEN);
    step_sign('y', 1090);
    ck_assert_int_eq(state.why.began_us, 1090 * (int64_t)S);
    ck_assert_int_eq(state.last.began_us, 1090 * (int64_t)S);
}

static void step_down(const char *name, int64_t at_s)
{
    struct probe_result result = {.trouble = TROUBLE_DOWN, .began_us = at_s * S};

    strcpy(result.detail, name);
    step(result);
}

TEST(present_reason_is_of_the_last_bad_probe)
{
    step_down("n8n", 1000);
    step_down("n8n", 1010);
    step_down("directus", 1020);
    ck_assert_int_eq(state.level, LEVEL_RED);
    ck_assert_str_eq(state.why.detail, "n8n");
    ck_assert_str_eq(state.present.detail, "directus");
    step_trouble(TROUBLE_NONE, 1030);
    ck_assert_int_eq(state.level, LEVEL_RED);
    ck_assert_str_eq(state.present.detail, "directus");
}

TEST(present_reason_follows_the_level)
{
    limit(MEASURE_latency_ms, 10, 20);
    for (int i = 0; "rryyr"[i] != '\0'; i++) {
        static const int present[] = {0, 1, 1, 3, 4};
        step_sign("rryyr"[i], BEGIN_S + i * EVERY_S);
        ck_assert_int_eq(state.present.began_us, (int64_t)(BEGIN_S + present[i] * EVERY_S) * S);
    }
}

TEST(present_reason_exceeds_the_threshold)
{
    check.bad_to_fail = 1;
    limit(MEASURE_disk_free_percent, 20, 10);
    step_value(MEASURE_disk_free_percent, 9, 1000);
    step_value(MEASURE_disk_free_percent, 8, 1010);
    step_value(MEASURE_disk_free_percent, 10.1, 1020);
    ck_assert_int_eq(state.level, LEVEL_RED);
    ck_assert_double_eq(state.present.readings[0].value, 8);
}

/* --- clocks --- */

TEST(late_result_is_ignored)
{
    step_trouble(TROUBLE_NONE, 1000);
    step_trouble(TROUBLE_TIMEOUT, 1010);
    step_trouble(TROUBLE_TIMEOUT, 1008);
    ck_assert_int_eq(state.level, LEVEL_GREEN);
    ck_assert_int_eq(state.probed_us, 1010 * (int64_t)S);
    step_trouble(TROUBLE_TIMEOUT, 1020);
    ck_assert_int_eq(state.level, LEVEL_RED);
}

TEST_LOOP(changed_clock_delays_nothing, 0, 13)
{
    static const int steps[] = {-86400, -3600, -60, -14, -13, -12, -10, -9, -3, -1, 5, 3600, 86400};
    int64_t at_s = 1000000;
    int bad = 0;

    step_trouble(TROUBLE_NONE, at_s);
    at_s += 10 + steps[_i];
    for (; state.level != LEVEL_RED; bad++, at_s += 10)
        step_trouble(TROUBLE_REFUSED, at_s);
    ck_assert_msg(bad <= 3, "%d: %d", steps[_i], bad);
    ck_assert(bad == 2 || (steps[_i] <= -11 && steps[_i] >= -13));
}

/* --- deploys --- */

static const struct {
    enum measure measure;
    bool deferred;
} deploys[] = {
    {MEASURE_connections,        true },
    {MEASURE_container_restarts, true },
    {MEASURE_servers_down,       true },
    {MEASURE_containers_down,    false},
    {MEASURE_error_percent,      false},
};

TEST_ROWS(deploy_does_not_worsen_connections_and_restarts, deploys)
{
    check.bad_to_fail = check.good_to_pass = 1;
    limit(row->measure, 1, 5);
    context.deploying = true;
    step_value(row->measure, 9, 1000);
    ck_assert_int_eq(state.level, row->deferred ? LEVEL_GREEN : LEVEL_RED);
    context.deploying = false;
    step_value(row->measure, 9, 1010);
    ck_assert_int_eq(state.level, LEVEL_RED);
    context.deploying = true;
    step_value(row->measure, 8, 1020);
    ck_assert_int_eq(state.level, LEVEL_RED);
    step_value(row->measure, 3, 1030);
    ck_assert_int_eq(state.level, LEVEL_YELLOW);
    step_value(row->measure, 0, 1040);
    ck_assert_int_eq(state.level, LEVEL_GREEN);
}

TEST(not_ready_service_during_deploy_is_ignored)
{
    check.kind = CHECK_SERVICE;
    step_trouble(TROUBLE_NONE, 1000);
    step_trouble(TROUBLE_NOT_READY, 1010);
    context.deploying = true;
    for (int i = 0; i < 5; i++)
        step_trouble(TROUBLE_NOT_READY, 1020 + i * 10);
    ck_assert_int_eq(state.level, LEVEL_GREEN);
    ck_assert_int_eq(state.probed_us, 1060 * (int64_t)S);
    context.deploying = false;
    step_trouble(TROUBLE_NOT_READY, 1070);
    ck_assert_int_eq(state.level, LEVEL_RED);
    context.deploying = true;
    step_trouble(TROUBLE_REFUSED, 1080);
    step_trouble(TROUBLE_NOT_READY, 1090);
    ck_assert_int_eq(state.level, LEVEL_RED);
}

/* --- incidents --- */

static const struct {
    enum level open;
    enum verdict now;
    enum verdict_change change, if_risen;
} changes[] = {
    {LEVEL_UNKNOWN, VERDICT_UNKNOWN,  CHANGE_NONE,   CHANGE_NONE  },
    {LEVEL_UNKNOWN, VERDICT_GREEN,    CHANGE_NONE,   CHANGE_NONE  },
    {LEVEL_UNKNOWN, VERDICT_YELLOW,   CHANGE_BEGIN,  CHANGE_BEGIN },
    {LEVEL_UNKNOWN, VERDICT_RED,      CHANGE_BEGIN,  CHANGE_BEGIN },
    {LEVEL_UNKNOWN, VERDICT_AFFECTED, CHANGE_NONE,   CHANGE_NONE  },
    {LEVEL_UNKNOWN, VERDICT_SILENCED, CHANGE_NONE,   CHANGE_NONE  },
    {LEVEL_YELLOW,  VERDICT_UNKNOWN,  CHANGE_NONE,   CHANGE_NONE  },
    {LEVEL_YELLOW,  VERDICT_GREEN,    CHANGE_END,    CHANGE_END   },
    {LEVEL_YELLOW,  VERDICT_YELLOW,   CHANGE_NONE,   CHANGE_WORSEN},
    {LEVEL_YELLOW,  VERDICT_RED,      CHANGE_WORSEN, CHANGE_WORSEN},
    {LEVEL_YELLOW,  VERDICT_AFFECTED, CHANGE_NONE,   CHANGE_NONE  },
    {LEVEL_YELLOW,  VERDICT_SILENCED, CHANGE_NONE,   CHANGE_NONE  },
    {LEVEL_RED,     VERDICT_GREEN,    CHANGE_END,    CHANGE_END   },
    {LEVEL_RED,     VERDICT_YELLOW,   CHANGE_NONE,   CHANGE_WORSEN},
    {LEVEL_RED,     VERDICT_RED,      CHANGE_NONE,   CHANGE_WORSEN},
    {LEVEL_RED,     VERDICT_AFFECTED, CHANGE_NONE,   CHANGE_NONE  },
};

TEST_ROWS(incident_begins_worsens_and_ends_once, changes)
{
    const struct check_verdict now = {.verdict = row->now};

    ck_assert_int_eq(verdict_incident_change(&check, row->open, false, &now), row->change);
    ck_assert_int_eq(verdict_incident_change(&check, row->open, true, &now), row->if_risen);
    check.counted = false;
    ck_assert_int_eq(verdict_incident_change(&check, row->open, true, &now),
                     row->open == LEVEL_UNKNOWN ? CHANGE_NONE : CHANGE_END);
}

TEST(open_incident_continues_after_restart_with_its_reason)
{
    const struct check one = {.bad_to_fail = 2, .good_to_pass = 2, .severity = SEVERITY_CRITICAL};
    const struct verdict_context now = {.now_us = 100};
    const struct probe_result why = {.trouble = TROUBLE_REFUSED, .detail = "here"},
                              bad = {.trouble = TROUBLE_REFUSED, .began_us = 60},
                              good = {.began_us = 70}, better = {.began_us = 80};
    struct verdict_state lasts = {0};

    verdict_restore_state(&one, &lasts, LEVEL_RED, 50, &why);
    verdict_apply_result(&one, &lasts, &bad, &now);
    ck_assert_int_eq(lasts.level, LEVEL_RED);
    ck_assert_int_eq(lasts.since_us, 50);
    ck_assert_str_eq(lasts.why.detail, "here");
    verdict_apply_result(&one, &lasts, &good, &now);
    ck_assert_int_eq(lasts.level, LEVEL_RED);
    verdict_apply_result(&one, &lasts, &better, &now);
    ck_assert_int_eq(lasts.level, LEVEL_GREEN);
}

TEST(hysteresis_continues_after_restart)
{
    const struct probe_result why = {.readings = {{MEASURE_disk_free_percent, 19}},
                                     .reading_count = 1};

    limit(MEASURE_disk_free_percent, 20, 10);
    verdict_restore_state(&check, &state, LEVEL_YELLOW, BEGIN_S * (int64_t)S, &why);
    for (int i = 1; i < 5; i++)
        step_value(MEASURE_disk_free_percent, 20.1, BEGIN_S + i * EVERY_S);
    ck_assert_int_eq(state.level, LEVEL_YELLOW);
    for (int i = 5; i < 7; i++)
        step_value(MEASURE_disk_free_percent, 20.5, BEGIN_S + i * EVERY_S);
    ck_assert_int_eq(state.level, LEVEL_GREEN);
}
