// SPDX-License-Identifier: MIT
/* What PostgreSQL tells of itself to a member of pg_monitor (PostgreSQL's manual, "The Cumulative
 * Statistics System", "Predefined Roles"). */
#pragma once

#include "db/db.h"

enum { POSTGRES_DATABASES_MAX = 16, POSTGRES_NAME_MAX = 63, POSTGRES_STATES = 6 };

struct postgres_stats {
    int64_t connections; /* of clients, all databases */
    double longest_s;    /* the longest transaction of a client; 0: none */
    /* The oldest transaction that has written, in any database: pg_snapshot_xmin is its id, and no
     * reader of a feed sees what is newer. Its role, "" where there is none; its age. */
    char holder[POSTGRES_NAME_MAX + 1];
    double held_s;
    double dead_percent; /* of rows, in tables of this database above 10,000 rows; 0: none */
    int64_t hits, reads; /* blocks, since the statistics began, all databases */
    int64_t database_bytes;
    int64_t wal_bytes;
    int64_t lag_bytes; /* of the replication slot that is furthest behind; -1: there is none */
    int64_t connections_max;            /* max_connections */
    double started_s;                   /* when the server started */
    int64_t archived, archive_failures; /* of WAL segments, since the statistics began */
    double archived_age_s;              /* since the last one was archived; NAN: none was */
};

struct postgres_state {
    int64_t connections;
    double longest_s; /* the longest transaction; 0: none */
};

struct postgres_database {
    char name[POSTGRES_NAME_MAX + 1];
    int64_t connections, commits, rollbacks, blocks_read, blocks_hit, rows_returned, rows_fetched,
        rows_inserted, rows_updated, rows_deleted, conflicts, temporary_files, temporary_bytes,
        deadlocks;
    int64_t bytes;
    struct postgres_state states[POSTGRES_STATES]; /* in the order of postgres_states */
};
/* As pg_stat_activity.state has them: "active", "idle" and so on. */
extern const char *const postgres_states[POSTGRES_STATES];

struct postgres_databases {
    struct postgres_database items[POSTGRES_DATABASES_MAX]; /* no templates; the own one first */
    size_t count;
};

bool postgres_store_read(struct db *db, struct postgres_stats *out, struct fault *fault) MUST_CHECK;
bool postgres_store_databases(struct db *db, struct postgres_databases *out,
                              struct fault *fault) MUST_CHECK;
