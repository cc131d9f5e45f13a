// SPDX-License-Identifier: MIT
/* What follows from probes. Pure: values and the time in, values out.
 *
 * In two steps. verdict_step() takes one result and moves one check's own state, with damping (so
 * many bad or good probes in a row) and hysteresis (a measure that was beyond a border must come
 * back by a part of it). verdicts_resolve() then looks at all checks together: what depends on a
 * check that is bad is affected by it, and no cause of its own; a bad check waits until each check
 * that it needs has been looked at since it went bad, so that the cause is always told first. */
#pragma once

#include "checks/plan.h"
#include "checks/result.h"

enum level { LEVEL_UNKNOWN, LEVEL_GREEN, LEVEL_YELLOW, LEVEL_RED };

/* What is shown. Words: verdict_names. */
enum verdict {
    VERDICT_UNKNOWN, /* no probe has ended yet, or the last is older than three intervals */
    VERDICT_GREEN,
    VERDICT_YELLOW,
    VERDICT_RED,
    VERDICT_AFFECTED, /* bad, and so is what it needs */
    VERDICT_SILENCED, /* bad, and somebody has said not to tell */
    VERDICTS
};
extern const char *const verdict_names[VERDICTS + 1];

/* Of one check. Zeroed: unknown. */
struct verdict_state {
    enum level level;                 /* after damping */
    int64_t since_us;                 /* when `level` began: the first of the probes that made it */
    enum level candidate;             /* what the last probes say, where that is another level */
    int streak;                       /* how many of them */
    int64_t candidate_us;             /* when the first of them began */
    int64_t looked_us;                /* when the last probe began; 0: none */
    bool beyond[CHECK_LIMITS_MAX][2]; /* yellow, red: for hysteresis */
    struct probe_result last;         /* of the last probe */
    struct probe_result why;          /* of the worst probe since it went bad */
};

/* One bad thing that is told once. */
struct verdict_of {
    enum verdict verdict;
    size_t cause; /* AFFECTED: the check that is the cause; else its own index */
    int64_t since_us;
};

/* A silence, or maintenance (match "*"): what it matches is not told. */
struct silence_of {
    const char *match; /* a name, or a beginning and '*' */
    int64_t until_us;
};

struct verdict_times {
    int64_t now_us;
    bool deploying;   /* `deploy` holds its lock: connections and restarts turn nothing yellow */
    bool maintenance; /* nothing is told */
};

void verdict_step(const struct check *check, struct verdict_state *state,
                  const struct probe_result *result, const struct verdict_times *times);

/* `out` has plan->count items and is what the last call left there (zeroed at first): a check that
 * waits for what it needs keeps its verdict. */
void verdicts_resolve(const struct plan *plan, const struct verdict_state *states,
                      const struct silence_of *silences, size_t silence_count,
                      const struct verdict_times *times, struct verdict_of *out);

/* Of all checks that count. */
enum verdict verdicts_overall(const struct plan *plan, const struct verdict_of *verdicts);
/* Whether a check that has just gone bad waits for what `need` says: its probe is wanted now. */
bool verdict_wants(const struct plan *plan, const struct verdict_state *states, size_t need);
