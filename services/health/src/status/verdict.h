// SPDX-License-Identifier: MIT
/* Computes the verdicts of checks. Pure: the caller passes the results of probes and the time.
 *
 * There are two steps. verdict_apply_result() takes one result and updates the state of one check.
 * Damping requires several consecutive bad or good probes; hysteresis requires a reading to return
 * by a margin below its threshold. Then verdicts_resolve() examines all checks together. If a
 * check and its dependency are bad, the dependency is the cause, and the check is only affected. A
 * bad check waits until each of its dependencies was probed after it went bad, so that alerts name
 * the cause. */
#pragma once

#include "config/plan.h"
#include "config/probe_result.h"

enum level { LEVEL_UNKNOWN, LEVEL_GREEN, LEVEL_YELLOW, LEVEL_RED, LEVELS };

/* The status of a check that is shown. Names: verdict_names. */
enum verdict {
    /* No level is known, or the last probe began more than three intervals and the timeout ago. */
    VERDICT_UNKNOWN,
    VERDICT_GREEN,
    VERDICT_YELLOW,
    VERDICT_RED,
    VERDICT_AFFECTED, /* bad because a dependency is bad or has just recovered */
    VERDICT_SILENCED, /* bad, but a silence or maintenance suppresses alerts */
    VERDICTS
};
extern const char *const verdict_names[VERDICTS + 1];

/* A run of consecutive probes. */
struct verdict_run {
    int count;
    int64_t began_us; /* when the first of these probes began */
};

/* The state of one check. Zeroed: unknown. Damping counts probes and ignores the clock, so setting
 * the clock does not delay a change of the level. */
struct verdict_state {
    enum level level; /* changes only after several probes (damping) */
    int64_t since_us; /* when `level` began: the start of the first of the probes that set it */
    /* For each level: the last consecutive probes that had this level or a worse one. `count` is 0
     * if the last probe had a better one. */
    struct verdict_run at_least[LEVELS];
    struct verdict_run at_most[LEVELS]; /* likewise for probes with this level or a better one */
    int64_t probed_us;                  /* start of the last probe; 0: none */
    int64_t probes;                     /* number of probes that set a level */
    /* For each limit whether the yellow [0] and the red [1] threshold are exceeded. */
    bool exceeded[CHECK_LIMITS_MAX][2];
    /* Of the limit whose measure has `each_rise`, if there is one: the last value, and how often it
     * rose. */
    double count;
    int64_t rises;
    struct probe_result last;    /* result of the last probe */
    struct probe_result why;     /* since the check went bad: the result with the worst level; of
                                    several, the earliest */
    enum level why_level;        /* the level of `why` */
    struct probe_result present; /* while the check is bad: the last result that is a reason for
                                    `level` or a worse one; this reason is shown */
};

/* Why a bad check is not shown as yellow or red. */
enum verdict_hold {
    HOLD_NONE,     /* no reason: the check is shown as yellow or red */
    HOLD_WAITING,  /* the check waits for probes of its dependencies */
    HOLD_EXPLAINED /* a dependency is bad, or has just recovered */
};

/* The verdict of one check. Zeroed: unknown. */
struct check_verdict {
    enum verdict verdict;
    /* For VERDICT_AFFECTED: the check that is or just was the cause; for VERDICT_UNKNOWN: the check
     * that explains why the peer does not answer; otherwise the check's own index. */
    size_t cause;
    int64_t since_us;
    /* State for the next verdicts_resolve(). */
    enum verdict_hold hold;
    /* verdict_state.probes when the check began to wait, or when a cause last explained it. */
    int64_t hold_probes;
    size_t explained_by; /* index of the cause */
    /* The level at which the check was last shown or explained. It waits for its dependencies only
     * at a worse level. */
    enum level handled_level;
};

/* Which checks a silence applies to, and how long. */
struct silence_match {
    /* A name (of a check, a rule or an alert), or a prefix of names and '*'. */
    const char *match;
    int64_t until_us;
};

struct verdict_context {
    int64_t now_us;
    bool deploying; /* a deploy is running: see verdict_apply_result() */
};

