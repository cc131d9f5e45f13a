// SPDX-License-Identifier: MIT
/* Probes at their times, and what follows: a fiber for each check runs its probe, moves its
 * verdict, writes the sample, begins and ends incidents. What pages and answers show is
 * monitor_view(), in memory. */
#pragma once

#include "notify/alerts.h"
#include "prometheus/rules.h"
#include "status/verdict.h"
#include "storage/history.h"

struct snapshot;
struct peer_status;
struct monitor;

enum { MONITOR_INCIDENTS_MAX = 50, MONITOR_MISSED_MAX = 5 };

struct monitor_options {
    struct service *service;
    const struct health_config *config;
    const struct plan *plan;
    struct history *history;
    struct alerts *alerts;
};

/* Returns new. Open incidents of history are taken up: nothing is told twice. */
struct monitor *monitor_start(const struct monitor_options *options, struct fault *fault);
void monitor_stop(struct monitor *monitor); /* takes NULL */

/* What is known now. Borrowed until the next turn. */
struct monitor_view {
    const struct plan *plan;
    const struct verdict_state *states; /* plan->count, as all lists */
    const struct check_verdict *verdicts;
    const struct trend *trends;       /* read anew every minute */
    const struct incident *incidents; /* open ones first, then the newest */
    size_t incident_count;
    const struct silence *silences;
    size_t silence_count;
    struct rules rules; /* alerts of Prometheus; their list is borrowed */
    enum verdict overall;
    int64_t overall_since_us; /* before this process too, as far as incidents tell */
    int64_t now_us;
    int64_t history_gap_us;        /* history_gap() */
    struct missed history_missing; /* history_missing() */
    const struct missed *missed;   /* history_missed(), the newest first */
    size_t missed_count;
    const struct check
        *alerted_by_peer; /* what is bad here, and the other copy tells; NULL: none */
    bool link_alerted;    /* people know, by this copy, that the link to the other one is cut */
    bool maintenance;
    int64_t maintenance_until_us;
};
void monitor_view(struct monitor *monitor, struct monitor_view *out);
/* What the probes have read last. Borrowed as long as `watch`. */
const struct snapshot *monitor_snapshot(const struct monitor *monitor);
/* Silences, heartbeats or acknowledgements have changed: they are read anew in this fiber. */
bool monitor_reload(struct monitor *monitor, struct fault *fault) MUST_CHECK;
/* Prometheus tells of an alert. */
void monitor_rule_alert(struct monitor *monitor, const struct rule_alert *alert);
void monitor_heartbeat(struct monitor *monitor, const struct check *check, int64_t at_us, bool ok);
