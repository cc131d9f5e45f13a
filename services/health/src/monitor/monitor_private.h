// SPDX-License-Identifier: MIT
/* The inside of watch/: what its files share. */
#pragma once

#include "api/periodic.h"

#include "config.h"
#include "monitor/monitor.h"
#include "probes/heartbeats.h"
#include "probes/peer_status.h"
#include "probes/probe.h"
#include "probes/snapshot.h"

/* The probe of one check. */
struct monitor_task {
    struct monitor *monitor;
    size_t check;
    struct loop_timer timer; /* of the next probe; not of checks of another server */
    bool running;
    bool fresh;               /* it has ended since the last conclusion */
    struct incident incident; /* that lasts; its id is nil where there is none */
    bool unconfirmed;         /* history has not said whether that incident has begun */
    struct probe_memory memory;
    int64_t alerted_us; /* when the incident began, or became red */
    int reminder_step;  /* the last step of its escalation that history has */
};

struct monitor {
    struct monitor_options options;
    const struct plan *plan;
    struct probe_tools tools;
    struct http_client *client;
    struct work *threads; /* threads for probes alone, which look names up in them */
    struct heartbeats heartbeats;
    struct snapshot snapshot;
    struct peer_status peer;
    struct monitor_task *tasks;
    struct verdict_state *states;
    struct check_verdict *verdicts;
    struct trend *trends;
    struct incident incidents[MONITOR_INCIDENTS_MAX];
    size_t incident_count;
    struct missed missed[MONITOR_MISSED_MAX];
    size_t missed_count;
    struct silence silences[SILENCES_MAX];
    size_t silence_count;
    struct silence_match matches[SILENCES_MAX]; /* of the silences that are no maintenance */
    size_t match_count;
    int64_t maintenance_until_us; /* 0: none */
    bool link_alerted;
    bool resumed;       /* the incidents that lasted at the start are taken up */
    struct rules rules; /* alerts of Prometheus */
    enum verdict overall;
    bool overall_known; /* it was once since the start */
    int64_t overall_since_us;
    struct periodic *evaluation; /* soon after a probe, and each second */
    struct periodic *refresh;    /* what history has, for pages */
};

/* The first probes begin within this time, not all at once. */
enum { MONITOR_SPREAD_MS = 2000 };

struct verdict_times monitor_times(const struct monitor *monitor);
/* From the beginning of a probe to the next. The interval of a heartbeat is that of who reports, so
 * whether it is late is looked at more often. */
int64_t monitor_pause_ms(const struct check *check);
/* The check's probe begins now, unless one is under way. */
void monitor_probe_now(struct monitor *monitor, size_t check);
void monitor_probes_start(struct monitor *monitor);
void monitor_probes_stop(struct monitor *monitor);

/* Tells once more of what is red, critical, and nobody's: what is acknowledged history knows.
 * `told_us`: when it was first told as red. `*reminded`: the step that was told. */
bool monitor_remind(struct monitor *monitor, const struct incident *incident, int64_t alerted_us,
                    int *reminder_step, bool *changed, struct fault *fault) MUST_CHECK;

/* --- the other copy: monitor_peer.c --- */

/* What it has said by the link is not too old. */
bool monitor_peer_is_fresh(const struct monitor *monitor, int64_t now_us);

/* What it says of its checks becomes their states and verdicts, while it is new. Before
 * verdicts_resolve(). */
void monitor_peer_apply(struct monitor *monitor, int64_t now_us);
/* Behind it: why it cannot be asked. */
void monitor_peer_explain(struct monitor *monitor);
/* Whether the bad check is told by the other copy, so not by this one. Pure but for `watch`. */
bool monitor_peer_alerts(const struct monitor *monitor, size_t check, int64_t now_us);
/* What is bad here and told by the other copy; NULL: nothing. */
const struct check *monitor_peer_alerted(const struct monitor *monitor, int64_t now_us);
/* Whether people know of the cut link, for the page of this copy. */
bool monitor_peer_check_link(struct monitor *monitor, struct fault *fault) MUST_CHECK;

/* What follows from the probes that have ended: samples, incidents, alerts. */
periodic_fn monitor_evaluate;
/* The same of the alerts of Prometheus. */
bool monitor_rules_update(struct monitor *monitor, bool *changed, struct fault *fault) MUST_CHECK;
periodic_fn monitor_refresh;
void monitor_trend_clear(struct trend *trend);
bool monitor_resume_heartbeats(struct monitor *monitor, struct fault *fault) MUST_CHECK;
