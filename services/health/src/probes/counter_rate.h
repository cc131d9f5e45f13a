// SPDX-License-Identifier: MIT
/* Computes the increase of two counters of another process over a span of time, such as requests
 * and failed requests. Pure: the caller passes the time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { COUNTER_RATE_SAMPLES = 7 };

/* Samples of two counters. Zeroed: no samples. */
struct counter_rate {
    struct counter_sample {
        int64_t at_ns;
        double all, part;
    } samples[COUNTER_RATE_SAMPLES]; /* oldest first; increases are measured from the first one */
    size_t count;
    double last_all, last_part; /* values of the last call */
};

/* Adds a sample of two counters and returns their increases since the newest sample that is at
 * least `span_ns` old, accurate to a sixth of the span; since the oldest sample if no sample is so
 * old. If a counter went down, its process was restarted: the samples are dropped. */
void counter_rate_add_sample(struct counter_rate *rate, int64_t now_ns, int64_t span_ns, double all,
                             double part, double *grown_all, double *grown_part);
/* Adds a sample like counter_rate_add_sample(), and returns the increase of `part` in percent of
 * the increase of `all`. NAN: `all` has increased by less than `all_min`. */
double counter_rate_add_and_get_percent(struct counter_rate *rate, int64_t now_ns, int64_t span_ns,
                                        double all, double part, double all_min);
