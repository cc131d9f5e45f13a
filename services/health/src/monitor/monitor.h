// SPDX-License-Identifier: MIT
/* Probes at their times, and what follows: a fiber for each check runs its probe, moves its
 * verdict, writes the sample, begins and ends incidents. What pages and answers show is
 * watch_view(), in memory. */
#pragma once

#include "notify/alerts.h"
#include "prometheus/rules.h"
#include "status/verdict.h"
#include "storage/history.h"

struct last_seen;
struct peer_seen;
struct watch;

enum { WATCH_INCIDENTS_MAX = 50, WATCH_MISSED_MAX = 5 };

struct watch_options {
    struct service *service;
    const struct health_config *config;
    const struct plan *plan;
    struct history *history;
    struct alerts *alerts;
};

/* Returns new. Open incidents of history are taken up: nothing is told twice. */
struct watch *watch_start(const struct watch_options *options, struct fault *fault);
void watch_stop(struct watch *watch); /* takes NULL */

/* What is known now. Borrowed until the next turn. */
struct watch_view {
    const struct plan *plan;
    const struct verdict_state *states; /* plan->count, as all lists */
    const struct verdict_of *verdicts;
    const struct past *pasts;         /* read anew every minute */
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
    const struct check *told_by_peer; /* what is bad here, and the other copy tells; NULL: none */
    bool link_told; /* people know, by this copy, that the link to the other one is cut */
    bool maintenance;
    int64_t maintenance_until_us;
};
void watch_view(struct watch *watch, struct watch_view *out);
/* What the probes have read last. Borrowed as long as `watch`. */
const struct last_seen *watch_seen(const struct watch *watch);
/* Silences, heartbeats or acknowledgements have changed: they are read anew in this fiber. */
bool watch_renew(struct watch *watch, struct fault *fault) MUST_CHECK;
/* Prometheus tells of an alert. */
void watch_rule(struct watch *watch, const struct rule_alert *alert);
void watch_heartbeat(struct watch *watch, const struct check *check, int64_t at_us, bool ok);
