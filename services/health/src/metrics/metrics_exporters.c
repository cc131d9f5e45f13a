// SPDX-License-Identifier: MIT
/* The last readings under the names of the usual exporters: a table for each kind of object. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/metric.h"
#include "base/now.h"

#include "metrics/metrics.h"
#include "probes/snapshot.h"

/* A member of a struct that a probe fills, as a metric. */
struct row {
    const char *name;
    const char *help;
    enum metric_type type;
    size_t offset;
    bool real;    /* the member is a double, NAN means none; else an int64_t, negative means none */
    double scale; /* factor from the member's unit to the metric's */
};

/* Objects of one kind: an array of structs, the metrics of each, and the label that distinguishes
 * them. */
struct table {
    const void *items;
    size_t size, count;
    const struct row *rows;
    size_t row_count;
    const char *label;   /* NULL: there is one object */
    size_t label_offset; /* of a char array */
};

static double value_of(const struct row *row, const char *item)
{
    int64_t integer;
    double real;
    if (row->real) {
        memcpy(&real, item + row->offset, sizeof real);
        return real * row->scale;
    }
    memcpy(&integer, item + row->offset, sizeof integer);
    return integer >= 0 ? (double)integer * row->scale : (double)NAN;
}

static void print_table(const struct table *table, struct buf *out)
{
    for (size_t r = 0; r < table->row_count; r++) {
        const struct row *row = &table->rows[r];
        metric_print_family(out, row->name, row->help, row->type);
        for (size_t i = 0; i < table->count; i++) {
            const char *item = (const char *)table->items + i * table->size;
            const double value = value_of(row, item);
            if (isnan(value))
                continue;
            if (table->label == NULL) {
                metric_print_series(out, row->name, NULL, 0, value);
                continue;
            }
            const struct metric_label label = {table->label, slice_of(item + table->label_offset)};
            metric_print_series(out, row->name, &label, 1, value);
        }
    }
}

// clang-format off
#define REAL(of_, member_) _Generic(((struct of_ *)0)->member_, double: true, int64_t: false)
#define ROW(of_, member_, scale_, type_, name_, help_)                                             \
    {.name = (name_), .help = (help_), .type = METRIC_##type_, .offset = offsetof(struct of_, member_),  \
     .real = REAL(of_, member_), .scale = (scale_)}
#define KIB 1024

/* --- the machine: node_exporter --- */

#define HOST(member, scale, type, name, help) ROW(snapshot_host, member, scale, type, name, help)
static const struct row host_rows[] = {
    HOST(memory.total,      KIB, GAUGE,   "node_memory_MemTotal_bytes",     "Memory of the machine."),
    HOST(memory.available,  KIB, GAUGE,   "node_memory_MemAvailable_bytes", "Memory that programs could get without swapping."),
    HOST(memory.free,       KIB, GAUGE,   "node_memory_MemFree_bytes",      "Memory that nothing uses."),
    HOST(memory.buffers,    KIB, GAUGE,   "node_memory_Buffers_bytes",      "Memory that holds blocks of disks."),
    HOST(memory.cached,     KIB, GAUGE,   "node_memory_Cached_bytes",       "Memory that holds parts of files."),
    HOST(memory.swap_total, KIB, GAUGE,   "node_memory_SwapTotal_bytes",    "Swap of the machine."),
    HOST(memory.swap_free,  KIB, GAUGE,   "node_memory_SwapFree_bytes",     "Swap that nothing uses."),
    HOST(loads[0],          1,   GAUGE,   "node_load1",                     "Mean load of a minute."),
    HOST(loads[1],          1,   GAUGE,   "node_load5",                     "Mean load of 5 minutes."),
    HOST(loads[2],          1,   GAUGE,   "node_load15",                    "Mean load of 15 minutes."),
    HOST(oom_kills,         1,   COUNTER, "node_vmstat_oom_kill",           "Processes that the kernel has ended for lack of memory."),
    HOST(booted_s,          1,   GAUGE,   "node_boot_time_seconds",         "When the machine was started."),
    HOST(clock_error_s,     1,   GAUGE,   "node_timex_estimated_error_seconds", "How far the clock may be off; none: nobody sets it."),
};

#define DISK(member, name, help) ROW(snapshot_disk, member, 1, GAUGE, name, help)
static const struct row disk_rows[] = {
    DISK(size,       "node_filesystem_size_bytes",  "Size of a file system."),
    DISK(free,       "node_filesystem_free_bytes",  "Room that is free to root."),
    DISK(available,  "node_filesystem_avail_bytes", "Room that is free to all."),
    DISK(files,      "node_filesystem_files",       "Inodes of a file system."),
    DISK(files_free, "node_filesystem_files_free",  "Inodes that are free."),
};

/* --- PostgreSQL: postgres_exporter --- */

