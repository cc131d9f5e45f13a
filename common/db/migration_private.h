// SPDX-License-Identifier: MIT
/* Properties of a migration file. */
#pragma once

#include "base/digest.h"
#include "base/fault.h"
#include "db/migration.h"

struct db_migration {
    int number;
    int min_compatible;
    const char *name;
    struct slice content;
    char checksum[2 * DIGEST_SHA256_LEN + 1];
};

/* Reads file `index` of a set; its number must be index + 1. */
bool db_migration_read(const struct db_migration_set *set, size_t index, struct db_migration *out,
                       struct fault *fault) MUST_CHECK;

/* The set's value of the column "set_name" in the table of applied migrations. */
const char *db_migration_set_name(const struct db_migration_set *set);
