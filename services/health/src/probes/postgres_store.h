// SPDX-License-Identifier: MIT
/* What PostgreSQL tells of itself to a member of pg_monitor (PostgreSQL's manual, "The Cumulative
 * Statistics System", "Predefined Roles"). */
#pragma once

#include "db/db.h"

struct postgres_seen {
    int64_t connections; /* of clients, all databases */
    double longest_s;    /* the longest transaction of a client; 0: none */
    double dead_percent; /* of rows, in tables of this database above 10,000 rows; 0: none */
    int64_t hits, reads; /* blocks, since the statistics began, all databases */
    int64_t database_bytes;
    int64_t wal_bytes;
    int64_t lag_bytes; /* of the replication slot that is furthest behind; -1: there is none */
};

bool postgres_store_look(struct db *db, struct postgres_seen *out, struct fault *fault) MUST_CHECK;
