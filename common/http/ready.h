// SPDX-License-Identifier: MIT
/* Readiness with hysteresis: a part counts as down only after it has failed for a second, and as up
 * only after it has worked for half a second. So one lost packet does not make the load balancer
 * skip this instance. */
#pragma once

#include <stdint.h>

#include "base/buf.h"

enum { READY_PARTS_MAX = 8 };

struct ready_part {
    const char *name;  /* "postgres" */
    bool required;     /* while it is down, the service is not ready */
    bool pauses;       /* while it is down, the service is ready in state "paused" */
    bool well;         /* as last reported */
    bool counted_well; /* state after hysteresis */
    int64_t since_ns;  /* when `well` last changed */
    bool was_well;     /* it has worked once; until then the first good report counts at once */
};

/* The caller's memory, zeroed. */
struct ready {
    struct ready_part parts[READY_PARTS_MAX];
    size_t count;
    bool stopping;
};

/* Returns the part's index. */
size_t ready_add(struct ready *ready, const char *name, bool required);
void ready_report(struct ready *ready, size_t part, bool well, int64_t now_ns);
/* From now on the service stays ready while the part is down, in state "paused": it replies to its
 * users by itself. */
void ready_pause(struct ready *ready, size_t part);
/* All required parts well and not stopping. */
bool ready_now(struct ready *ready, int64_t now_ns);
/* {"status":"ready","checks":{"postgres":"up",...}}; or not_ready, stopping, or paused: ready
 * although a pausing part is down. */
void ready_encode(struct ready *ready, int64_t now_ns, struct buf *out);
