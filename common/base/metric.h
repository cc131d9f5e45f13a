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
#include "base/slice.h"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric {
    const char *name; /* with its base unit, as Prometheus recommends: _total, _seconds */
    const char *help;
    enum metric_type type;
    const char *labels; /* label text without braces (`pool="shared"`), or NULL */
    double value;
    double (*read)(void *data); /* if set, it is called for the value when metrics are printed */
    void *data;
    struct metric *next; /* next in the registry */
};

/* Upper bounds of the buckets in seconds; the last bucket is +Inf. */
enum { METRIC_BUCKETS = 11 };
extern const double metric_bucket_bounds[METRIC_BUCKETS - 1];

struct metric_histogram {
    struct metric metric;             /* must be the first member; its type is METRIC_HISTOGRAM */
    uint64_t buckets[METRIC_BUCKETS]; /* not cumulative; summed up when printed */
    double sum;
};

void metric_register(struct metric *metric);
void metric_register_all(struct metric *metrics, size_t count);
/* The next two functions fill in `metric` and register it. `labels` may be NULL. `read` may be NULL
 * if the owner sets the value. */
void metric_register_counter(struct metric *metric, const char *name, const char *help,
                             const char *labels);
void metric_register_gauge(struct metric *metric, const char *name, const char *help,
                           double (*read)(void *data), void *data);
/* For metrics whose owner is freed before the process ends. Ignores a metric that is not
 * registered. */
void metric_unregister(struct metric *metric);
void metric_unregister_all(struct metric *metrics, size_t count);
void metric_observe(struct metric_histogram *histogram, double seconds);

/* A function that prints series which are created and removed at runtime. It must print whole
 * families, whose names no other metric has. */
struct metric_source {
    void (*print)(void *data, struct buf *out);
    void *data;
    struct metric_source *next; /* next in the registry */
};
void metric_source_add(struct metric_source *source);
/* Ignores a source that was not added. */
void metric_source_remove(struct metric_source *source);

struct metric_label {
    const char *name;
    struct slice value; /* any bytes; escaped when printed */
};
/* Prints HELP and TYPE of a family (not of a histogram). Then call metric_print_series() for each
 * of its series. */
void metric_print_family_header(struct buf *out, const char *name, const char *help,
                                enum metric_type type);
void metric_print_series(struct buf *out, const char *name, const struct metric_label *labels,
                         size_t count, double value);

/* Prints all metrics, those of one name together under one HELP and TYPE, then all sources. */
void metric_print(struct buf *out);
/* For tests: unregisters all metrics and sources. */
void metric_reset(void);
