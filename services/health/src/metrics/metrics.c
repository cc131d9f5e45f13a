// SPDX-License-Identifier: MIT
#include "metrics/metrics.h"

#include <stdlib.h>

#include "base/metric.h"

struct metrics {
    struct metric_source source;
    struct monitor *monitor;
    const struct history *history;
};

static void print(void *data, struct buf *out)
{
    const struct metrics *metrics = data;
    struct monitor_view view;
    monitor_view(metrics->monitor, &view);
    metrics_print_exporters(monitor_snapshot(metrics->monitor), out);
    metrics_print_health(&view, history_alerts_waiting(metrics->history), out);
}

struct metrics *metrics_create(struct monitor *monitor, const struct history *history,
                               struct fault *fault)
{
    struct metrics *metrics = fault_calloc(sizeof *metrics, "metrics", fault);
    if (metrics == NULL)
        return NULL;
    metrics->source = (struct metric_source){.print = print, .data = metrics};
    metrics->monitor = monitor;
    metrics->history = history;
    metric_source_add(&metrics->source);
    return metrics;
}

void metrics_destroy(struct metrics *metrics)
{
    if (metrics == NULL)
        return;
    metric_source_remove(&metrics->source);
    free(metrics);
}
