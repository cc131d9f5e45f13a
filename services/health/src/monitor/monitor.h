// SPDX-License-Identifier: MIT
/* Runs the probes and acts on their results: for each check a fiber runs its probe, updates its
 * verdict, writes the sample, and begins and ends incidents. monitor_get_view() returns the data of
 * pages and answers, from memory. */
#pragma once

#include "notify/alerts.h"
#include "prometheus/rules.h"
#include "status/verdict.h"
#include "storage/history.h"

struct health_app;
struct snapshot;
struct peer_status;
struct monitor;

enum { MONITOR_INCIDENTS_MAX = 50, MONITOR_MISSED_MAX = 5 };

/* Returns new; borrows the parts of `app` that were started before. Resumes the open incidents of
 * the history, so that no alert is sent twice. */
struct monitor *monitor_start(const struct health_app *app, struct fault *fault);
void monitor_stop(struct monitor *monitor); /* takes NULL */

/* The current state. Borrowed until the next event-loop iteration. */
struct monitor_view {
    const struct plan *plan;
    /* One item for each check of the plan, like the other lists of checks. */
    const struct verdict_state *states;
    const struct check_verdict *verdicts;
    const struct trend *trends;       /* refreshed every minute */
    const struct incident *incidents; /* open ones first, then the newest */
    size_t incident_count;
    const struct silence *silences;
    size_t silence_count;
    struct rules rules; /* alerts of Prometheus; the list of them is borrowed */
    enum verdict overall;
    int64_t overall_since_us; /* may be before the start of this process, if incidents show that */
    int64_t now_us;
    int64_t history_gap_us;        /* value of history_gap() */
    struct missed history_missing; /* value of history_current_gap() */
    const struct missed *missed;   /* list of history_list_gaps(), newest first */
    size_t missed_count;
    /* A check that is bad here, but whose alerts the peer sends; NULL: none. */
    const struct check *alerted_by_peer;
    bool link_alerted; /* this instance has alerted people that the link to the peer is cut */
    bool maintenance;
    int64_t maintenance_until_us;
};
void monitor_get_view(struct monitor *monitor, struct monitor_view *out);
/* The last readings of the probes. Borrowed as long as `monitor` lives. */
const struct snapshot *monitor_snapshot(const struct monitor *monitor);
/* Reads silences and incidents again from the history, in the calling fiber. Call it after
 * changes. */
bool monitor_reload(struct monitor *monitor, struct fault *fault) MUST_CHECK;
/* Call it when Prometheus has posted an alert. */
void monitor_receive_rule_alert(struct monitor *monitor, const struct rule_alert *alert);
/* Stores a heartbeat of a check of this kind, with the check's name. If the history fails, it is
 * known until health restarts. */
bool monitor_receive_heartbeat(struct monitor *monitor, const struct check *check,
                               const struct heartbeat *heartbeat, struct fault *fault) MUST_CHECK;