#define SERVER(member, type, name, help) ROW(postgres_stats, member, 1, type, name, help)
static const struct row postgres_rows[] = {
    SERVER(connections_max,  GAUGE,   "pg_settings_max_connections",         "Connections that the server takes."),
    SERVER(started_s,        GAUGE,   "pg_postmaster_start_time_seconds",    "When the server was started."),
    SERVER(wal_bytes,        GAUGE,   "pg_wal_size_bytes",                   "Size of the write-ahead log."),
    SERVER(archived,         COUNTER, "pg_stat_archiver_archived_count",     "Segments of the write-ahead log that were archived."),
    SERVER(archive_failures, COUNTER, "pg_stat_archiver_failed_count",       "Tries to archive that failed."),
    SERVER(archived_age_s,   GAUGE,   "pg_stat_archiver_last_archive_age",   "Since a segment was archived, seconds; none: none was."),
};

#define BASE(member, type, name, help) ROW(postgres_database, member, 1, type, name, help)
static const struct row database_rows[] = {
    BASE(bytes,           GAUGE,   "pg_database_size_bytes",          "Size of a database on disk."),
    BASE(connections,     GAUGE,   "pg_stat_database_numbackends",    "Connections to a database."),
    BASE(commits,         COUNTER, "pg_stat_database_xact_commit",    "Transactions committed."),
    BASE(rollbacks,       COUNTER, "pg_stat_database_xact_rollback",  "Transactions rolled back."),
    BASE(blocks_read,     COUNTER, "pg_stat_database_blks_read",      "Blocks read from files."),
    BASE(blocks_hit,      COUNTER, "pg_stat_database_blks_hit",       "Blocks found in shared buffers."),
    BASE(rows_returned,   COUNTER, "pg_stat_database_tup_returned",   "Rows that scans have read."),
    BASE(rows_fetched,    COUNTER, "pg_stat_database_tup_fetched",    "Rows fetched through indexes."),
    BASE(rows_inserted,   COUNTER, "pg_stat_database_tup_inserted",   "Rows inserted."),
    BASE(rows_updated,    COUNTER, "pg_stat_database_tup_updated",    "Rows updated."),
    BASE(rows_deleted,    COUNTER, "pg_stat_database_tup_deleted",    "Rows deleted."),
    BASE(conflicts,       COUNTER, "pg_stat_database_conflicts",      "Queries cancelled by a standby."),
    BASE(temporary_files, COUNTER, "pg_stat_database_temp_files",     "Temporary files written."),
    BASE(temporary_bytes, COUNTER, "pg_stat_database_temp_bytes",     "Bytes of temporary files."),
    BASE(deadlocks,       COUNTER, "pg_stat_database_deadlocks",      "Deadlocks."),
};

/* --- Redis: redis_exporter --- */

#define INFO(member, type, name, help) ROW(redis_info, member, 1, type, name, help)
static const struct row redis_rows[] = {
    INFO(used_memory,     GAUGE,   "redis_memory_used_bytes",           "Memory that data takes."),
    INFO(used_memory_rss, GAUGE,   "redis_memory_used_rss_bytes",       "Memory that the process takes."),
    INFO(max_memory,      GAUGE,   "redis_memory_max_bytes",            "Memory that data may take; 0: any."),
    INFO(clients,         GAUGE,   "redis_connected_clients",           "Clients that are connected."),
    INFO(blocked_clients, GAUGE,   "redis_blocked_clients",             "Clients that wait in a blocking command."),
    INFO(refused_clients, COUNTER, "redis_rejected_connections_total",  "Connections refused because there are too many."),
    INFO(commands,        COUNTER, "redis_commands_processed_total",    "Commands run."),
    INFO(evicted_keys,    COUNTER, "redis_evicted_keys_total",          "Keys dropped for lack of memory."),
    INFO(expired_keys,    COUNTER, "redis_expired_keys_total",          "Keys whose time was over."),
    INFO(hits,            COUNTER, "redis_keyspace_hits_total",         "Look-ups that found their key."),
    INFO(misses,          COUNTER, "redis_keyspace_misses_total",       "Look-ups that found none."),
    INFO(bytes_in,        COUNTER, "redis_net_input_bytes_total",       "Bytes read from the network."),
    INFO(bytes_out,       COUNTER, "redis_net_output_bytes_total",      "Bytes written to the network."),
    INFO(uptime_s,        GAUGE,   "redis_uptime_in_seconds",           "Since the server was started."),
    INFO(replicas,        GAUGE,   "redis_connected_slaves",            "Replicas that are connected."),
    INFO(aof_write_ok,    GAUGE,   "redis_aof_last_write_status",       "1: the last write of the append-only file went well."),
    INFO(aof_rewrite_ok,  GAUGE,   "redis_aof_last_bgrewrite_status",   "1: its last rewrite went well."),
    INFO(rdb_save_ok,     GAUGE,   "redis_rdb_last_bgsave_status",      "1: the last snapshot went well."),
};

