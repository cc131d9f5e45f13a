// SPDX-License-Identifier: MIT
/* Checks whether the schema of the database fits this binary. */
#pragma once

#include "db/db.h"
#include "db/migration.h"

enum db_schema_state {
    DB_SCHEMA_FITS,
    DB_SCHEMA_BEHIND,      /* migrations are missing: the service is not ready */
    DB_SCHEMA_INCOMPATIBLE /* min_compatible of a newer migration is above our version: the service
                              must not run */
};
enum { DB_SCHEMA_REASON_MAX = 200 };
struct db_schema {
    enum db_schema_state state;
    char reason[DB_SCHEMA_REASON_MAX]; /* reason for the log; "" if the schema fits */
};

/* Must run in a fiber. Compares the applied migrations with `sets`. Migrations newer than this
 * binary are accepted if their min_compatible allows it. */
bool db_schema_check(struct db *db, const struct db_migration_set *sets, size_t count,
                     struct db_schema *schema, struct fault *fault) MUST_CHECK;