/* Applies the result of a probe. A trouble is red, or yellow if the severity of the check is
 * warning. A reading above a threshold has the threshold's level, with hysteresis
 * (threshold_is_exceeded()).
 *
 * A measure without a reading is within its limits if the probe has no trouble, so that a measure
 * that cannot be computed any more (too few requests, a removed slot) does not stay bad. If the
 * probe has a trouble, a measure without a reading keeps its state.
 *
 * While a deploy runs, connections, restarts and servers that are down do not raise a level, and a
 * service that is not ready changes nothing.
 *
 * TROUBLE_AWAITED makes the check unknown.
 *
 * A trouble of a BUSINESS check changes nothing, because a check of the kind SERVICE reports that
 * the service does not answer. Without later probes the check becomes unknown. If the service
 * answers but has no figure for the check, as before its first count after a restart, a level that
 * is known stays.
 *
 * A result whose probe began at most a timeout before the previous probe is late and ignored. A
 * result from even earlier counts, because the clock was set back. */
void verdict_apply_result(const struct check *check, struct verdict_state *state,
                          const struct probe_result *result, const struct verdict_context *context);

/* Restores a zeroed state from an incident that was open when the process started: its level, start
 * and reason. The next probes continue from this state, with hysteresis. */
void verdict_restore_state(const struct check *check, struct verdict_state *state, enum level level,
                           int64_t since_us, const struct probe_result *why);

/* Whether a silence matches this name (of a check, a rule or an alert) and has not ended. `always`:
 * a match with '*', as that of a maintenance, does not count (struct check). */
bool verdict_is_silenced(const struct silence_match *silences, size_t count, const char *name,
                         bool always, int64_t now_us);

enum { VERDICT_GRACE_MS = 10 * 1000 }; /* minimum time to recover after the cause has recovered */

/* Updates `out`, which has plan->count items and the result of the previous call (zeroed at first).
 * Call it after each verdict_apply_result() and when silences change.
 *
 * - A bad check is affected if one of its direct or indirect dependencies is counted and at least
 *   as bad. The cause is the last check of that chain. Yellow never explains red: a threshold that
 *   is exceeded for weeks must not hide a new failure.
 * - A check that gets worse keeps its verdict until each dependency had a probe that began after
 *   the check's own first bad probe, and while a dependency has too few bad probes to fail. It
 *   waits for a dependency at most for 3 of the dependency's intervals (or bad_to_fail + 1, if
 *   that is more) and the dependency's timeout.
 * - After the cause has recovered, a check that is still bad stays affected for good_to_pass of its
 *   own intervals, at least for VERDICT_GRACE_MS, and longer while its probes are good.
 * - The states and verdicts of checks that the peer runs (plan_is_on_peer()) are set by the caller
 *   and not changed. A zeroed state means that the peer has not reported, and has no effect. */
void verdicts_resolve(const struct plan *plan, const struct verdict_state *states,
                      const struct silence_match *silences, size_t silence_count,
                      const struct verdict_context *context, struct check_verdict *out);

/* True for an optional heartbeat that has no report, or whose last report has expired. */
static inline bool verdict_awaits_heartbeat(const struct check *check,
                                            const struct check_verdict *verdict)
{
    return check->optional && verdict->verdict == VERDICT_UNKNOWN;
}
/* The worse of two verdicts, in the order green, unknown, yellow, red. */
enum verdict verdict_worse(enum verdict one, enum verdict other);
/* The overall status: the worst verdict of the counted checks that this instance or the peer runs.
 * An affected check counts as yellow, because its cause may have just recovered; a silenced check
 * and the checks that it affects count as green. */
enum verdict verdicts_overall(const struct plan *plan, const struct check_verdict *verdicts);
/* Whether a check that has just gone bad waits for a probe of `dependency`, which should then start
 * now. Call it for each of plan_list_all_dependencies() of a check whose probe was bad. */
bool verdict_awaits_probe_of(const struct plan *plan, const struct verdict_state *states,
                             size_t dependency);

/* What must happen to the incident of a check. `open_level` is the level of the open incident, or
 * yellow if the check was last shown as yellow; LEVEL_UNKNOWN: there is no open incident. `risen`:
 * verdict_state.rises has changed since its last alert. The result does not depend on other earlier
 * verdicts, so an incident from before a restart continues.
 *
 * An incident begins when the check is yellow or red by itself, and ends when the check is green.
 * Until then it stays open whatever the verdict is: a check that becomes affected, silenced or
 * unknown is not alerted again, and the recovery is sent even during a silence. A change from red
 * to yellow is not sent, but the next change from yellow to red worsens the incident again. Damping
 * limits how often: good_to_pass probes without red, then bad_to_fail red ones. A check that is not
 * counted has no incident. */
enum verdict_change { CHANGE_NONE, CHANGE_BEGIN, CHANGE_WORSEN, CHANGE_END };
enum verdict_change verdict_incident_change(const struct check *check, enum level open_level,
                                            bool risen, const struct check_verdict *now);
