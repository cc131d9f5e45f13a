// SPDX-License-Identifier: MIT
/* Shared by the files of monitor/. */
#pragma once

#include "api/periodic.h"

#include "app.h"
#include "monitor/monitor.h"
#include "probes/peer_status.h"
#include "probes/probe.h"
#include "probes/snapshot.h"

/* The probe of one check, and its incident. */
struct monitor_task {
    struct monitor *monitor;
    size_t check;
    struct loop_timer timer; /* starts the next probe; not used for checks of another server */
    bool running;
    bool fresh;               /* a probe has ended, and its result was not evaluated since */
    struct incident incident; /* the open incident; its id is nil if there is none */
    /* The level from which the open incident worsens: unlike incident.level, it falls to yellow
     * with the check. A restart sets it to incident.level. */
    enum level level;
    struct probe_memory memory;
    /* Of the incident: `queued_us`, when it began or, if later, last worsened; `step`, see
     * MONITOR_ALERT_STEPS. */
    struct incident_alerted alerted;
    int64_t rises; /* verdict_state.rises at the last alert */
};

/* The alert of the worsening n of an incident has the step n * MONITOR_ALERT_STEPS, and reminder k
 * after it this step + k. */
enum { MONITOR_ALERT_STEPS = 100 };

struct monitor {
    const struct health_app *app;
    const struct plan *plan; /* app->plan */
    struct probe_tools tools;
    struct snapshot snapshot;
    struct peer_status peer;
    /* One item for each check of the plan. */
    struct monitor_task tasks[CHECKS_MAX];
    struct verdict_state states[CHECKS_MAX];
    struct check_verdict verdicts[CHECKS_MAX];
    struct trend trends[CHECKS_MAX];
    struct incident incidents[MONITOR_INCIDENTS_MAX];
    struct missed missed[MONITOR_MISSED_MAX];
    struct silence silences[SILENCES_MAX];
    struct silence_match matches[SILENCES_MAX]; /* of `silences` */
    bool resumed; /* the incidents that were open at the start of the process are restored */
    struct rule_alert rule_alerts[RULES_MAX]; /* of `view.rules` */
    /* Only the counts, the rules, the overall verdict with its time, `link_alerted`, and
     * `maintenance_until_us`. monitor_get_view() adds the other members. */
    struct monitor_view view;
    bool overall_known; /* since the start, `view.overall` was once other than VERDICT_UNKNOWN */
    struct periodic evaluation; /* monitor_evaluate_results(), soon after each probe, each second */
    struct periodic refresh;    /* monitor_refresh_page_data(), each minute and after changes */
};

/* Time over which the first probes after the start are spread evenly. */
enum { MONITOR_SPREAD_MS = 2000 };

/* The present time, and whether a deploy is running. */
struct verdict_context monitor_get_verdict_context(const struct monitor *monitor);
/* The time from the start of a probe of the check to the start of the next: the check's interval. A
 * HEARTBEAT is probed more often than once in its interval, which is the maximum time between two
 * reports. */
int64_t monitor_probe_interval_ms(const struct check *check);
/* Starts the check's probe now, unless one is running. */
void monitor_probe_now(struct monitor *monitor, size_t check);
void monitor_probes_start(struct monitor *monitor);
void monitor_probes_stop(struct monitor *monitor);

/* Queues a reminder of a red critical incident if one is due; the history ignores the reminder of
 * an acknowledged incident. `alerted`: as in struct monitor_task; if the clock was set back before
 * its time, that is set to the present time. `*changed`: set to true if one is queued. */
bool monitor_queue_due_reminder(struct monitor *monitor, const struct incident *incident,
                                struct incident_alerted *alerted, bool *changed,
                                struct fault *fault) MUST_CHECK;

/* --- the peer: monitor_peer.c --- */

/* Whether the peer's last answer by the link is recent. */
bool monitor_has_recent_peer_answer(const struct monitor *monitor, int64_t now_us);

/* Sets the states and verdicts of the checks that the peer runs from the peer's last answer, or to
 * unknown if that answer is not recent. Call it before verdicts_resolve(). */
void monitor_peer_apply_answer(struct monitor *monitor, int64_t now_us);
/* For each check of the peer that is unknown: sets `cause` to the check of the link, if that check
 * is bad. Call it after verdicts_resolve(). */
void monitor_peer_set_unknown_causes(struct monitor *monitor);
/* Whether the peer sends the alerts of this bad check, so that this instance does not. */
bool monitor_peer_sends_alert(const struct monitor *monitor, size_t check, int64_t now_us);
/* A check that is bad here and whose alerts the peer sends; NULL: none. */
const struct check *monitor_find_check_alerted_by_peer(const struct monitor *monitor,
                                                       int64_t now_us);
/* Updates monitor->view.link_alerted, which this instance's public page shows to the peer. */
bool monitor_peer_update_link_alerted(struct monitor *monitor, struct fault *fault) MUST_CHECK;

/* Acts on ended probes: computes verdicts, adds samples, begins and ends incidents. */
periodic_fn monitor_evaluate_results;
/* Begins and ends incidents of Prometheus' alerts, as monitor_evaluate_results() does for checks.
 * `*changed`: set to true if an incident has begun or ended, or if a reminder was queued. */
bool monitor_rules_update_incidents(struct monitor *monitor, bool *changed,
                                    struct fault *fault) MUST_CHECK;
periodic_fn monitor_refresh_page_data;
bool monitor_restore_heartbeats(struct monitor *monitor, struct fault *fault) MUST_CHECK;
