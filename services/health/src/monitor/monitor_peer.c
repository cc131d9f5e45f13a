// SPDX-License-Identifier: MIT
/* The peer, that is, the instance on the other server: its checks, and which instance sends the
 * alert if both detect that the link between them is cut. */
#include "base/auto.h"
#include "base/number.h"

#include "config/threshold.h"
#include "monitor/monitor_private.h"

enum {
    VALID_INTERVALS = 3, /* intervals of the link check for which the peer's answer is valid */
    WAIT_INTERVALS = 12  /* intervals of the link check in which the peer must send the alert */
};

/* True if less than `max_age_us` has passed since `at_us`. A time in the future was recorded before
 * the clock was set back, so its age is unknown: false. */
static bool is_recent(int64_t at_us, int64_t now_us, int64_t max_age_us)
{
    return at_us <= now_us && now_us - at_us < max_age_us;
}

/* True for a check that probes the peer by the link only. */
static bool probes_link_only(const struct check *check)
{
    return check->kind == CHECK_PEER && check->target[0] != '\0' && check->public_url[0] == '\0';
}

static int64_t intervals_us(const struct check *check, int count)
{
    return count * check->interval_ms * US_PER_MS;
}

/* How long an answer of the peer is valid: VALID_INTERVALS times the shortest interval among the
 * checks that probe the peer by the link. */
static int64_t peer_answer_validity_us(const struct plan *plan)
{
    int64_t least_us = INT64_MAX;

    for (size_t i = 0; i < plan->count; i++) {
        const struct check *check = &plan->checks[i];
        if (check->kind == CHECK_PEER && check->target[0] != '\0' &&
            intervals_us(check, VALID_INTERVALS) < least_us)
            least_us = intervals_us(check, VALID_INTERVALS);
    }
    return least_us;
}

/* The level of a check that the peer reports. The verdicts affected and silenced do not contain it,
 * so it follows from the reason; if the reason is unknown, it is red. */
static enum level level_of_report(const struct check *check, const struct peer_check *reported)
{
    static const enum level levels[VERDICTS] = {
        [VERDICT_UNKNOWN] = LEVEL_UNKNOWN, [VERDICT_GREEN] = LEVEL_GREEN,
        [VERDICT_YELLOW] = LEVEL_YELLOW,   [VERDICT_RED] = LEVEL_RED,
        [VERDICT_AFFECTED] = LEVEL_RED,    [VERDICT_SILENCED] = LEVEL_RED,
    };
    const struct probe_result *why = &reported->why;
    struct exceeded exceeded;

    if (reported->verdict != VERDICT_AFFECTED && reported->verdict != VERDICT_SILENCED)
        return levels[reported->verdict];
    const bool is_yellow = why->trouble != TROUBLE_NONE
                               ? check->severity == SEVERITY_WARNING
                               : threshold_find_exceeded(check, why, &exceeded) && !exceeded.red;
    return is_yellow ? LEVEL_YELLOW : LEVEL_RED;
}

static void copy_peer_check_state(struct monitor *monitor, size_t check_index)
{
    const struct check *check = &monitor->plan->checks[check_index];
    const struct peer_check *reported = &monitor->peer.checks[check_index];
    const int64_t read_us = monitor->peer.read_us;
    const enum level level = level_of_report(check, reported);
    /* A peer of an older version does not report when it probed, so an earlier time is assumed. If
     * the peer's clock is ahead, the time of reading is used. */
    const int64_t probed_us =
        reported->probed_us != 0 ? number_min(reported->probed_us, read_us)
                                 : read_us - intervals_us(check, 1) - check->timeout_ms * US_PER_MS;
    const int64_t since_us =
        reported->since_us != 0 ? number_min(reported->since_us, read_us) : read_us;
    const struct verdict_run bad = {.count = reported->failing, .began_us = probed_us};

    monitor->states[check_index] = (struct verdict_state){
        .level = level,
        .since_us = since_us,
        .at_least = {[LEVEL_YELLOW] = bad, [LEVEL_RED] = bad},
        .probed_us = probed_us,
        .last = {.took_us = reported->latency_us                   },
        .why = reported->why,
        .why_level = level,
        .present = reported->why,
    };
    monitor->verdicts[check_index] = (struct check_verdict){
        .verdict = reported->verdict, .cause = reported->cause, .since_us = since_us};
}

