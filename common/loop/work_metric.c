// SPDX-License-Identifier: MIT
/* What /metrics says of the work pool. A process has one; the pool registered last is shown. */
#include "base/metric.h"
#include "loop/work_private.h"

static struct work *measured;

/* `data`: where the number, a size_t, stands in struct work. */
static double read_number(void *data)
{
    if (measured == NULL)
        return 0;
    const size_t *number = (const size_t *)(void *)((char *)measured + (uintptr_t)data);

    pthread_mutex_lock(&measured->lock);
    const double value = (double)*number;
    pthread_mutex_unlock(&measured->lock);
    return value;
}

#define NUMBER(n, h, t, l, member)                                                                 \
    {                                                                                              \
        .name = n, .help = h, .type = t, .labels = l, .read = read_number,                         \
        .data = (void *)offsetof(struct work, member)                                              \
    }
#define QUEUED(label, index)                                                                       \
    NUMBER("work_jobs_queued", "Jobs of the work pool that wait for a thread.", METRIC_GAUGE,      \
           "line=\"" label "\"", lines[index].count)

static struct metric metrics[] = {
    QUEUED("cpu", WORK_LINE_CPU),
    QUEUED("names", WORK_LINE_NAMES),
    NUMBER("work_jobs_running", "Jobs that a thread of the work pool runs.", METRIC_GAUGE, NULL,
           running),
    NUMBER("work_jobs_refused_total", "Jobs refused because too many were waiting.", METRIC_COUNTER,
           NULL, refused),
};

void work_metrics_register(struct work *work)
{
    measured = work;
    metric_register_all(metrics, sizeof(metrics) / sizeof(metrics[0]));
}

void work_metrics_end(const struct work *work)
{
    if (measured == work)
        measured = NULL;
}
