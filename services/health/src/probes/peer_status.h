// SPDX-License-Identifier: MIT
/* The last status of the peer, for monitor/. */
#pragma once

#include "config/plan.h"
#include "config/probe_result.h"
#include "status/verdict.h"

/* The status of one check of the peer. Zeroed: unknown. */
struct peer_check {
    enum verdict verdict;
    bool failing;            /* the last probe was bad; the verdict may still be green */
    int64_t since_us;        /* by the peer's clock, like probed_us; 0: unknown */
    int64_t probed_us;       /* start of its last probe */
    int64_t latency_us;      /* duration of its last probe */
    struct probe_result why; /* trouble and detail, or one reading */
    size_t cause;            /* index of the cause in the plan; the check's own index: none */
};

enum { PEER_RULES_MAX = 400 }; /* equal to RULES_MAX, the maximum number of alerts on the peer */

/* Alerts of Prometheus that the peer sends or has silenced: the values of incident.check. */
struct peer_rules {
    char names[PEER_RULES_MAX][CHECK_NAME_MAX + 1];
    size_t count;
};

/* The results of the probes of the peer; owned by monitor/. */
struct peer_status {
    struct peer_rules rules;
    const struct plan *plan;
    struct peer_check checks[CHECKS_MAX]; /* one item for each check of the plan */
    int64_t read_us;                      /* when GET /v1/status last succeeded; 0: never */
    /* When the peer's public page last had PEER_ALERT_HEADER "yes"; 0: never. */
    int64_t alerted_us;
};
