// SPDX-License-Identifier: MIT
/* Updates the state of one check: computes the level of each probe, and decides when the check
 * changes to this level. */
#include "status/verdict.h"

#include <math.h>

#include "config/threshold.h"

enum { RUN_MAX = 1000 }; /* maximum of verdict_run.count; more than any check requires */

const char *const verdict_names[VERDICTS + 1] = {"unknown",  "green",    "yellow", "red",
                                                 "affected", "silenced", NULL};

/* --- the level of one probe --- */

/* True for measures that may exceed their thresholds while a deploy runs. */
static bool is_affected_by_deploy(enum measure measure)
{
    return measure == MEASURE_connections || measure == MEASURE_container_restarts ||
           measure == MEASURE_servers_down;
}

/* The worst reading of a measure; NAN: there is no reading of it. */
static double worst_reading_of(const struct probe_result *result, enum measure measure)
{
    const bool lower_is_worse = measure_kinds[measure].lower_is_worse;
    double worst = (double)NAN;

    for (size_t i = 0; i < result->reading_count; i++) {
        const double value = result->readings[i].value;
        if (result->readings[i].measure == measure) /* fmin() and fmax() ignore NAN */
            worst = lower_is_worse ? fmin(worst, value) : fmax(worst, value);
    }
    return worst;
}

/* True if the probe has a reading of one of the check's measures. */
static bool has_reading(const struct check *check, const struct probe_result *result)
{
    for (size_t i = 0; i < check->limit_count; i++)
        if (!isnan(worst_reading_of(result, check->limits[i].measure)))
            return true;
    return false;
}

static void update_exceeded_thresholds(const struct limit *limit, bool exceeded[2],
                                       const struct probe_result *result, bool deploying)
{
    const double value = worst_reading_of(result, limit->measure);
    const bool may_worsen = !deploying || !is_affected_by_deploy(limit->measure);

    if (isnan(value) && result->trouble != TROUBLE_NONE)
        return;
    const bool yellow = threshold_is_exceeded(limit, false, value, exceeded[0]);
    const bool red = threshold_is_exceeded(limit, true, value, exceeded[1]);
    exceeded[0] = yellow && (may_worsen || exceeded[0]);
    exceeded[1] = red && (may_worsen || exceeded[1]);
}

static void update_rises(const struct check *check, struct verdict_state *state,
                         const struct probe_result *result)
{
    for (size_t i = 0; i < check->limit_count; i++) {
        const enum measure measure = check->limits[i].measure;
        const double value = worst_reading_of(result, measure);

        if (!measure_kinds[measure].each_rise || isnan(value))
            continue;
        state->rises += value > state->count;
        state->count = value;
    }
}

static enum level level_of_result(const struct check *check, const struct verdict_state *state,
                                  const struct probe_result *result)
{
    enum level level = LEVEL_GREEN;

    if (result->trouble != TROUBLE_NONE)
        level = check->severity == SEVERITY_WARNING ? LEVEL_YELLOW : LEVEL_RED;
    for (size_t i = 0; i < check->limit_count; i++) {
        if (state->exceeded[i][1])
            return LEVEL_RED;
        if (state->exceeded[i][0] && level < LEVEL_YELLOW)
            level = LEVEL_YELLOW;
    }
    return level;
}

/* --- damping --- */

static bool is_out_of_order_result(const struct check *check, const struct verdict_state *state,
                                   const struct probe_result *result)
{
    return result->began_us < state->probed_us &&
           result->began_us >= state->probed_us - check->timeout_ms * 1000;
}

static void extend_or_reset_run(struct verdict_run *run, bool continues, int64_t began_us)
{
    if (!continues)
        run->count = 0;
    else if (run->count == 0)
        *run = (struct verdict_run){1, began_us};
    else if (run->count < RUN_MAX)
        run->count++;
}

static void set_level(struct verdict_state *state, enum level level, const struct verdict_run *run)
{
    state->level = level;
    state->since_us = run->began_us;
}

/* Sets the level if enough consecutive probes agree. If the level is unknown, one good probe is
 * enough. */
