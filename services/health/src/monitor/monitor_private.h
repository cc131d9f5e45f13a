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
struct watch_task {
    struct watch *watch;
    size_t check;
    struct loop_timer timer; /* of the next probe; not of checks of another server */
    bool running;
    bool fresh;               /* it has ended since the last conclusion */
    struct incident incident; /* that lasts; its id is nil where there is none */
    bool unsure;              /* history has not said whether that incident has begun */
    struct probe_memory memory;
    int64_t told_us; /* when the incident began, or became red */
    int reminded;    /* the last step of its escalation that history has */
};

struct watch {
    struct watch_options options;
    const struct plan *plan;
    struct probe_tools tools;
    struct http_client *client;
    struct work *names; /* threads for probes alone, which look names up in them */
    struct heartbeats heartbeats;
    struct last_seen seen;
    struct peer_seen peer;
    struct watch_task *tasks;
    struct verdict_state *states;
    struct verdict_of *verdicts;
    struct past *pasts;
    struct incident incidents[WATCH_INCIDENTS_MAX];
    size_t incident_count;
    struct missed missed[WATCH_MISSED_MAX];
    size_t missed_count;
    struct silence silences[SILENCES_MAX];
    size_t silence_count;
    struct silence_of matches[SILENCES_MAX]; /* of the silences that are no maintenance */
    size_t match_count;
    int64_t maintenance_until_us; /* 0: none */
    bool link_told;
    bool resumed;       /* the incidents that lasted at the start are taken up */
    struct rules rules; /* alerts of Prometheus */
    enum verdict overall;
    bool overall_known; /* it was once since the start */
    int64_t overall_since_us;
    struct periodic *concluding; /* soon after a probe, and each second */
    struct periodic *reading;    /* what history has, for pages */
};

/* The first probes begin within this time, not all at once. */
enum { WATCH_SPREAD_MS = 2000 };

struct verdict_times watch_times(const struct watch *watch);
/* From the beginning of a probe to the next. The interval of a heartbeat is that of who reports, so
 * whether it is late is looked at more often. */
int64_t watch_pause_ms(const struct check *check);
/* The check's probe begins now, unless one is under way. */
void watch_look(struct watch *watch, size_t check);
void watch_probes_begin(struct watch *watch);
void watch_probes_end(struct watch *watch);

/* Tells once more of what is red, critical, and nobody's: what is acknowledged history knows.
 * `told_us`: when it was first told as red. `*reminded`: the step that was told. */
bool watch_remind(struct watch *watch, const struct incident *incident, int64_t told_us,
                  int *reminded, bool *changed, struct fault *fault) MUST_CHECK;

/* --- the other copy: watch_peer.c --- */

/* What it has said by the link is not too old. */
bool watch_peer_is_new(const struct watch *watch, int64_t now_us);

/* What it says of its checks becomes their states and verdicts, while it is new. Before
 * verdicts_resolve(). */
void watch_peer_take(struct watch *watch, int64_t now_us);
/* Behind it: why it cannot be asked. */
void watch_peer_explain(struct watch *watch);
/* Whether the bad check is told by the other copy, so not by this one. Pure but for `watch`. */
bool watch_peer_tells(const struct watch *watch, size_t check, int64_t now_us);
/* What is bad here and told by the other copy; NULL: nothing. */
const struct check *watch_peer_told(const struct watch *watch, int64_t now_us);
/* Whether people know of the cut link, for the page of this copy. */
bool watch_peer_note(struct watch *watch, struct fault *fault) MUST_CHECK;

/* What follows from the probes that have ended: samples, incidents, alerts. */
periodic_fn watch_conclude;
/* The same of the alerts of Prometheus. */
bool watch_follow_rules(struct watch *watch, bool *changed, struct fault *fault) MUST_CHECK;
periodic_fn watch_read;
void watch_past_unknown(struct past *past);
bool watch_resume_heartbeats(struct watch *watch, struct fault *fault) MUST_CHECK;