/* --- containers: cAdvisor --- */

static const struct row container_rows[] = {
    ROW(container_info, made_s, 1, GAUGE, "container_start_time_seconds", "When a container that runs was created."),
};

#define TABLE(items_, count_, rows_, label_, label_offset_)                                       \
    (&(const struct table){.items = (items_), .size = sizeof *(items_), .count = (count_),        \
                            .rows = (rows_), .row_count = ARRAY_LEN(rows_),        \
                            .label = (label_), .label_offset = (label_offset_)})
// clang-format on

static void print_one(struct buf *out, const char *name, const char *help, double value)
{
    metric_print_family(out, name, help, METRIC_GAUGE);
    metric_print_series(out, name, NULL, 0, value);
}

static void print_cores(const struct snapshot_host *host, struct buf *out)
{
    static const char name[] = "node_cpu_seconds_total";
    const double tick_s = 1 / (double)sysconf(_SC_CLK_TCK);
    metric_print_family(out, name, "What a processor did.", METRIC_COUNTER);
    for (size_t i = 0; i < host->core_count; i++) {
        char number[16];
        (void)snprintf(number, sizeof number, "%d", host->cores[i].number);
        for (size_t mode = 0; mode < PROC_MODES; mode++) {
            const struct metric_label labels[] = {
                {"cpu",  slice_of(number)          },
                {"mode", slice_of(proc_modes[mode])},
            };
            metric_print_series(out, name, labels, 2, (double)host->cores[i].ticks[mode] * tick_s);
        }
    }
}

static void print_states(const struct postgres_databases *databases, bool longest, const char *name,
                         const char *help, struct buf *out)
{
    metric_print_family(out, name, help, METRIC_GAUGE);
    for (size_t i = 0; i < databases->count; i++) {
        const struct postgres_database *database = &databases->items[i];
        for (size_t k = 0; k < POSTGRES_STATES; k++) {
            const struct postgres_state *state = &database->states[k];
            const struct metric_label labels[] = {
                {"datname", slice_of(database->name)    },
                {"state",   slice_of(postgres_states[k])},
            };
            metric_print_series(out, name, labels, 2,
                                longest ? state->longest_s : (double)state->connections);
        }
    }
}

static void print_postgres(const struct snapshot *snapshot, struct buf *out)
{
    const struct postgres_databases *databases = &snapshot->databases;
    if (!snapshot->postgres_probed)
        return;
    print_one(out, "pg_up", "1: PostgreSQL answers.", snapshot->postgres_up);
    if (!snapshot->postgres_up)
        return;
    print_table(TABLE(&snapshot->postgres, 1, postgres_rows, NULL, 0), out);
    if (!snapshot->databases_known)
        return;
    print_table(TABLE(databases->items, databases->count, database_rows, "datname",
                      offsetof(struct postgres_database, name)),
                out);
    print_states(databases, false, "pg_stat_activity_count", "Connections in a state.", out);
    print_states(databases, true, "pg_stat_activity_max_tx_duration",
                 "The longest transaction of connections in a state, seconds.", out);
}

static void print_containers(const struct snapshot *snapshot, struct buf *out)
{
    static const char name[] = "container_last_seen";
    const struct container_list *containers = &snapshot->containers;
    if (!snapshot->containers_known)
        return;
    print_table(TABLE(containers->items, containers->count, container_rows, "name",
                      offsetof(struct container_info, name)),
                out);
    metric_print_family(out, name, "When a container was seen to run.", METRIC_GAUGE);
    for (size_t i = 0; i < containers->count; i++) {
        const struct metric_label label = {"name", slice_of(containers->items[i].name)};
        metric_print_series(out, name, &label, 1,
                            (double)snapshot->containers_at_us / (double)US_PER_S);
    }
}

void metrics_print_exporters(const struct snapshot *snapshot, struct buf *out)
{
    if (snapshot->host_known) {
        print_cores(&snapshot->host, out);
        print_table(TABLE(&snapshot->host, 1, host_rows, NULL, 0), out);
    }
    if (snapshot->disk_count > 0)
        print_table(TABLE(snapshot->disks, snapshot->disk_count, disk_rows, "mountpoint",
                          offsetof(struct snapshot_disk, mount)),
                    out);
    print_postgres(snapshot, out);
    if (snapshot->redis_probed)
        print_one(out, "redis_up", "1: Redis answers.", snapshot->redis_up);
    if (snapshot->redis_up)
        print_table(TABLE(&snapshot->redis, 1, redis_rows, NULL, 0), out);
    print_containers(snapshot, out);
}
