// SPDX-License-Identifier: MIT
/* The messages of the import, in Russian or English: each problem with its place in the file, the
 * progress, the sum. */
#pragma once

#include <stdio.h>

#include "import/import_columns.h"

struct import_counts {
    int64_t created;
    int64_t changed;
    int64_t unchanged;
    int64_t bad; /* lines */
    int64_t owners;
};

struct import_report {
    bool english;
    bool progress; /* errors go to a terminal */
    FILE *out;     /* the sum */
    FILE *errors;
    const struct import_header *header; /* NULL before it is read */
    int64_t reported_row;               /* problems of rows up to here are not reported */
    int64_t shown;                      /* thousandths of the file in the progress bar */
};

/* By LC_ALL, LC_MESSAGES, LANG: English for "en...", else Russian. */
struct import_report import_report_init(void);

/* A problem of one cell: `code` of import_report.c's table or of a fault; `detail` (or NULL) is
 * what the fault says in English. `cell` counts from 0; below 0: of the row as a whole. */
void import_report_cell(struct import_report *report, const struct import_record *record, int cell,
                        const char *code, const struct field *field, const char *detail);
/* The same of a column of import_columns, in the file or missing from it. */
void import_report_column(struct import_report *report, const struct import_record *record,
                          int column, const char *code, const char *detail);
/* `code` was on that row already. */
void import_report_repeated(struct import_report *report, const struct import_record *record,
                            int64_t first_row);
/* Prints the fault that ended the import. */
void import_report_fault(struct import_report *report, const struct fault *fault);

void import_report_progress(struct import_report *report, const struct import_csv *csv,
                            int64_t row);
void import_report_progress_end(struct import_report *report);

enum import_outcome { IMPORT_LOADED, IMPORT_DRY_RUN, IMPORT_REFUSED };
void import_report_summary(struct import_report *report, const struct import_counts *counts,
                           enum import_outcome outcome);
