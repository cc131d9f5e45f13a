// SPDX-License-Identifier: MIT
/* Counters, gauges and histograms, printed as Prometheus text (exposition format 0.0.4).
 *
 * A metric is a static struct somebody declares beside the code it measures and registers once;
 * touching it is an addition. Label values come from closed sets (route templates, method names),
 * never from clients. One thread writes; nothing here locks.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE };

struct metric {
    const char *name; /* base units, _total, _seconds */
    const char *help;
    enum metric_type type;
    const char *labels; /* ready text without braces (`pool="shared"`), or NULL */
    double value;
    double (*read)(void *data); /* when set, asked at print time instead of `value` */
    void *data;
    struct metric *next; /* the registry's */
};

/* Upper bounds in seconds; the last bucket is +Inf. */
enum { METRIC_BUCKETS = 11 };
extern const double metric_bucket_bounds[METRIC_BUCKETS - 1];

struct metric_histogram {
    const char *name;
    const char *help;
    const char *labels;
    uint64_t buckets[METRIC_BUCKETS]; /* each its own, summed when printed */
    double sum;
    struct metric_histogram *next;
};

void metric_register(struct metric *metric);
void metric_register_histogram(struct metric_histogram *histogram);
/* For owners that end before the process. Fine on one not registered. */
void metric_unregister(struct metric *metric);
void metric_unregister_histogram(struct metric_histogram *histogram);
void metric_observe(struct metric_histogram *histogram, double seconds);
/* Metrics of one name are printed together under one HELP and TYPE. */
void metric_print(struct buf *out);
/* Forgets all; for tests. */
void metric_reset(void);
