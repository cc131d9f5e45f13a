// SPDX-License-Identifier: MIT
/* The increase of two counters of another process over a span of time, such as requests and failed
 * requests. Pure: the caller passes the time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { COUNTER_RATE_SAMPLES = 7 };

/* Zeroed: no samples. */
struct counter_rate {
    struct {
        int64_t at_ns;
        double all, part;
    } samples[COUNTER_RATE_SAMPLES]; /* oldest first; the first is the base */
    size_t count;
    double last_all, last_part;
};

/* Adds a sample and returns the increase since the newest sample that is at least `span_ns` old, to
 * a sixth of the span; since the first one if none is so old. If a counter went down, its process
 * was restarted: the samples are dropped. */
void counter_rate_add(struct counter_rate *rate, int64_t now_ns, int64_t span_ns, double all,
                      double part, double *grown_all, double *grown_part);
/* The same for a share: how many percent of the increase of `all` are of `part`. NAN: `all` has
 * increased by less than `min`. */
double counter_rate_percent(struct counter_rate *rate, int64_t now_ns, int64_t span_ns, double all,
                            double part, double min);
