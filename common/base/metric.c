// SPDX-License-Identifier: MIT
/* The registry: lists in which metrics of one name are neighbours, as the text format demands. */
#include "base/metric.h"

#include <math.h>

const double metric_bucket_bounds[METRIC_BUCKETS - 1] = {0.005, 0.01, 0.025, 0.05, 0.1,
                                                         0.25,  0.5,  1,     2.5,  5};
static const char *const bound_texts[METRIC_BUCKETS] = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf"};

static struct {
    struct metric *metrics;
    struct metric_histogram *histograms;
} registry;

void metric_register(struct metric *metric)
{
    struct metric **place = &registry.metrics;
    struct metric **found = NULL;

    for (; *place != NULL; place = &(*place)->next) {
        if (*place == metric)
            return;
        if (strcmp((*place)->name, metric->name) == 0)
            found = &(*place)->next;
    }
    place = found != NULL ? found : place;
    metric->next = *place;
    *place = metric;
}

void metric_register_histogram(struct metric_histogram *histogram)
{
    struct metric_histogram **place = &registry.histograms;
    struct metric_histogram **found = NULL;

    for (; *place != NULL; place = &(*place)->next) {
        if (*place == histogram)
            return;
        if (strcmp((*place)->name, histogram->name) == 0)
            found = &(*place)->next;
    }
    place = found != NULL ? found : place;
    histogram->next = *place;
    *place = histogram;
}

void metric_unregister(struct metric *metric)
{
    for (struct metric **place = &registry.metrics; *place != NULL; place = &(*place)->next) {
        if (*place == metric) {
            *place = metric->next;
            return;
        }
    }
}

void metric_unregister_histogram(struct metric_histogram *histogram)
{
    struct metric_histogram **place = &registry.histograms;
    for (; *place != NULL; place = &(*place)->next) {
        if (*place == histogram) {
            *place = histogram->next;
            return;
        }
    }
}

void metric_observe(struct metric_histogram *histogram, double seconds)
{
    size_t bucket = 0;

    while (bucket < METRIC_BUCKETS - 1 && seconds > metric_bucket_bounds[bucket])
        bucket++;
    histogram->buckets[bucket]++;
    histogram->sum += seconds;
}

static void print_head(struct buf *out, const char *name, const char *help, const char *type)
{
    buf_text(out, "# HELP ");
    buf_text(out, name);
    buf_char(out, ' ');
    for (; *help != '\0'; help++) {
        if (*help == '\\')
            buf_text(out, "\\\\");
        else if (*help == '\n')
            buf_text(out, "\\n");
        else
            buf_char(out, *help);
    }
    buf_text(out, "\n# TYPE ");
    buf_text(out, name);
    buf_char(out, ' ');
    buf_text(out, type);
    buf_char(out, '\n');
}

static void print_value(struct buf *out, double value)
{
    if (isnan(value))
        buf_text(out, "NaN");
    else if (isinf(value))
        buf_text(out, value > 0 ? "+Inf" : "-Inf");
    else if (value == floor(value) && fabs(value) < 1e15)
        buf_i64(out, (int64_t)value);
    else
        buf_printf(out, "%.12g", value);
    buf_char(out, '\n');
}

static void print_metric(struct buf *out, const struct metric *metric)
{
    buf_text(out, metric->name);
    if (metric->labels != NULL) {
        buf_char(out, '{');
        buf_text(out, metric->labels);
        buf_char(out, '}');
    }
    buf_char(out, ' ');
    print_value(out, metric->read != NULL ? metric->read(metric->data) : metric->value);
}

static void print_histogram_part(struct buf *out, const struct metric_histogram *histogram,
                                 const char *suffix, const char *bound)
{
    bool labels = histogram->labels != NULL;

    buf_text(out, histogram->name);
    buf_text(out, suffix);
    if (labels || bound != NULL)
        buf_char(out, '{');
    if (labels)
        buf_text(out, histogram->labels);
    if (labels && bound != NULL)
        buf_char(out, ',');
    if (bound != NULL) {
        buf_text(out, "le=\"");
        buf_text(out, bound);
        buf_char(out, '"');
    }
    if (labels || bound != NULL)
        buf_char(out, '}');
    buf_char(out, ' ');
}

static void print_histogram(struct buf *out, const struct metric_histogram *histogram)
{
    uint64_t total = 0;

    for (size_t i = 0; i < METRIC_BUCKETS; i++) {
        total += histogram->buckets[i];
        print_histogram_part(out, histogram, "_bucket", bound_texts[i]);
        buf_u64(out, total);
        buf_char(out, '\n');
    }
    print_histogram_part(out, histogram, "_sum", NULL);
    print_value(out, histogram->sum);
    print_histogram_part(out, histogram, "_count", NULL);
    buf_u64(out, total);
    buf_char(out, '\n');
}

void metric_print(struct buf *out)
{
    const char *name = "";

    for (const struct metric *metric = registry.metrics; metric != NULL; metric = metric->next) {
        if (strcmp(metric->name, name) != 0)
            print_head(out, metric->name, metric->help,
                       metric->type == METRIC_COUNTER ? "counter" : "gauge");
        name = metric->name;
        print_metric(out, metric);
    }
    for (const struct metric_histogram *histogram = registry.histograms; histogram != NULL;
         histogram = histogram->next) {
        if (strcmp(histogram->name, name) != 0)
            print_head(out, histogram->name, histogram->help, "histogram");
        name = histogram->name;
        print_histogram(out, histogram);
    }
}

void metric_reset(void)
{
    registry.metrics = NULL;
    registry.histograms = NULL;
}
