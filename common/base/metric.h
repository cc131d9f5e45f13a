// SPDX-License-Identifier: MIT
/* Counters, gauges and histograms, printed as Prometheus text (exposition format 0.0.4).
 *
 * A metric is a static struct beside the code that it measures, registered once. Counting is one
 * addition to `value`. The values of labels come from closed sets (route templates, names of
 * methods), never from clients. Only one thread writes; there are no locks.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric {
    const char *name; /* base units, _total, _seconds */
    const char *help;
    enum metric_type type;
    const char *labels; /* ready text without braces (`pool="shared"`), or NULL */
    double value;
    double (*read)(void *data); /* when set, called for the value when metrics are printed */
    void *data;
    struct metric *next; /* the registry's */
};

/* Upper bounds in seconds; the last bucket is +Inf. */
enum { METRIC_BUCKETS = 11 };
extern const double metric_bucket_bounds[METRIC_BUCKETS - 1];

struct metric_histogram {
    struct metric metric;             /* first; its type is METRIC_HISTOGRAM */
    uint64_t buckets[METRIC_BUCKETS]; /* not cumulative; summed up when printed */
    double sum;
};

void metric_register(struct metric *metric);
void metric_register_all(struct metric *metrics, size_t count);
/* For owners that end before the process. A metric that is not registered is ignored. */
void metric_unregister(struct metric *metric);
void metric_observe(struct metric_histogram *histogram, double seconds);
/* Prints all metrics; those of one name stand together under one HELP and TYPE. */
void metric_print(struct buf *out);
/* For tests: unregisters all. */
void metric_reset(void);
