// SPDX-License-Identifier: MIT
/* By how much two counters of another process have grown over a span of time, such as its requests
 * and those that failed. Pure: the caller says what time it is. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { COUNTER_RATE_SAMPLES = 7 };

/* Zeroed: nothing is known. */
struct counter_rate {
    struct {
        int64_t at_ns;
        double all, part;
    } samples[COUNTER_RATE_SAMPLES]; /* oldest first; the first is the base */
    size_t count;
    double last_all, last_part;
};

/* Adds a look, and gives the growth since the newest look that is `span_ns` old or older, to a
 * sixth of the span; since the first one where none is so old. Counters that went down belong to a
 * process that has started anew: the growth begins with them. */
void counter_rate_add(struct counter_rate *rate, int64_t now_ns, int64_t span_ns, double all,
                      double part, double *grown_all, double *grown_part);
