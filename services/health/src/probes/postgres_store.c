// SPDX-License-Identifier: MIT
#include "probes/postgres_store.h"

#include "db/query.h"

// clang-format off
static const struct db_statement stats_statement = {
    .name = "postgres_look",
    .sql = "SELECT clients.connections, clients.longest, dead.percent, blocks.hits, blocks.reads,"
           " pg_database_size(current_database()), wal.bytes, slots.lag,"
           " archiver.failed_count,"
           " extract(epoch FROM clock_timestamp() - archiver.last_archived_time)::float8,"
           " coalesce(holder.role, ''), coalesce(holder.seconds, 0)"
           " FROM (SELECT count(*) AS connections,"
           "         coalesce(max(extract(epoch FROM now() - xact_start)), 0)::float8 AS longest"
           "       FROM pg_stat_activity WHERE backend_type = 'client backend') clients,"
           "      (SELECT coalesce(max(100.0 * n_dead_tup / (n_live_tup + n_dead_tup)), 0)::float8 AS percent"
           "       FROM pg_stat_user_tables WHERE n_live_tup + n_dead_tup > 10000) dead,"
           "      (SELECT sum(blks_hit)::bigint AS hits, sum(blks_read)::bigint AS reads"
           "       FROM pg_stat_database) blocks,"
           "      (SELECT coalesce(sum(size), 0)::bigint AS bytes FROM pg_ls_waldir()) wal,"
           "      (SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn))::bigint AS lag"
           "       FROM pg_replication_slots) slots,"
           "      pg_stat_archiver archiver"
           " LEFT JOIN (SELECT coalesce(usename::text, backend_type) AS role,"
           "              greatest(extract(epoch FROM now() - xact_start), 0)::float8 AS seconds"
           "            FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
           "            ORDER BY xact_start LIMIT 1) holder ON true",
};
// clang-format on

bool postgres_store_read(struct db *db, struct postgres_stats *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    if (!db_query(db, &stats_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *out = (struct postgres_stats){
        .connections = db_get_int(&rows, 0, 0),
        .longest_s = db_get_double(&rows, 0, 1),
        .dead_percent = db_get_double(&rows, 0, 2),
        .hits = db_get_int(&rows, 0, 3),
        .reads = db_get_int(&rows, 0, 4),
        .database_bytes = db_get_int(&rows, 0, 5),
        .wal_bytes = db_get_int(&rows, 0, 6),
        .lag_bytes = db_is_null(&rows, 0, 7) ? -1 : db_get_int(&rows, 0, 7),
        .archive_failures = db_get_int(&rows, 0, 8),
        .archived_age_s = db_get_double(&rows, 0, 9),
        .held_s = db_get_double(&rows, 0, 11),
    };
    slice_copy(db_get_text(&rows, 0, 10), out->holder, sizeof(out->holder));
    return true;
}