static void update_level(const struct check *check, struct verdict_state *state)
{
    const int pass = state->level == LEVEL_UNKNOWN ? 1 : check->good_to_pass;

    for (enum level level = LEVEL_RED; level >= LEVEL_YELLOW && level > state->level; level--)
        if (state->at_least[level].count >= check->bad_to_fail) {
            set_level(state, level, &state->at_least[level]);
            return;
        }
    for (enum level level = LEVEL_GREEN; level <= LEVEL_YELLOW; level++)
        if (level < state->level && state->at_most[level].count >= pass) {
            set_level(state, level, &state->at_most[level]);
            return;
        }
    if (state->level == LEVEL_UNKNOWN && state->at_most[LEVEL_GREEN].count >= pass)
        set_level(state, LEVEL_GREEN, &state->at_most[LEVEL_GREEN]);
}

static void update_reason(struct verdict_state *state, enum level probe_level,
                          const struct probe_result *result)
{
    const bool is_new = state->level < LEVEL_YELLOW && state->at_least[LEVEL_YELLOW].count == 1;

    if (is_new)
        state->why_level = LEVEL_UNKNOWN;
    if (probe_level >= LEVEL_YELLOW && probe_level > state->why_level) {
        state->why = *result;
        state->why_level = probe_level;
    }
}

/* False if the probe is bad only by hysteresis: its readings do not exceed the thresholds. */
static bool has_reason(const struct check *check, enum level probe_level,
                       const struct probe_result *result)
{
    struct exceeded exceeded;

    return result->trouble != TROUBLE_NONE || (threshold_find_exceeded(check, result, &exceeded) &&
                                               (exceeded.red || probe_level < LEVEL_RED));
}

static void update_present_reason(const struct check *check, struct verdict_state *state,
                                  enum level probe_level, const struct probe_result *result)
{
    if (probe_level >= LEVEL_YELLOW && probe_level >= state->level &&
        has_reason(check, probe_level, result))
        state->present = *result;
}

void verdict_apply_result(const struct check *check, struct verdict_state *state,
                          const struct probe_result *result, const struct verdict_context *context)
{
    if (is_out_of_order_result(check, state, result))
        return;
    state->last = *result;
    if (check->kind == CHECK_BUSINESS && result->trouble != TROUBLE_NONE)
        return;
    state->probed_us = result->began_us;
    if (result->trouble == TROUBLE_AWAITED) {
        state->level = LEVEL_UNKNOWN;
        return;
    }
    if (check->kind == CHECK_BUSINESS && state->level != LEVEL_UNKNOWN &&
        !has_reading(check, result))
        return;
    if (context->deploying && check->kind == CHECK_SERVICE && result->trouble == TROUBLE_NOT_READY)
        return;
    for (size_t i = 0; i < check->limit_count; i++)
        update_exceeded_thresholds(&check->limits[i], state->exceeded[i], result,
                                   context->deploying);
    update_rises(check, state, result);
    const enum level found = level_of_result(check, state, result);
    state->probes++;
    for (enum level level = LEVEL_GREEN; level < LEVELS; level++) {
        extend_or_reset_run(&state->at_least[level], found >= level, result->began_us);
        extend_or_reset_run(&state->at_most[level], found <= level, result->began_us);
    }
    update_reason(state, found, result);
    update_level(check, state);
    update_present_reason(check, state, found, result);
}

void verdict_restore_state(const struct check *check, struct verdict_state *state, enum level level,
                           int64_t since_us, const struct probe_result *why)
{
    for (size_t i = 0; i < check->limit_count; i++)
        update_exceeded_thresholds(&check->limits[i], state->exceeded[i], why, false);
    update_rises(check, state, why);
    state->rises = 0;
    state->level = state->why_level = level;
    state->since_us = since_us;
    state->why = state->present = *why;
}

enum verdict_change verdict_incident_change(const struct check *check, enum level open_level,
                                            bool risen, const struct check_verdict *now)
{
    const bool lasts = open_level >= LEVEL_YELLOW;

    if (!check->counted || now->verdict == VERDICT_GREEN)
        return lasts ? CHANGE_END : CHANGE_NONE;
    if (now->verdict != VERDICT_YELLOW && now->verdict != VERDICT_RED)
        return CHANGE_NONE;
    if (!lasts)
        return CHANGE_BEGIN;
    return risen || (now->verdict == VERDICT_RED && open_level < LEVEL_RED) ? CHANGE_WORSEN
                                                                            : CHANGE_NONE;
}
