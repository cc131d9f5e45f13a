// SPDX-License-Identifier: MIT
#include "probes/postgres_store.h"

#include "db/query.h"

static const struct db_statement stats_statement = {
    .name = "postgres_look",
    .sql = "SELECT clients.connections, clients.longest, blocks.hits, blocks.reads,"
           " archiver.failed_count,"
           " extract(epoch FROM clock_timestamp() - archiver.last_archived_time)::float8,"
           " coalesce(holder.role, ''), coalesce(holder.seconds, 0)"
           " FROM (SELECT count(*) AS connections,"
           "         coalesce(max(extract(epoch FROM now() - xact_start)), 0)::float8 AS longest"
           "       FROM pg_stat_activity WHERE backend_type = 'client backend') clients,"
           "      (SELECT sum(blks_hit)::bigint AS hits, sum(blks_read)::bigint AS reads"
           "       FROM pg_stat_database) blocks,"
           "      pg_stat_archiver archiver"
           " LEFT JOIN (SELECT coalesce(usename::text, backend_type) AS role,"
           "              greatest(extract(epoch FROM now() - xact_start), 0)::float8 AS seconds"
           "            FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
           "            ORDER BY xact_start LIMIT 1) holder ON true",
};

bool postgres_store_read_stats(struct db *db, struct postgres_stats *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &stats_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *out = (struct postgres_stats){
        .connections = db_get_int(&rows, 0, 0),
        .longest_s = db_get_double(&rows, 0, 1),
        .hits = db_get_int(&rows, 0, 2),
        .reads = db_get_int(&rows, 0, 3),
        .archive_failures = db_get_int(&rows, 0, 4),
        .archived_age_s = db_get_double(&rows, 0, 5),
        .held_s = db_get_double(&rows, 0, 7),
    };
    slice_copy(db_get_text(&rows, 0, 6), out->holder, sizeof out->holder);
    return true;
}
