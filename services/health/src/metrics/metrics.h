// SPDX-License-Identifier: MIT
/* Metrics that health adds to its /metrics: the last readings of the machine, PostgreSQL, Redis and
 * containers, and its own verdicts.
 *
 * Names, labels and units are those of node_exporter, postgres_exporter, redis_exporter and
 * cAdvisor, so that their dashboards and rules work; labels that would be constant here (`server`,
 * `device`) are omitted. `mountpoint` is the target of the check. A value that no probe reads, or
 * that the last probe could not read, has no series; *_up is 0 then. */
#pragma once

#include "monitor/monitor.h"
#include "storage/history.h"

struct metrics;

/* Returns new. `monitor` and `history` outlive it. */
struct metrics *metrics_create(struct monitor *monitor, const struct history *history,
                               struct fault *fault);
void metrics_destroy(struct metrics *metrics); /* takes NULL */

/* The two parts, for tests. Checks of other servers are omitted: those servers export them. */
void metrics_print_exporters(const struct snapshot *snapshot, struct buf *out);
void metrics_print_health(const struct monitor_view *view, int64_t alerts_waiting, struct buf *out);
