// SPDX-License-Identifier: MIT
/* Migrations: numbered SQL files ("0001-places.sql"), embedded in the binary. db/migrate.h applies
 * them, db/schema.h checks whether the database has them. */
#pragma once

#include "base/embed.h"

struct db_migration_set {
    const char *schema; /* created if absent; the search_path while its files run */
    const struct embed_file *files;
    size_t count;
    const char *name; /* distinguishes the sets of one schema, each numbered from 1; NULL: the main
                         set of the schema */
    bool main;        /* its version is shown in application_name */
};

/* The number of a set's last file, which is the version for which this binary was built. */
static inline int db_migration_version(const struct db_migration_set *set)
{
    return (int)set->count;
}

/* The set's value of the column "set_name" in the table of applied migrations. */
static inline const char *db_migration_set_name(const struct db_migration_set *set)
{
    return set->name != NULL ? set->name : "";
}
