// SPDX-License-Identifier: MIT
/* What health adds to its /metrics: the machine, PostgreSQL, Redis and containers as the probes
 * have seen them last, and health's own verdicts.
 *
 * Names, labels and units are those of node_exporter, postgres_exporter, redis_exporter and
 * cAdvisor, so that their dashboards and rules fit; a label that would tell nothing here (`server`,
 * `device`) is left out. `mountpoint` is the target of the check. What no probe reads, or the last
 * one could not read, has no series; *_up is 0 then. */
#pragma once

#include "monitor/monitor.h"
#include "storage/history.h"

struct metrics;

/* Returns new. `watch` and `history` outlive it. */
struct metrics *metrics_create(struct monitor *monitor, const struct history *history,
                               struct fault *fault);
void metrics_destroy(struct metrics *metrics); /* takes NULL */

/* The parts, for tests. Checks of other servers are theirs to tell. */
void metrics_print_exporters(const struct snapshot *snapshot, struct buf *out);
void metrics_print_health(const struct monitor_view *view, int64_t alerts_waiting, struct buf *out);
