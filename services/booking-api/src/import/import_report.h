// SPDX-License-Identifier: MIT
/* Messages of the import, in Russian or English: problems and their position, progress, summary. */
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
    bool progress; /* errors is a terminal */
    FILE *out;     /* the summary */
    FILE *errors;
    const struct import_header *header; /* NULL before it is read */
    int64_t reported_row;               /* problems up to this row have been reported */
    int64_t shown;                      /* thousandths, in the progress bar */
};

/* Chooses English if LC_ALL, LC_MESSAGES or LANG starts with "en", else Russian. */
struct import_report import_report_init(void);

/* Reports a problem of one cell. `code` is from the table in import_report.c or from a fault;
 * `detail` (or NULL) is the fault's English text. `cell` counts from 0; negative: the whole row. */
void import_report_cell(struct import_report *report, const struct import_record *record, int cell,
                        const char *code, const struct field *field, const char *detail);
/* Reports a problem of a column, which may be missing from the file. */
void import_report_column(struct import_report *report, const struct import_record *record,
                          int column, const char *code, const char *detail);
/* Reports that the row's code occurred before, on `first_row`. */
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
