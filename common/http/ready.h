// SPDX-License-Identifier: MIT
/* Readiness with hysteresis: a part counts as down only after it has failed for a second, and as up
 * only after it has worked for half a second. So one lost packet does not make the load balancer
 * leave this copy out. */
#pragma once

#include <stdint.h>

#include "base/buf.h"

enum { READY_PARTS_MAX = 8 };

struct ready_part {
    const char *name;  /* "postgres" */
    bool required;     /* while it is down, the service is not ready */
    bool pauses;       /* while it is down, the service is ready to tell people to wait */
    bool well;         /* as last reported */
    bool counted_well; /* after hysteresis */
    int64_t since_ns;  /* when `well` last changed */
    bool was_well;     /* reported well once; until then the first good report counts at once */
};

/* The caller's memory, zeroed. */
struct ready {
    struct ready_part parts[READY_PARTS_MAX];
    size_t count;
    bool stopping;
};

/* Returns the part's number. */
size_t ready_add(struct ready *ready, const char *name, bool required);
void ready_report(struct ready *ready, size_t part, bool well, int64_t now_ns);
/* From now on the service has words of its own while the part is down: no longer required, and not
 * forgotten. */
void ready_pause(struct ready *ready, size_t part);
/* All required parts well and not stopping. */
bool ready_now(struct ready *ready, int64_t now_ns);
/* {"status":"ready","checks":{"postgres":"up",...}}; or not_ready, stopping, or paused: it is
 * ready, and a part that pauses is down. */
void ready_encode(struct ready *ready, int64_t now_ns, struct buf *out);
