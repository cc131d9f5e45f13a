// SPDX-License-Identifier: MIT
/* Metrics that health adds to its /metrics: the last readings of the machine, its disks and
 * PostgreSQL, as far as rules in deploy/prometheus/rules.yml use them, and health's own verdicts.
 *
 * Names and units are those of node_exporter and postgres_exporter. Series are summed over the
 * labels `cpu`, `datname` and `state`, as the rules do, and labels that would be constant here are
 * omitted. `mountpoint` is the target of the check. A value that no probe reads, or that the last
 * probe could not read, has no series. */
#pragma once

#include "monitor/monitor.h"
#include "storage/history.h"

/* For struct metric_source. `data` is a struct health_app with a monitor and a history. */
void metrics_print(void *data, struct buf *out);

/* The two parts of the metrics, declared for tests. Checks of other servers are omitted, because
 * the instances on those servers export them. */
void metrics_print_snapshot(const struct snapshot *snapshot, struct buf *out);
void metrics_print_health(const struct monitor_view *view, int64_t alerts_waiting, struct buf *out);
