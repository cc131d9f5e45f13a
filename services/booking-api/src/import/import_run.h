// SPDX-License-Identifier: MIT
/* The file into the database: one transaction, the rules of the API, the same events and audit. */
#pragma once

#include "api/service.h"

#include "import/import_tell.h"

struct import_options {
    const char *file;
    const char *tenant; /* NULL: the only one */
    bool skip_bad;
    bool dry_run;
};

enum import_exit { IMPORT_EXIT_FINE = 0, IMPORT_EXIT_BAD = 1, IMPORT_EXIT_USAGE = 2 };

/* In a fiber. 0: loaded (with --skip-bad, what could be), or a trial without problems. 1: nothing
 * was loaded, or lines were skipped. Everything was said. */
int import_run(struct service *service, const struct import_options *options,
               struct import_csv *csv, struct import_tell *tell);
