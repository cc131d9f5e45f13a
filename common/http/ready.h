// SPDX-License-Identifier: MIT
/* Readiness with hysteresis: a part, such as the database, counts as down only after it has failed
 * for a second, and as up only after it has worked for half a second. So one lost packet does not
 * make the load balancer skip this instance. */
#pragma once

#include <stdint.h>

#include "base/buf.h"

enum { READY_PARTS_MAX = 8 };

struct ready_part {
    const char *name;  /* "postgres" */
    bool required;     /* while it is down, the service is not ready, unless it pauses */
    bool pauses;       /* while it is down, the service is ready, but in state "paused" */
    bool well;         /* the last report was good */
    bool counted_well; /* counts as up, after hysteresis */
    int64_t since_ns;  /* when `well` last changed */
    bool was_well;     /* a good report has come; the first good report counts at once */
};

/* The caller owns its memory and zeroes it. */
struct ready {
    struct ready_part parts[READY_PARTS_MAX];
    size_t count;
    bool stopping;
};

/* Returns the part's index. */
size_t ready_add(struct ready *ready, const char *name, bool required);
void ready_report(struct ready *ready, size_t part, bool is_well, int64_t now_ns);
/* Marks a part as pausing: while the part is down, the service stays ready, but in state "paused",
 * because it can still reply to its users. */
void ready_set_pausing(struct ready *ready, size_t part, bool pauses);
/* Whether all required parts are up and the service is not stopping. */
bool ready_is_ready(struct ready *ready, int64_t now_ns);
/* Writes {"status":"ready","checks":{"postgres":"up",...}}. Other statuses: not_ready, stopping,
 * and paused (ready, but a pausing part is down). */
void ready_encode(struct ready *ready, int64_t now_ns, struct buf *out);
