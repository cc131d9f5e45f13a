// SPDX-License-Identifier: MIT
/* Statistics of PostgreSQL that a member of pg_monitor may read (PostgreSQL's manual, "The
 * Cumulative Statistics System", "Predefined Roles"). */
#pragma once

#include "db/db.h"

enum { POSTGRES_NAME_MAX = 63 };

struct postgres_stats {
    int64_t connections; /* connections of clients to all databases */
    double longest_s;    /* the longest transaction of a client; 0: none */
    /* The oldest writing transaction in any database: its role ("": there is none) and age. Until
     * it ends, readers of change feeds get no newer rows, because its transaction id is
     * pg_snapshot_xmin. */
    char holder[POSTGRES_NAME_MAX + 1];
    double held_s;
    int64_t hits, reads;      /* blocks of all databases since the statistics were reset */
    int64_t archive_failures; /* failures to archive WAL segments since the statistics were reset */
    double archived_age_s;    /* time since the last WAL segment was archived; NAN: never */
};

bool postgres_store_read_stats(struct db *db, struct postgres_stats *out,
                               struct fault *fault) MUST_CHECK;
