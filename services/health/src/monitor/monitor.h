// SPDX-License-Identifier: MIT
/* Runs the probes and acts on their results: for each check a fiber runs the probe and updates the
 * state; monitor_evaluate_results() computes verdicts, adds samples, and begins and ends incidents.
 * monitor_get_view() returns the data for pages and replies; it reads memory only. */
#pragma once

#include "notify/alerts.h"
#include "prometheus/rules.h"
#include "status/verdict.h"
#include "storage/history.h"

struct health_app;
struct snapshot;
struct monitor;

enum { MONITOR_INCIDENTS_MAX = 50, MONITOR_MISSED_MAX = 5 };

/* Returns new; borrows the parts of `app` that were started before. Resumes the open incidents of
 * the history, so that no alert is sent twice. */
struct monitor *monitor_start(const struct health_app *app, struct fault *fault);
void monitor_stop(struct monitor *monitor); /* NULL is allowed */

/* The current state. Borrowed until the next event-loop iteration. */
struct monitor_view {
    const struct plan *plan;
    /* `states`, `verdicts` and `trends` have one item for each check of the plan. */
    const struct verdict_state *states;
    const struct check_verdict *verdicts;
    const struct trend *trends;       /* refreshed every minute */
    const struct snapshot *snapshot;  /* the last readings of the probes */
    const struct incident *incidents; /* open ones first, then the newest ended ones */
    size_t incident_count;
    const struct silence *silences;
    size_t silence_count;
    struct rules rules; /* alerts of Prometheus; `rules.alerts` is borrowed */
    enum verdict overall;
    int64_t overall_since_us; /* may be before the start of this process: read from the history */
    int64_t now_us;
    int64_t history_gap_us;        /* value of history_unwritable_since_us() */
    struct missed history_missing; /* value of history_current_gap() */
    const struct missed *missed;   /* list of history_list_gaps(), newest first */
    size_t missed_count;
    /* A check that is bad here, but whose alerts the peer sends; NULL: none. */
    const struct check *alerted_by_peer;
    bool link_alerted;     /* this instance has alerted people that the link to the peer is cut */
    bool alert_bot_shared; /* value of alerts_bot_is_shared() */
    bool maintenance;
    int64_t maintenance_until_us; /* 0: none */
};
void monitor_get_view(struct monitor *monitor, struct monitor_view *out);
/* Reads silences and incidents again from the history, in the calling fiber. Call it after a change
 * of silences or incidents. */
bool monitor_reload_silences_and_incidents(struct monitor *monitor, struct fault *fault) MUST_CHECK;
/* Call it when Prometheus has posted an alert. */
void monitor_receive_rule_alert(struct monitor *monitor, const struct rule_alert *alert);
/* Stores a report for `check`, which must be of kind HEARTBEAT; heartbeat->name is ignored. If the
 * history fails, the report counts until health restarts. */
bool monitor_receive_heartbeat(struct monitor *monitor, const struct check *check,
                               const struct heartbeat *heartbeat, struct fault *fault) MUST_CHECK;
