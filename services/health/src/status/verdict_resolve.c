// SPDX-License-Identifier: MIT
/* Computes the verdicts of all checks together, and the causes of bad checks. */
#include "status/verdict.h"

struct resolve {
    const struct plan *plan;
    const struct verdict_state *states;
    const struct silence_match *silences;
    size_t silence_count;
    const struct verdict_context *context;
    struct check_verdict *out;
};

/* Intervals after which a check without a probe is unknown, and no other check waits for it. */
enum { WAIT_INTERVALS = 3 };

static bool is_bad_level(enum level level)
{
    return level >= LEVEL_YELLOW;
}

/* True if the check can be the cause of others and affects the overall status. */
static bool is_counted_and_run(const struct plan *plan, const struct check *check)
{
    return check->counted && (plan_is_local(plan, check) || plan_is_on_peer(plan, check));
}

/* True if the peer runs the check and has reported its level. */
static bool is_reported_by_peer(const struct resolve *all, size_t check_index)
{
    return !plan_is_local(all->plan, &all->plan->checks[check_index]) &&
           all->states[check_index].level != LEVEL_UNKNOWN;
}

/* --- causes --- */

/* Finds the worst dependency of the check. False: none is at least as bad as `level_min`. */
static bool find_worst_dependency(const struct resolve *all, size_t check_index,
                                  enum level level_min, size_t *worst_dependency)
{
    size_t needs[CHECKS_MAX];
    const size_t count = plan_list_all_dependencies(all->plan, check_index, needs);
    enum level worst = LEVEL_UNKNOWN;

    for (size_t k = 0; k < count; k++) {
        const enum level found = all->states[needs[k]].level;
        if (found < level_min || found <= worst ||
            !is_counted_and_run(all->plan, &all->plan->checks[needs[k]]))
            continue;
        worst = found;
        *worst_dependency = needs[k];
    }
    return worst != LEVEL_UNKNOWN;
}

/* Finds the cause of a bad check: follows the worst dependency of each check to the last one. */
static bool find_cause(const struct resolve *all, size_t check_index, enum level level_min,
                       size_t *cause)
{
    size_t at = check_index;

    while (find_worst_dependency(all, at, level_min, &at))
        level_min = all->states[at].level;
    if (at == check_index)
        return false;
    *cause = all->out[at].hold == HOLD_EXPLAINED ? all->out[at].explained_by : at;
    return true;
}

/* Once its cause has recovered, a check may take this number of probes to recover too. */
static int64_t count_grace_probes(const struct check *check)
{
    const int64_t least = (VERDICT_GRACE_MS + check->interval_ms - 1) / check->interval_ms;

    return check->good_to_pass > least ? check->good_to_pass : least;
}

static bool is_in_recovery_grace(const struct resolve *all, size_t check_index, enum level level)
{
    const struct check_verdict *out = &all->out[check_index];
    const struct verdict_state *state = &all->states[check_index];

    if (out->hold != HOLD_EXPLAINED || level > out->handled_level)
        return false;
    return state->probes - out->hold_probes <=
               count_grace_probes(&all->plan->checks[check_index]) ||
           state->at_most[LEVEL_GREEN].count > 0;
}

/* Updates which cause explains the check. A check is explained from its first bad probe on, because
 * the cause may recover before the check has enough bad probes to fail. */
static void update_cause(const struct resolve *all, size_t check_index)
{
    struct check_verdict *out = &all->out[check_index];
    const struct verdict_state *state = &all->states[check_index];
    enum level level = state->level;

    if (!is_bad_level(level) && state->at_least[LEVEL_YELLOW].count > 0)
        level = state->at_least[LEVEL_RED].count > 0 ? LEVEL_RED : LEVEL_YELLOW;
    if (!is_bad_level(level)) {
        out->hold = HOLD_NONE;
        out->handled_level = level;
    } else if (find_cause(all, check_index, level, &out->explained_by)) {
        out->hold = HOLD_EXPLAINED;
        out->hold_probes = state->probes;
        out->handled_level = level;
    } else if (out->hold == HOLD_EXPLAINED && !is_in_recovery_grace(all, check_index, level)) {
        out->hold = HOLD_NONE;
        out->handled_level = LEVEL_GREEN;
    }
}

/* --- waiting --- */

/* True if the check has waited for `need` long enough. The time is also measured by the check's
 * probes, in case the clock was set back. */
static bool has_waited_long_enough(const struct resolve *all, size_t check_index,
                                   const struct check *need)
{
    const struct check_verdict *out = &all->out[check_index];
    const struct verdict_state *state = &all->states[check_index];
    const int intervals =
        need->bad_to_fail + 1 > WAIT_INTERVALS ? need->bad_to_fail + 1 : WAIT_INTERVALS;
    const int64_t limit_us = (intervals * need->interval_ms + need->timeout_ms) * 1000;
    const int64_t probes = out->hold == HOLD_WAITING ? state->probes - out->hold_probes : 0;

    return all->context->now_us - state->since_us > limit_us ||
           probes * all->plan->checks[check_index].interval_ms * 1000 > limit_us;
}

static bool waits_for_probe_of(const struct resolve *all, size_t check_index, size_t dependency)
{
    const struct verdict_state *own = &all->states[check_index];
    const struct verdict_state *other = &all->states[dependency];

    if (other->level == LEVEL_UNKNOWN && !plan_is_local(all->plan, &all->plan->checks[dependency]))
        return false;
    if (!is_counted_and_run(all->plan, &all->plan->checks[dependency]) ||
        has_waited_long_enough(all, check_index, &all->plan->checks[dependency]))
        return false;
    return other->probed_us <= own->since_us ||
           (other->level < own->level && other->at_least[own->level].count > 0);
}

