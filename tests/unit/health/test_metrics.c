// SPDX-License-Identifier: MIT
/* Readings of probes as Prometheus' text. tests/prometheus compares the values with the usual
 * exporters. */

#include "metrics/metrics.h"
#include "probes/snapshot.h"
#include "support/scratch.h"

static struct snapshot snapshot;

static void setup(void)
{
    snapshot = (struct snapshot){0};
}

TEST_CASE("metrics", .setup = setup);

static const char *text; /* what was printed last */

static void print(void)
{
    metrics_print_snapshot(&snapshot, &scratch);
    text = scratch_text();
}

TEST(unprobed_target_has_no_series)
{
    print();
    ck_assert_str_eq(text, "");
}

TEST(machine_metrics_have_base_units)
{
    snapshot.host_known = true;
    snapshot.cpu = (struct proc_cpu){
        .ticks = {0, 0, 0, 250}
    };
    snapshot.memory.available = 2;
    snapshot.oom_kills = -1;
    print();
    ck_has(text, "\nnode_cpu_seconds_total{mode=\"idle\"} 2.5\n");
    ck_has(text, "\nnode_memory_MemAvailable_bytes 2048\n");
    ck_lacks(text, "\nnode_vmstat_oom_kill ");
    ck_lacks(text, "pg_");
}

TEST(unavailable_disk_has_no_series)
{
    struct snapshot_disk *disk = snapshot_find_or_add_disk(&snapshot, "/srv");

    ck_assert_ptr_nonnull(disk);
    ck_assert_ptr_eq(snapshot_find_or_add_disk(&snapshot, "/srv"), disk);
    disk->size = 4096;
    disk->available = (double)NAN;
    print();
    ck_has(text, "\nnode_filesystem_size_bytes{mountpoint=\"/srv\"} 4096\n");
    ck_lacks(text, "\nnode_filesystem_avail_bytes{");
    for (int i = 1; i < SNAPSHOT_DISKS_MAX; i++) {
        const char name[] = {(char)('a' + i), '\0'};
        ck_assert_ptr_nonnull(snapshot_find_or_add_disk(&snapshot, name));
    }
    ck_assert_ptr_null(snapshot_find_or_add_disk(&snapshot, "one more"));
}

TEST(postgres_has_series_while_it_answers)
{
    snapshot.postgres = (struct postgres_stats){
        .connections = 46, .archive_failures = 3, .archived_age_s = (double)NAN};
    print();
    ck_lacks(text, "pg_");
    snapshot.postgres_known = true;
    print();
    ck_has(text, "\npg_stat_activity_count 46\n");
    ck_has(text, "\npg_stat_archiver_failed_count 3\n");
    ck_lacks(text, "pg_stat_archiver_last_archive_age");
    snapshot.postgres.archived_age_s = 1.5;
    print();
    ck_has(text, "\npg_stat_archiver_last_archive_age 1.5\n");
}

TEST(checks_incidents_and_gaps_have_series)
{
    struct check checks[] = {
        {.name = "postgres", .kind = CHECK_POSTGRES,  .server = "here" },
        {.name = "backup",   .kind = CHECK_HEARTBEAT, .server = "here" },
        {.name = "other",    .kind = CHECK_REDIS,     .server = "there"},
    };
    const struct plan plan = {.checks = checks, .count = 3, .servers = "here", .server = "here"};
    struct verdict_state states[3] = {
        {.probed_us = 1, .last = {.took_us = 2500}}
    };
    struct check_verdict verdicts[3] = {{.verdict = VERDICT_RED}};
    struct incident incidents[2] = {
        {.severity = SEVERITY_CRITICAL},
        { .severity = SEVERITY_WARNING,                .ended_us = 5}
    };
    const struct monitor_view view = {.plan = &plan,
                                      .states = states,
                                      .verdicts = verdicts,
                                      .incidents = incidents,
                                      .incident_count = 2,
                                      .now_us = 9000000,
                                      .history_gap_us = 6000000,
                                      .history_missing = {.samples = 3}};

    metrics_print_health(&view, 4, &scratch);
    text = scratch_text();
    ck_has(text, "\nhealth_check_status{check=\"postgres\",kind=\"postgres\"} 2\n");
    ck_has(text, "\nhealth_check_status{check=\"backup\",kind=\"heartbeat\"} 5\n");
    ck_has(text, "\nhealth_check_latency_seconds{check=\"postgres\",kind=\"postgres\"} 0.0025\n");
    ck_lacks(text, "latency_seconds{check=\"backup\"");
    ck_lacks(text, "other");
    ck_has(text, "\nhealth_incidents_open{severity=\"critical\"} 1\n");
    ck_has(text, "\nhealth_incidents_open{severity=\"warning\"} 0\n");
    ck_has(text, "\nhealth_history_gap_seconds 3\n");
    ck_has(text, "\nhealth_history_missing_samples 3\n");
    ck_has(text, "\nhealth_alerts_undelivered 4\n");
}
