// SPDX-License-Identifier: MIT
/* The registry of metrics: lists in which metrics of one name are neighbours, as the format
 * requires. */
#include "base/metric.h"

#include <inttypes.h>
#include <math.h>

const double metric_bucket_bounds[METRIC_BUCKETS - 1] = {0.005, 0.01, 0.025, 0.05, 0.1,
                                                         0.25,  0.5,  1,     2.5,  5};
static const char *const bound_texts[METRIC_BUCKETS] = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf"};

static struct metric *registry;
static struct metric_source *sources;

void metric_register(struct metric *metric)
{
    struct metric **place = &registry;
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

void metric_register_all(struct metric *metrics, size_t count)
{
    for (size_t i = 0; i < count; i++)
        metric_register(&metrics[i]);
}

void metric_register_counter(struct metric *metric, const char *name, const char *help,
                             const char *labels)
{
    *metric = (struct metric){name, help, METRIC_COUNTER, .labels = labels};
    metric_register(metric);
}

void metric_register_gauge(struct metric *metric, const char *name, const char *help,
                           double (*read)(void *data), void *data)
{
    *metric = (struct metric){name, help, METRIC_GAUGE, .read = read, .data = data};
    metric_register(metric);
}

void metric_unregister(struct metric *metric)
{
    for (struct metric **place = &registry; *place != NULL; place = &(*place)->next) {
        if (*place == metric) {
            *place = metric->next;
            return;
        }
    }
}

void metric_unregister_all(struct metric *metrics, size_t count)
{
    for (size_t i = 0; i < count; i++)
        metric_unregister(&metrics[i]);
}

void metric_observe(struct metric_histogram *histogram, double seconds)
{
    size_t bucket = 0;

    while (bucket < METRIC_BUCKETS - 1 && seconds > metric_bucket_bounds[bucket])
        bucket++;
    histogram->buckets[bucket]++;
    histogram->sum += seconds;
}

void metric_source_add(struct metric_source *source)
{
    metric_source_remove(source);
    source->next = sources;
    sources = source;
}

void metric_source_remove(struct metric_source *source)
{
    for (struct metric_source **place = &sources; *place != NULL; place = &(*place)->next) {
        if (*place == source) {
            *place = source->next;
            return;
        }
    }
}

void metric_print_family_header(struct buf *out, const char *name, const char *help,
                                enum metric_type type)
{
    static const char *const types[] = {
        [METRIC_COUNTER] = "counter", [METRIC_GAUGE] = "gauge", [METRIC_HISTOGRAM] = "histogram"};

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
    buf_text(out, types[type]);
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

void metric_print_series(struct buf *out, const char *name, const struct metric_label *labels,
                         size_t count, double value)
{
    buf_text(out, name);
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "%c%s=\"", i == 0 ? '{' : ',', labels[i].name);
        for (size_t k = 0; k < labels[i].value.len; k++) {
            const char c = labels[i].value.at[k];
            if (c == '\\' || c == '"')
                buf_char(out, '\\');
            if (c == '\n')
                buf_text(out, "\\n");
            else
                buf_char(out, c);
        }
        buf_char(out, '"');
    }
    buf_text(out, count > 0 ? "} " : " ");
    print_value(out, value);
}

/* Prints the metric's name with its labels. `bound`: upper bound of a bucket, or NULL. */
static void print_series_name(struct buf *out, const struct metric *metric, const char *suffix,
                              const char *bound)
{
    bool labels = metric->labels != NULL;

    buf_text(out, metric->name);
    buf_text(out, suffix);
    if (labels || bound != NULL)
        buf_char(out, '{');
    if (labels)
        buf_text(out, metric->labels);
    if (labels && bound != NULL)
        buf_char(out, ',');
    if (bound != NULL)
        buf_printf(out, "le=\"%s\"", bound);
    if (labels || bound != NULL)
        buf_char(out, '}');
    buf_char(out, ' ');
}

static void print_metric(struct buf *out, const struct metric *metric)
{
    print_series_name(out, metric, "", NULL);
    print_value(out, metric->read != NULL ? metric->read(metric->data) : metric->value);
}

static void print_histogram(struct buf *out, const struct metric_histogram *histogram)
{
    uint64_t total = 0;

    for (size_t i = 0; i < METRIC_BUCKETS; i++) {
        total += histogram->buckets[i];
        print_series_name(out, &histogram->metric, "_bucket", bound_texts[i]);
        buf_printf(out, "%" PRIu64 "\n", total);
    }
    print_series_name(out, &histogram->metric, "_sum", NULL);
    print_value(out, histogram->sum);
    print_series_name(out, &histogram->metric, "_count", NULL);
    buf_printf(out, "%" PRIu64 "\n", total);
}

void metric_print(struct buf *out)
{
    const char *name = "";

    for (const struct metric *metric = registry; metric != NULL; metric = metric->next) {
        if (strcmp(metric->name, name) != 0)
            metric_print_family_header(out, metric->name, metric->help, metric->type);
        name = metric->name;
        if (metric->type == METRIC_HISTOGRAM)
            print_histogram(out, (const struct metric_histogram *)metric);
        else
            print_metric(out, metric);
    }
    for (const struct metric_source *source = sources; source != NULL; source = source->next)
        source->print(source->data, out);
}

void metric_reset(void)
{
    registry = NULL;
    sources = NULL;
}
