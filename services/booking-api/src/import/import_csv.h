// SPDX-License-Identifier: MIT
/* A CSV file as spreadsheets write it, one record at a time, in constant memory.
 *
 * It reads RFC 4180 and what programs make of it: the delimiter is the one of comma, semicolon and
 * tab that the first line has most; lines end with CRLF, LF or CR; a quote inside an unquoted cell
 * is a quote. The file is UTF-8, with or without BOM, or Windows-1251. It is read through first,
 * because the first Cyrillic letter may be on its last line. Cells come as UTF-8. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "base/fault.h"
#include "base/slice.h"

enum {
    IMPORT_CSV_RECORD_MAX = 64 * 1024, /* bytes of a record's cells, in UTF-8 */
    IMPORT_CSV_CELLS_MAX = 128
};

enum import_csv_encoding { CSV_UTF8, CSV_1251 };

/* What is wrong with a record. The next record can be read. */
enum import_csv_problem {
    CSV_OK,
    CSV_AFTER_QUOTE,    /* something between a closing quote and the next cell */
    CSV_OPEN_QUOTE,     /* the file ends inside quotes */
    CSV_TOO_LONG,       /* more than IMPORT_CSV_RECORD_MAX */
    CSV_TOO_MANY_CELLS, /* more than IMPORT_CSV_CELLS_MAX */
    CSV_BAD_BYTE        /* NUL */
};

struct import_csv; /* opaque: owns its buffers, borrows the file */

/* One record. Cells are borrowed until the next call. */
struct import_record {
    int64_t row;  /* as a spreadsheet counts: from 1, blank ones too */
    int64_t line; /* of the file, where the record begins: more than `row` after cells of several
                     lines */
    enum import_csv_problem problem;
    size_t problem_cell; /* from 0 */
    struct slice cells[IMPORT_CSV_CELLS_MAX];
    size_t count;
};

/* Reads through `file`, which must be seekable, and returns to its beginning. Faults: "unreadable",
 * "bad_encoding" (neither of the two, or UTF-16). Returns new. */
struct import_csv *import_csv_create(FILE *file, struct fault *fault) MUST_CHECK;
void import_csv_destroy(struct import_csv *csv); /* takes NULL */
/* Back to the first record. */
bool import_csv_rewind(struct import_csv *csv, struct fault *fault) MUST_CHECK;

enum import_csv_encoding import_csv_encoding(const struct import_csv *csv);
char import_csv_delimiter(const struct import_csv *csv);
int64_t import_csv_size(const struct import_csv *csv); /* bytes */
int64_t import_csv_read(const struct import_csv *csv); /* of them so far */

/* The next record, or `*end`. False only where the file cannot be read any more. */
bool import_csv_next(struct import_csv *csv, struct import_record *record, bool *end,
                     struct fault *fault) MUST_CHECK;