bool monitor_has_recent_peer_answer(const struct monitor *monitor, int64_t now_us)
{
    return monitor->plan->peer != NULL && monitor->peer.read_us != 0 &&
           monitor->peer.read_us <= now_us &&
           now_us - monitor->peer.read_us <= peer_answer_validity_us(monitor->plan);
}

void monitor_peer_apply_answer(struct monitor *monitor, int64_t now_us)
{
    const bool is_fresh = monitor_has_recent_peer_answer(monitor, now_us);

    for (size_t i = 0; i < monitor->plan->count; i++) {
        if (!plan_is_on_peer(monitor->plan, &monitor->plan->checks[i]))
            continue;
        if (is_fresh)
            copy_peer_check_state(monitor, i);
        else
            monitor->states[i] = (struct verdict_state){.level = LEVEL_UNKNOWN};
    }
}

void monitor_peer_set_unknown_causes(struct monitor *monitor)
{
    const struct plan *plan = monitor->plan;
    const enum verdict worst_first[] = {VERDICT_RED, VERDICT_YELLOW, VERDICT_SILENCED};

    for (size_t k = 0; k < ARRAY_LEN(worst_first); k++)
        for (size_t i = 0; i < plan->count; i++) {
            if (plan->checks[i].kind != CHECK_PEER || plan->checks[i].target[0] == '\0' ||
                monitor->verdicts[i].verdict != worst_first[k])
                continue;
            for (size_t other = 0; other < plan->count; other++)
                if (plan_is_on_peer(plan, &plan->checks[other]) &&
                    monitor->verdicts[other].verdict == VERDICT_UNKNOWN)
                    monitor->verdicts[other].cause = i;
            return;
        }
}

/* The instance whose server is first in the alphabet sends the alert that the link is cut. The
 * other instance sends it only if the first one has not sent it for WAIT_INTERVALS. */
bool monitor_peer_sends_alert(const struct monitor *monitor, size_t check, int64_t now_us)
{
    const struct plan *plan = monitor->plan;
    const struct check *link = &plan->checks[check];

    if (plan->peer == NULL || !probes_link_only(link) || strcmp(plan->server, plan->peer) < 0)
        return false;
    const int64_t wait_us = intervals_us(link, WAIT_INTERVALS);
    return is_recent(monitor->verdicts[check].since_us, now_us, wait_us) ||
           is_recent(monitor->peer.alerted_us, now_us, wait_us);
}

const struct check *monitor_find_check_alerted_by_peer(const struct monitor *monitor,
                                                       int64_t now_us)
{
    for (size_t i = 0; i < monitor->plan->count; i++) {
        const enum verdict verdict = monitor->verdicts[i].verdict;
        if ((verdict == VERDICT_RED || verdict == VERDICT_YELLOW) &&
            uuid_is_nil(&monitor->tasks[i].incident.id) &&
            monitor_peer_sends_alert(monitor, i, now_us))
            return &monitor->plan->checks[i];
    }
    return NULL;
}

bool monitor_peer_update_link_alerted(struct monitor *monitor, struct fault *fault)
{
    const struct plan *plan = monitor->plan;
    const struct incident *incident = NULL;
    bool silenced = false;

    for (size_t i = 0; i < plan->count; i++)
        if (probes_link_only(&plan->checks[i]) && plan_is_local(plan, &plan->checks[i])) {
            incident = &monitor->tasks[i].incident;
            silenced = monitor->verdicts[i].verdict == VERDICT_SILENCED;
        }
    if (incident == NULL || uuid_is_nil(&incident->id) || silenced) {
        monitor->view.link_alerted = silenced; /* a silenced alert counts as sent */
        return true;
    }
    struct incident_alerted alerted;
    if (!history_get_alert_times(monitor->app->history, &incident->id, &alerted, fault))
        return false;
    monitor->view.link_alerted = alerted.sent_us != 0;
    return true;
}