static bool is_waiting_for_dependency(const struct resolve *all, size_t check_index)
{
    size_t needs[CHECKS_MAX];
    const size_t count = plan_list_all_dependencies(all->plan, check_index, needs);

    for (size_t k = 0; k < count; k++)
        if (waits_for_probe_of(all, check_index, needs[k]))
            return true;
    return false;
}

bool verdict_awaits_probe_of(const struct plan *plan, const struct verdict_state *states,
                             size_t dependency)
{
    if (is_bad_level(states[dependency].level) ||
        !is_counted_and_run(plan, &plan->checks[dependency]))
        return false;
    for (size_t i = 0; i < plan->count; i++) {
        const struct verdict_run *bad = &states[i].at_least[LEVEL_YELLOW];
        size_t needs[CHECKS_MAX];
        if (bad->count == 0 || states[dependency].probed_us > bad->began_us)
            continue;
        const size_t count = plan_list_all_dependencies(plan, i, needs);
        for (size_t k = 0; k < count; k++)
            if (needs[k] == dependency)
                return true;
    }
    return false;
}

/* --- verdicts --- */

static bool silence_matches(const struct silence_match *silence, const char *name, bool always,
                            int64_t now_us)
{
    struct slice match = slice_of(silence->match);

    if (silence->until_us <= now_us || match.len == 0)
        return false;
    const bool open_ended = match.at[match.len - 1] == '*';
    match.len -= open_ended;
    return open_ended ? !always && slice_starts(slice_of(name), match) : slice_is(match, name);
}

bool verdict_is_silenced(const struct silence_match *silences, size_t count, const char *name,
                         bool always, int64_t now_us)
{
    for (size_t i = 0; i < count; i++)
        if (silence_matches(&silences[i], name, always, now_us))
            return true;
    return false;
}

/* True if the check has no level, or was probed so long ago that its probe must hang. */
static bool is_check_unknown(const struct resolve *all, size_t check_index)
{
    const struct check *check = &all->plan->checks[check_index];
    const struct verdict_state *state = &all->states[check_index];
    const int64_t old_us = (WAIT_INTERVALS * check->interval_ms + check->timeout_ms) * 1000;

    return state->level == LEVEL_UNKNOWN || all->context->now_us - state->probed_us > old_us;
}

static void set_verdict(struct check_verdict *out, enum verdict verdict, size_t cause,
                        int64_t since_us)
{
    out->verdict = verdict;
    out->cause = cause;
    out->since_us = since_us;
}

static enum verdict verdict_of_bad_check(const struct resolve *all, size_t check_index)
{
    const struct check *check = &all->plan->checks[check_index];

    if (verdict_is_silenced(all->silences, all->silence_count, check->name, check->always,
                            all->context->now_us))
        return VERDICT_SILENCED;
    return all->states[check_index].level == LEVEL_RED ? VERDICT_RED : VERDICT_YELLOW;
}

static void resolve_check(const struct resolve *all, size_t check_index)
{
    const struct verdict_state *state = &all->states[check_index];
    struct check_verdict *out = &all->out[check_index];

    if (is_reported_by_peer(all, check_index))
        return;
    update_cause(all, check_index);
    if (is_check_unknown(all, check_index)) {
        set_verdict(out, VERDICT_UNKNOWN, check_index, state->probed_us);
    } else if (!is_bad_level(state->level)) {
        set_verdict(out, VERDICT_GREEN, check_index, state->since_us);
    } else if (out->hold == HOLD_EXPLAINED) {
        set_verdict(out, VERDICT_AFFECTED, out->explained_by, state->since_us);
    } else if (state->level > out->handled_level && is_waiting_for_dependency(all, check_index)) {
        if (out->hold != HOLD_WAITING)
            out->hold_probes = state->probes;
        out->hold = HOLD_WAITING;
    } else {
        out->hold = HOLD_NONE;
        out->handled_level = state->level;
        set_verdict(out, verdict_of_bad_check(all, check_index), check_index, state->since_us);
    }
}

void verdicts_resolve(const struct plan *plan, const struct verdict_state *states,
                      const struct silence_match *silences, size_t silence_count,
                      const struct verdict_context *context, struct check_verdict *out)
{
    const struct resolve all = {.plan = plan,
                                .states = states,
                                .silences = silences,
                                .silence_count = silence_count,
                                .context = context,
                                .out = out};

    for (size_t i = 0; i < plan->count; i++)
        resolve_check(&all, i);
}

/* The verdict by which a check counts for the overall status. */
static enum verdict verdict_for_overall(const struct check_verdict *verdicts, size_t check_index)
{
    const enum verdict verdict = verdicts[check_index].verdict;

    if (verdict == VERDICT_SILENCED)
        return VERDICT_GREEN;
    if (verdict != VERDICT_AFFECTED)
        return verdict;
    return verdicts[verdicts[check_index].cause].verdict == VERDICT_SILENCED ? VERDICT_GREEN
                                                                             : VERDICT_YELLOW;
}

enum verdict verdict_worse(enum verdict one, enum verdict other)
{
    static const int ranks[VERDICTS] = {
        [VERDICT_GREEN] = 0, [VERDICT_UNKNOWN] = 1, [VERDICT_YELLOW] = 2, [VERDICT_RED] = 3};

    return ranks[other] > ranks[one] ? other : one;
}

enum verdict verdicts_overall(const struct plan *plan, const struct check_verdict *verdicts)
{
    enum verdict overall = VERDICT_GREEN;

    for (size_t i = 0; i < plan->count; i++)
        if (is_counted_and_run(plan, &plan->checks[i]) &&
            !verdict_awaits_heartbeat(&plan->checks[i], &verdicts[i]))
            overall = verdict_worse(overall, verdict_for_overall(verdicts, i));
    return overall;
}
