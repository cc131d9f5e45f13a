// SPDX-License-Identifier: MIT
/* Imports the file in one transaction, with the rules, events and audit of the API. */
#pragma once

#include "api/service.h"

#include "import/import_report.h"

struct import_options {
    const char *file;
    const char *tenant; /* NULL: there is only one tenant */
    bool skip_bad;
    bool dry_run;
};

enum import_exit { IMPORT_EXIT_OK = 0, IMPORT_EXIT_BAD = 1, IMPORT_EXIT_USAGE = 2 };

/* Runs in a fiber and prints all messages. Returns 0 if everything was written (with --skip-bad:
 * all good lines) or a dry run found no problem; 1 if anything was not written. */
int import_run(struct service *service, const struct import_options *options,
               struct import_csv *csv, struct import_report *report);
