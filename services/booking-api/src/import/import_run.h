// SPDX-License-Identifier: MIT
/* Writes the file into the database: one transaction, the rules of the API, its events and audit.
 */
#pragma once

#include "api/service.h"

#include "import/import_report.h"

struct import_options {
    const char *file;
    const char *tenant; /* NULL: the only one */
    bool skip_bad;
    bool dry_run;
};

enum import_exit { IMPORT_EXIT_OK = 0, IMPORT_EXIT_BAD = 1, IMPORT_EXIT_USAGE = 2 };

/* Call it in a fiber. 0: everything was written (with --skip-bad: all good lines), or a dry run
 * found no problem. 1: nothing was written, or lines were skipped. All messages are printed. */
int import_run(struct service *service, const struct import_options *options,
               struct import_csv *csv, struct import_report *report);
