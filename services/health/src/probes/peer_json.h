// SPDX-License-Identifier: MIT
/* What the health of the other server says of its own checks: GET /v1/status, perhaps of another
 * version. Words that are not known read as unknown, checks that this plan does not have are
 * skipped, and what it says of checks that are not its own is never read. Pure. */
#pragma once

#include "base/arena.h"

#include "checks/plan.h"
#include "checks/result.h"
#include "verdicts/verdict.h"

/* One check of it. Zeroed: nothing is known. */
struct peer_check {
    enum verdict verdict;
    bool failing;            /* its last probe was bad, whatever the verdict is yet */
    int64_t since_us;        /* 0: not known; of its clock, as looked_us */
    int64_t looked_us;       /* when its last probe began */
    int64_t latency_us;      /* of that probe */
    struct probe_result why; /* trouble and detail, or one reading */
    size_t cause;            /* AFFECTED: of the plan; else its own index */
};

/* What the probes of the other copy have left: of watch/. */
struct peer_seen {
    const struct plan *plan;
    struct peer_check *checks; /* plan->count */
    int64_t read_us;           /* when; 0: never */
    int64_t told_us; /* when its page said last that people are told of the cut link; 0: never */
};

/* Sets `out`, one for each check of the plan. FAULT_UNREADABLE "bad_json": nothing is set. */
bool peer_status_read(struct slice body, const struct plan *plan, struct arena *arena,
                      struct peer_check *out, struct fault *fault) MUST_CHECK;
