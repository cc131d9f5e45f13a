// SPDX-License-Identifier: MIT
#include "metrics/metrics.h"

#include <math.h>
#include <unistd.h>

#include "base/metric.h"
#include "base/now.h"

#include "app.h"
#include "probes/snapshot.h"

/* Prints a family with one series; nothing if the value is NAN. */
static void print_metric(struct buf *out, const char *name, enum metric_type type, const char *help,
                         double value)
{
    if (isnan(value))
        return;
    metric_print_family_header(out, name, help, type);
    metric_print_series(out, name, NULL, 0, value);
}

static void print_gauge(struct buf *out, const char *name, const char *help, double value)
{
    print_metric(out, name, METRIC_GAUGE, help, value);
}

/* --- the machine and PostgreSQL --- */

static void print_cpu_times(const struct proc_cpu *cpu, struct buf *out)
{
    static const char name[] = "node_cpu_seconds_total";
    const double tick_s = 1 / (double)sysconf(_SC_CLK_TCK);

    metric_print_family_header(out, name, "What the processors did.", METRIC_COUNTER);
    for (size_t mode = 0; mode < PROC_MODES; mode++) {
        const struct metric_label label = {"mode", slice_of(proc_modes[mode])};
        metric_print_series(out, name, &label, 1, (double)cpu->ticks[mode] * tick_s);
    }
}

static void print_host(const struct snapshot *snapshot, struct buf *out)
{
    const struct proc_memory *memory = &snapshot->memory;

    if (!snapshot->host_known)
        return;
    print_cpu_times(&snapshot->cpu, out);
    print_gauge(out, "node_memory_MemTotal_bytes", "Memory of the machine.",
                (double)memory->total * 1024);
    print_gauge(out, "node_memory_MemAvailable_bytes",
                "Memory that programs could get without swapping.",
                (double)memory->available * 1024);
    print_metric(out, "node_vmstat_oom_kill", METRIC_COUNTER,
                 "Processes that the kernel has ended for lack of memory.",
                 snapshot->oom_kills >= 0 ? (double)snapshot->oom_kills : (double)NAN);
}

static void print_disk_series(struct buf *out, const char *name, const struct snapshot_disk *disk,
                              double value)
{
    const struct metric_label label = {"mountpoint", slice_of(disk->mount)};

    if (!isnan(value))
        metric_print_series(out, name, &label, 1, value);
}

static void print_disks(const struct snapshot_disk *disks, size_t count, struct buf *out)
{
    static const char size[] = "node_filesystem_size_bytes";
    static const char available[] = "node_filesystem_avail_bytes";

    if (count == 0)
        return;
    metric_print_family_header(out, size, "Size of a file system.", METRIC_GAUGE);
    for (size_t i = 0; i < count; i++)
        print_disk_series(out, size, &disks[i], disks[i].size);
    metric_print_family_header(out, available, "Room that is free to all.", METRIC_GAUGE);
    for (size_t i = 0; i < count; i++)
        print_disk_series(out, available, &disks[i], disks[i].available);
}

static void print_postgres(const struct snapshot *snapshot, struct buf *out)
{
    const struct postgres_stats *postgres = &snapshot->postgres;

    if (!snapshot->postgres_known)
        return;
    print_gauge(out, "pg_stat_activity_count", "Connections of clients.",
                (double)postgres->connections);
    print_metric(out, "pg_stat_archiver_failed_count", METRIC_COUNTER,
                 "Tries to archive the write-ahead log that failed.",
                 (double)postgres->archive_failures);
    print_gauge(out, "pg_stat_archiver_last_archive_age",
                "Since a segment was archived, seconds; none: none was.", postgres->archived_age_s);
}

void metrics_print_snapshot(const struct snapshot *snapshot, struct buf *out)
{
    print_host(snapshot, out);
    print_disks(snapshot->disks, snapshot->disk_count, out);
    print_postgres(snapshot, out);
}

/* --- health itself --- */

/* The value of health_check_status for each verdict. */
static const double statuses[VERDICTS] = {
    [VERDICT_GREEN] = 0,    [VERDICT_YELLOW] = 1,   [VERDICT_RED] = 2,
    [VERDICT_AFFECTED] = 3, [VERDICT_SILENCED] = 4, [VERDICT_UNKNOWN] = 5,
};

static void print_check_series(struct buf *out, const char *name, const struct check *check,
                               double value)
{
    const struct metric_label labels[] = {
        {"check", slice_of(check->name)                  },
        {"kind",  slice_of(check_kind_names[check->kind])},
    };

    metric_print_series(out, name, labels, ARRAY_LEN(labels), value);
}

static void print_checks(const struct monitor_view *view, struct buf *out)
{
    static const char status[] = "health_check_status", latency[] = "health_check_latency_seconds";
    const struct plan *plan = view->plan;

    metric_print_family_header(
        out, status,
        "The verdict of a check: 0 green, 1 yellow, 2 red, 3 affected, 4 silenced, "
        "5 unknown.",
        METRIC_GAUGE);
    for (size_t i = 0; i < plan->count; i++)
        if (plan_is_local(plan, &plan->checks[i]))
            print_check_series(out, status, &plan->checks[i], statuses[view->verdicts[i].verdict]);
    metric_print_family_header(out, latency, "Duration of the last probe of a check.",
                               METRIC_GAUGE);
    for (size_t i = 0; i < plan->count; i++)
        if (plan_is_local(plan, &plan->checks[i]) && view->states[i].probed_us != 0)
            print_check_series(out, latency, &plan->checks[i],
                               (double)view->states[i].last.took_us / US_PER_S);
}

static void print_open_incidents(const struct monitor_view *view, struct buf *out)
{
    static const char name[] = "health_incidents_open";

    metric_print_family_header(out, name, "Open incidents, by the severity of their checks.",
                               METRIC_GAUGE);
    for (size_t word = 0; severity_names[word] != NULL; word++) {
        const struct metric_label label = {"severity", slice_of(severity_names[word])};
        double open = 0;
        for (size_t i = 0; i < view->incident_count; i++)
            open += view->incidents[i].ended_us == 0 && view->incidents[i].severity == word;
        metric_print_series(out, name, &label, 1, open);
    }
}

void metrics_print_health(const struct monitor_view *view, int64_t alerts_waiting, struct buf *out)
{
    print_checks(view, out);
    print_open_incidents(view, out);
    print_gauge(out, "health_history_gap_seconds", "Time since history could last be written.",
                view->history_gap_us > 0
                    ? (double)(view->now_us - view->history_gap_us) / (double)US_PER_S
                    : 0);
    print_gauge(out, "health_history_missing_samples",
                "Samples dropped because history could not be written.",
                (double)view->history_missing.samples);
    print_gauge(out, "health_rules_left_out",
                "Firing alerts of Prometheus without incident, because too many fire at once.",
                (double)rules_count_alerts_without_incident(&view->rules));
    print_gauge(out, "health_rules_dropped", "Alerts of Prometheus dropped because too many fired.",
                (double)view->rules.dropped);
    print_gauge(out, "health_alerts_undelivered", "Alerts that no channel has accepted yet.",
                (double)alerts_waiting);
}

/* --- the source --- */

void metrics_print(void *data, struct buf *out)
{
    const struct health_app *app = data;
    struct monitor_view view;

    monitor_get_view(app->monitor, &view);
    metrics_print_snapshot(view.snapshot, out);
    metrics_print_health(&view, history_count_waiting_alerts(app->history), out);
}
