// SPDX-License-Identifier: MIT
/* Which checks of our files have alerts while all checks, several checks or a deploy are silenced.
 */
#include <math.h>

#include "config/limits.h"
#include "status/verdict.h"
#include "support/test.h"
#include "unit/health/plan_files.h"

static struct plan plan;
static struct verdict_state states[CHECKS_MAX];
static struct check_verdict verdicts[CHECKS_MAX];

static void teardown(void)
{
    plan_finish(&plan);
}

TEST_CASE("plan_silences", .teardown = teardown);

/* The checks of people in danger: only a silence with their name suppresses their alerts. */
static const char *const always[] = {"sos"};

/* What exceeds its limit while containers are replaced. */
static const enum measure expected_in_deploy[] = {MEASURE_connections, MEASURE_container_restarts,
                                                  MEASURE_servers_down};

static bool is_always(const char *name)
{
    for (size_t i = 0; i < COUNT(always); i++)
        if (strcmp(always[i], name) == 0)
            return true;
    return false;
}

static bool is_expected_in_deploy(enum measure measure)
{
    for (size_t i = 0; i < COUNT(expected_in_deploy); i++)
        if (expected_in_deploy[i] == measure)
            return true;
    return false;
}

static double value_beyond(const struct limit *limit)
{
    const double last = isnan(limit->red) ? limit->yellow : limit->red;

    return measure_kinds[limit->measure].lower_is_worse ? last - 1 : last + 1;
}

/* The verdict of a check after as many probes beyond the limit as it needs to fail. */
static enum verdict verdict_beyond(size_t index, const struct limit *limit, const char *match,
                                   bool deploying)
{
    const struct check *check = &plan.checks[index];
    const struct silence_match silence = {match, INT64_MAX};
    struct verdict_context context = {.deploying = deploying};

    memset(states, 0, sizeof states);
    memset(verdicts, 0, sizeof verdicts);
    for (int probe = 0; probe <= check->bad_to_fail; probe++) {
        context.now_us = (1000 + probe) * check->interval_ms * 1000;
        const struct probe_result result = {.readings = {{limit->measure, value_beyond(limit)}},
                                            .reading_count = probe > 0,
                                            .began_us = context.now_us};
        verdict_apply_result(check, &states[index], &result, &context);
    }
    verdicts_resolve(&plan, states, &silence, match != NULL, &context, verdicts);
    return verdicts[index].verdict;
}

static void expect_alert(size_t index, const struct limit *limit, const char *match, bool deploying,
                         enum verdict other)
{
    const enum verdict found = verdict_beyond(index, limit, match, deploying);
    const enum verdict alert = isnan(limit->red) ? VERDICT_YELLOW : VERDICT_RED;

    ck_assert_msg(found == (other == VERDICT_UNKNOWN ? alert : other),
                  "%s, %s beyond its limit, silence %s%s: %s", plan.checks[index].name,
                  measure_kinds[limit->measure].word, match != NULL ? match : "none",
                  deploying ? ", deploy" : "", verdict_names[found]);
}

static void expect_alerts_of_limit(size_t index, const struct limit *limit)
{
    const char *name = plan.checks[index].name;
    const enum verdict blanket = is_always(name) ? VERDICT_UNKNOWN : VERDICT_SILENCED;
    char prefix[CHECK_NAME_MAX + 2];

    expect_alert(index, limit, NULL, false, VERDICT_UNKNOWN);
    expect_alert(index, limit, "*", false, blanket); /* maintenance too */
    for (size_t len = 1; len <= strlen(name); len++) {
        snprintf(prefix, sizeof prefix, "%.*s*", (int)len, name);
        expect_alert(index, limit, prefix, false, blanket);
    }
    expect_alert(index, limit, name, false, VERDICT_SILENCED);
    expect_alert(index, limit, NULL, true,
                 is_expected_in_deploy(limit->measure) ? VERDICT_GREEN : VERDICT_UNKNOWN);
}

TEST_ROWS(calls_for_help_are_silenced_only_by_name, plan_files)
{
    plan_file_load(row, &plan);
    for (size_t i = 0; i < plan.count; i++) {
        struct check *check = &plan.checks[i];
        check->need_count = 0; /* each check by itself */
        check->server = plan.server;
        ck_assert_msg(check->always == is_always(check->name), "%s", check->name);
        for (size_t k = 0; k < check->limit_count; k++) {
            expect_alerts_of_limit(i, &check->limits[k]);
            ck_assert_msg(!measure_kinds[check->limits[k].measure].each_rise || check->always,
                          "%s: each rise needs a person, so it must be `always`", check->name);
        }
    }
}
