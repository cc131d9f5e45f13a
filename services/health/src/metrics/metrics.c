// SPDX-License-Identifier: MIT
#include "metrics/metrics.h"

#include <stdlib.h>

#include "base/metric.h"

struct metrics {
    struct metric_source source;
    struct watch *watch;
    const struct history *history;
};

static void print(void *data, struct buf *out)
{
    const struct metrics *metrics = data;
    struct watch_view view;
    watch_view(metrics->watch, &view);
    metrics_print_seen(watch_seen(metrics->watch), out);
    metrics_print_own(&view, history_alerts_waiting(metrics->history), out);
}

struct metrics *metrics_create(struct watch *watch, const struct history *history,
                               struct fault *fault)
{
    struct metrics *metrics = fault_calloc(sizeof *metrics, "metrics", fault);
    if (metrics == NULL)
        return NULL;
    metrics->source = (struct metric_source){.print = print, .data = metrics};
    metrics->watch = watch;
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
