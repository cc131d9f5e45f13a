// SPDX-License-Identifier: MIT
/* Checks whether the schema of the database fits this binary. */
#pragma once

#include "db/db.h"
#include "db/migration.h"

enum db_schema_state {
    DB_SCHEMA_FITS,
    DB_SCHEMA_BEHIND,      /* migrations are missing: not ready yet */
    DB_SCHEMA_INCOMPATIBLE /* its min_compatible is above our version: refuse to run */
};
enum { DB_SCHEMA_REASON_MAX = 200 };
struct db_schema {
    enum db_schema_state state;
    char reason[DB_SCHEMA_REASON_MAX]; /* why it does not fit, for the log; "" if it fits */
};

/* Compares the tables of applied migrations with `sets`. Migrations newer than this binary are
 * accepted when their min_compatible allows it. In a fiber. */
bool db_schema_check(struct db *db, const struct db_migration_set *sets, size_t count,
                     struct db_schema *schema, struct fault *fault) MUST_CHECK;
