// SPDX-License-Identifier: MIT
/* What follows from probes. Pure: values and the time in, values out.
 *
 * In two steps. verdict_step() takes one result and moves one check's own state, with damping (so
 * many bad or good probes in a row) and hysteresis (a measure that was beyond a border must come
 * back by a part of it). verdicts_resolve() then looks at all checks together: what depends on a
 * check that is bad is affected by it, and no cause of its own; a bad check waits until each check
 * that it needs has been looked at since it went bad, so that the cause is always told first. */
#pragma once

#include "config/plan.h"
#include "config/probe_result.h"

enum level { LEVEL_UNKNOWN, LEVEL_GREEN, LEVEL_YELLOW, LEVEL_RED, LEVELS };

/* What is shown. Words: verdict_names. */
enum verdict {
    VERDICT_UNKNOWN, /* no probe has ended yet, or the last began longer ago than three intervals
                        and the timeout */
    VERDICT_GREEN,
    VERDICT_YELLOW,
    VERDICT_RED,
    VERDICT_AFFECTED, /* bad, and so is, or just was, what it needs */
    VERDICT_SILENCED, /* bad by itself, and somebody has said not to tell */
    VERDICTS
};
extern const char *const verdict_names[VERDICTS + 1];

/* Probes in a row. */
struct verdict_run {
    int count;
    int64_t began_us; /* the first of them */
};

/* Of one check. Zeroed: unknown. Damping counts probes and never looks at the clock, so a clock
 * that is set delays nothing. */
struct verdict_state {
    enum level level; /* after damping */
    int64_t since_us; /* when `level` began: the first of the probes that made it */
    struct verdict_run at_least[LEVELS]; /* the last probes said this level or a worse one */
    struct verdict_run at_most[LEVELS];  /* this level or a better one */
    int64_t probed_us;                   /* when the last probe began; 0: none */
    int64_t probes;                      /* how many probes have said something */
    bool exceeded[CHECK_LIMITS_MAX][2];  /* yellow, red: for hysteresis */
    struct probe_result last;            /* of the last probe */
    struct probe_result why; /* of the worst probe since it went bad, the first of such */
    enum level why_level;    /* what `why` says */
};

/* Why a bad check is not judged by itself yet. */
enum verdict_hold {
    HOLD_NONE,
    HOLD_WAITING,  /* for probes of what it needs */
    HOLD_EXPLAINED /* what it needs is bad, or has just recovered */
};

/* One bad thing that is told once. Zeroed: unknown. */
struct check_verdict {
    enum verdict verdict;
    size_t cause; /* AFFECTED: the check that is, or just was, the cause; UNKNOWN: that for which
                     the other copy cannot be asked; else its own index */
    int64_t since_us;
    /* For the next verdicts_resolve(). */
    enum verdict_hold hold;
    int64_t hold_probes;      /* of the state: when it began to wait, or was last explained */
    size_t explained_by;      /* the cause that excused it */
    enum level handled_level; /* up to this level its badness is told, or explained */
};

/* A silence, or maintenance (match "*"): what it matches is not told. */
struct silence_match {
    const char *match; /* a name, or a beginning and '*' */
    int64_t until_us;
};

struct verdict_times {
    int64_t now_us;
    bool deploying;   /* `deploy` holds its lock: connections and restarts turn nothing yellow */
    bool maintenance; /* nothing is told */
};

/* Takes what a probe has found. Trouble is red (yellow for a check whose severity is a warning),
 * and so is what is beyond a limit's border. A measure that was beyond a border comes back with
 * hysteresis (threshold_is_exceeded()).
 *
 * A measure without a reading is within its borders where the probe has no trouble: what cannot be
 * judged (the errors of too few requests, the hits of too few look-ups, a slot that is gone) is not
 * bad for ever. A probe with trouble says nothing of it, and it stays as it was.
 *
 * While a deploy runs, connections, restarts and servers that are down make nothing worse, and a
 * service of ours that is not ready says nothing.
 *
 * A result that began before the last one by at most the timeout is late, and ignored; where it
 * began earlier still, the clock was set back. */
void verdict_step(const struct check *check, struct verdict_state *state,
                  const struct probe_result *result, const struct verdict_times *times);

/* What a check was told to be before the process began, by its incident that lasts, and why: the
 * next probes go on from there. Of a zeroed state. */
void verdict_resume(struct verdict_state *state, enum level level, int64_t since_us,
                    const struct probe_result *why);

/* Whether the silence is for a check of this name, and not over. */
bool verdict_is_silenced(const struct silence_match *silence, const char *name, int64_t now_us);

enum { VERDICT_GRACE_MS = 10 * 1000 };

/* `out` has plan->count items and is what the last call left there (zeroed at first). To be called
 * after each step, and when silences change.
 *
 * - A bad check is affected where something that it needs, directly or not, is at least as bad and
 *   counts. The cause is the last on that way. What is yellow explains nothing red: a border that
 *   is passed for weeks must not hide what breaks meanwhile.
 * - A check that goes bad, or worse, keeps its verdict until each check that it needs has been
 *   looked at by a probe that began after its own first bad one, and while one of them has bad
 *   probes but not enough. It waits for a need at most 3 of the need's intervals (or as many as
 *   that needs to fail, and one more) and its timeout.
 * - When the cause has recovered, a check that is still bad stays affected for
 *   good_to_pass intervals of its own, at least for VERDICT_GRACE_MS, and on while its probes are
 *   good.
 * - What the other copy says of its own checks (plan_is_on_peer()) is in their states, and stays in
 *   `out` as the caller has set it; a zeroed state: it has not said anything, which says nothing
 *   here. */
void verdicts_resolve(const struct plan *plan, const struct verdict_state *states,
                      const struct silence_match *silences, size_t silence_count,
                      const struct verdict_times *times, struct check_verdict *out);

/* The worse of two of green, unknown, yellow and red, which is their order. */
enum verdict verdict_worse(enum verdict one, enum verdict other);
/* Of all checks that count and are looked at here or by the other copy: the worst of red, yellow,
 * unknown and green. What is affected is yellow while its cause is not, so in the moments after the
 * cause has recovered; what is silenced, and what that affects, counts for nothing. */
enum verdict verdicts_overall(const struct plan *plan, const struct check_verdict *verdicts);
/* Whether a check that has just gone bad waits for what `need` says: its probe is wanted now,
 * unless one is under way. Asked for each of plan_needs() of a check whose probe was bad. */
bool verdict_wants_probe(const struct plan *plan, const struct verdict_state *states, size_t need);

/* What becomes of a check's incident. `open`: the level that was told of the one that lasts;
 * LEVEL_UNKNOWN: there is none. Nothing depends on earlier verdicts, so an incident that history
 * took over a restart goes on.
 *
 * It begins when the check is yellow or red by itself, and ends when it is green. In between it
 * lasts whatever the verdict is: a check that becomes affected, silenced or unknown is not told
 * anew, and who was told that it broke is told that it works again, in a silence too. From red to
 * yellow nothing is told. What does not count has no incident. */
enum verdict_change { CHANGE_NONE, CHANGE_BEGIN, CHANGE_WORSEN, CHANGE_END };
enum verdict_change verdict_change(const struct check *check, enum level open,
                                   const struct check_verdict *now);
