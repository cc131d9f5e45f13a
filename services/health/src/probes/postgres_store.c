// SPDX-License-Identifier: MIT
#include "probes/postgres_store.h"

#include "db/query.h"

// clang-format off
static const struct db_statement stats_statement = {
    .name = "postgres_look",
    .sql = "SELECT clients.connections, clients.longest, dead.percent, blocks.hits, blocks.reads,"
           " pg_database_size(current_database()), wal.bytes, slots.lag,"
           " current_setting('max_connections')::bigint,"
           " extract(epoch FROM pg_postmaster_start_time())::float8,"
           " archiver.archived_count, archiver.failed_count,"
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

const char *const postgres_states[POSTGRES_STATES] = {"active", "idle", "idle in transaction", "idle in transaction (aborted)",
                                                      "fastpath function call", "disabled"};

static const struct db_statement databases_statement = {
    .name = "postgres_databases",
    .sql = "SELECT s.datname, s.numbackends, s.xact_commit, s.xact_rollback, s.blks_read, s.blks_hit,"
           " s.tup_returned, s.tup_fetched, s.tup_inserted, s.tup_updated, s.tup_deleted, s.conflicts,"
           " s.temp_files, s.temp_bytes, s.deadlocks, pg_database_size(s.datid), a.*"
           " FROM pg_stat_database s"
           " JOIN pg_database d ON d.oid = s.datid AND NOT d.datistemplate,"
           " LATERAL (SELECT"
           "          count(*) FILTER (WHERE state = 'active'),"
           "          coalesce(max(extract(epoch FROM now() - xact_start)) FILTER (WHERE state = 'active'), 0)::float8,"
           "          count(*) FILTER (WHERE state = 'idle'),"
           "          coalesce(max(extract(epoch FROM now() - xact_start)) FILTER (WHERE state = 'idle'), 0)::float8,"
           "          count(*) FILTER (WHERE state = 'idle in transaction'),"
           "          coalesce(max(extract(epoch FROM now() - xact_start)) FILTER (WHERE state = 'idle in transaction'), 0)::float8,"
           "          count(*) FILTER (WHERE state = 'idle in transaction (aborted)'),"
           "          coalesce(max(extract(epoch FROM now() - xact_start)) FILTER (WHERE state = 'idle in transaction (aborted)'), 0)::float8,"
           "          count(*) FILTER (WHERE state = 'fastpath function call'),"
           "          coalesce(max(extract(epoch FROM now() - xact_start)) FILTER (WHERE state = 'fastpath function call'), 0)::float8,"
           "          count(*) FILTER (WHERE state = 'disabled'),"
           "          coalesce(max(extract(epoch FROM now() - xact_start)) FILTER (WHERE state = 'disabled'), 0)::float8"
           "          FROM pg_stat_activity WHERE datid = s.datid) a"
           " ORDER BY s.datname <> current_database(), s.datname"
           " LIMIT $1",
    .parameters = "most int",
};

#define INT_OF(member_)   {.type = DB_INT, .offset = offsetof(struct postgres_database, member_)}
#define STATE_OF(i)                                                                                \
    {.type = DB_INT, .offset = offsetof(struct postgres_database, states[i].connections)},         \
    {.type = DB_DOUBLE, .offset = offsetof(struct postgres_database, states[i].longest_s)}
/* In the order of the statement, after the name. */
static const struct db_column number_columns[] = {
    INT_OF(connections), INT_OF(commits), INT_OF(rollbacks), INT_OF(blocks_read), INT_OF(blocks_hit),
    INT_OF(rows_returned), INT_OF(rows_fetched), INT_OF(rows_inserted), INT_OF(rows_updated), INT_OF(rows_deleted),
    INT_OF(conflicts), INT_OF(temporary_files), INT_OF(temporary_bytes), INT_OF(deadlocks), INT_OF(bytes),
};
static const struct db_column state_columns[] = {
    STATE_OF(0), STATE_OF(1), STATE_OF(2), STATE_OF(3), STATE_OF(4), STATE_OF(5),
};
// clang-format on
enum { NUMBERS = ARRAY_LEN(number_columns), STATE_NUMBERS = ARRAY_LEN(state_columns) };

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
        .connections_max = db_get_int(&rows, 0, 8),
        .started_s = db_get_double(&rows, 0, 9),
        .archived = db_get_int(&rows, 0, 10),
        .archive_failures = db_get_int(&rows, 0, 11),
        .archived_age_s = db_get_double(&rows, 0, 12),
        .held_s = db_get_double(&rows, 0, 14),
    };
    slice_copy(db_get_text(&rows, 0, 13), out->holder, sizeof(out->holder));
    return true;
}

bool postgres_store_databases(struct db *db, struct postgres_databases *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    const struct db_value values[] = {db_int(POSTGRES_DATABASES_MAX)};
    if (!db_query(db, &databases_statement, values, 1, &rows, fault))
        return false;
    out->count = (size_t)rows.count;
    for (int row = 0; row < rows.count; row++) {
        struct postgres_database *database = &out->items[row];
        slice_copy(db_get_text(&rows, row, 0), database->name, sizeof(database->name));
        db_row_read(&rows, row, 1, number_columns, NUMBERS, database);
        db_row_read(&rows, row, 1 + NUMBERS, state_columns, STATE_NUMBERS, database);
    }
    return true;
}
