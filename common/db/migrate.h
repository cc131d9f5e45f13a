// SPDX-License-Identifier: MIT
/* Applies migrations: each file once, in order, in a transaction of its own, under an advisory
 * lock. The checksum of an applied file must not change. A comment `-- min_compatible: N` in a
 * file's first lines names the oldest version whose programs can work with the result; a version is
 * the number of a set's last file. Uses libpq's blocking calls: there is no loop yet. */
#pragma once

#include <stdio.h>

#include "base/fault.h"
#include "db/migration.h"

/* Applies missing migrations; with `dry_run` prints them to `out` and changes nothing. Refuses a
 * migration of the set with `main` if a connected older instance (application_name
 * "<service>/<version>") cannot work with the result. If a file fails, PostgreSQL's message is
 * printed to `out`. */
bool db_migrate(const char *url, const char *service, const struct db_migration_set *sets,
                size_t count, bool dry_run, FILE *out, struct fault *fault) MUST_CHECK;
