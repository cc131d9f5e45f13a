// SPDX-License-Identifier: MIT
/* Numbered SQL files ("0001-places.sql"), embedded in the binary, each applied once, in order,
 * in a transaction of its own, under an advisory lock; the checksum of an applied file must not
 * change. `-- min_compatible: N` in a file's first lines names the oldest version of the set (its
 * last file's number) whose programs can still work with the result. Blocking (libpq's plain
 * calls): runs before the loop exists. */
#pragma once

#include <stdio.h>

#include "base/embed.h"
#include "base/fault.h"

struct db_migration_set {
    const char *schema; /* created if absent; search_path while its files run */
    const struct embed_file *files;
    size_t count;
    const char *name; /* tells sets of one schema apart (each counts its files from 1); NULL: the
                         schema's own */
    bool main;        /* its version is the one in application_name */
};

/* Applies what is missing; `dry_run` prints the plan to `out` and changes nothing. Refuses a step
 * of the main set that a connected older copy (application_name "<service>/<version>") could not
 * live with. What a failing file's statement was told goes to `out`, where its author reads it. */
bool db_migrate(const char *url, const char *service, const struct db_migration_set *sets,
                size_t count, bool dry_run, FILE *out, struct fault *fault) MUST_CHECK;

/* Highest number of a set's files: the version this binary was built for. */
int db_migration_version(const struct db_migration_set *set);

enum db_schema_state { DB_SCHEMA_FITS, DB_SCHEMA_BEHIND, DB_SCHEMA_INCOMPATIBLE };
enum { DB_SCHEMA_REASON_MAX = 200 };
struct db_schema {
    enum db_schema_state state;
    char reason[DB_SCHEMA_REASON_MAX]; /* why it does not fit, for the log; "" where it fits */
};
struct db;
/* What the database says of this binary, in a fiber: behind (not ready yet) or incompatible (its
 * min_compatible is above ours: refuse to run). Unknown newer migrations are taken for granted. */
bool db_schema_check(struct db *db, const struct db_migration_set *sets, size_t count,
                     struct db_schema *schema, struct fault *fault) MUST_CHECK;
