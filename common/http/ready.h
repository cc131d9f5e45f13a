// SPDX-License-Identifier: MIT
/* Readiness with hysteresis: a part must fail for a while before it counts, and be well for a while
 * before it counts again, so that one lost packet does not take a copy out of the balance. */
#pragma once

#include <stdint.h>

#include "base/buf.h"

enum { READY_PARTS_MAX = 8 };

struct ready_part {
    const char *name;  /* "postgres" */
    bool required;     /* a missing one makes the service not ready */
    bool well;         /* last word of its owner */
    bool counted_well; /* after hysteresis */
    int64_t since_ns;  /* when `well` last changed */
    bool heard;        /* was well once: until then the first good word counts at once */
};

struct ready {
    struct ready_part parts[READY_PARTS_MAX];
    size_t count;
    int64_t fall_ns; /* a part must fail this long: 1 s */
    int64_t rise_ns; /* and be well this long: 0.5 s; the first time at once */
    bool stopping;
};

void ready_init(struct ready *ready);
/* Returns the part's number. */
size_t ready_add(struct ready *ready, const char *name, bool required);
void ready_report(struct ready *ready, size_t part, bool well, int64_t now_ns);
/* All required parts well and not stopping. */
bool ready_now(struct ready *ready, int64_t now_ns);
/* {"status":"ready","checks":{"postgres":"up",...}} */
void ready_encode(struct ready *ready, int64_t now_ns, struct buf *out);
