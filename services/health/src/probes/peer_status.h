// SPDX-License-Identifier: MIT
/* What the health of the other server has said of its own checks, for watch/. */
#pragma once

#include "config/plan.h"
#include "config/probe_result.h"
#include "status/verdict.h"

/* One check of it. Zeroed: nothing is known. */
struct peer_check {
    enum verdict verdict;
    bool failing;            /* its last probe was bad, whatever the verdict is yet */
    int64_t since_us;        /* 0: not known; of its clock, as probed_us */
    int64_t probed_us;       /* when its last probe began */
    int64_t latency_us;      /* of that probe */
    struct probe_result why; /* trouble and detail, or one reading */
    size_t cause;            /* AFFECTED: of the plan; else its own index */
};

enum { PEER_RULES_MAX = 400 }; /* as many as it can know, RULES_MAX */

/* Alerts of Prometheus that it tells people of, or does not because of a silence or a maintenance
 * there: names of their incidents' checks. */
struct peer_rules {
    char names[PEER_RULES_MAX][CHECK_NAME_MAX + 1];
    size_t count;
};

/* What the probes of the other copy have left: of watch/. */
struct peer_status {
    struct peer_rules rules;
    const struct plan *plan;
    struct peer_check *checks; /* plan->count */
    int64_t read_us;           /* when; 0: never */
    int64_t alerted_us; /* when its page said last that people are told of the cut link; 0: never */
};
