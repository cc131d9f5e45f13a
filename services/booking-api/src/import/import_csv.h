// SPDX-License-Identifier: MIT
/* Reads a CSV file as spreadsheets write it, one record at a time, in constant memory.
 *
 * Accepts RFC 4180 and common deviations: the delimiter is the most frequent of comma, semicolon
 * and tab in the first line; lines end with CRLF, LF or CR; a quote inside an unquoted cell is
 * literal. The file is UTF-8, with or without BOM, or Windows-1251. It is scanned first, because
 * the first Cyrillic letter may be on its last line. Cells are returned in UTF-8. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "base/fault.h"
#include "base/slice.h"

#include "import/import_encoding.h"

enum {
    IMPORT_CSV_RECORD_MAX = 64 * 1024, /* bytes of a record's cells, in UTF-8 */
    IMPORT_CSV_CELLS_MAX = 128
};

/* Problems of a record. The next record can still be read. */
enum import_csv_problem {
    CSV_OK,
    CSV_AFTER_QUOTE,    /* text between a closing quote and the next delimiter */
    CSV_OPEN_QUOTE,     /* the file ends inside quotes */
    CSV_TOO_LONG,       /* more than IMPORT_CSV_RECORD_MAX */
    CSV_TOO_MANY_CELLS, /* more than IMPORT_CSV_CELLS_MAX */
    CSV_BAD_BYTE        /* NUL */
};

struct import_csv; /* opaque: owns its buffers, borrows the file */

/* One record. Cells are borrowed until the next call. */
struct import_record {
    int64_t row;  /* as spreadsheets count: from 1, including blank rows */
    int64_t line; /* line of the file where the record starts; cells may span lines */
    enum import_csv_problem problem;
    size_t problem_cell; /* from 0 */
    struct slice cells[IMPORT_CSV_CELLS_MAX];
    size_t count;
};

/* Scans and rewinds a seekable file. Returns new. "unreadable", "bad_encoding", "utf16". */
struct import_csv *import_csv_create(FILE *file, struct fault *fault) MUST_CHECK;
void import_csv_destroy(struct import_csv *csv); /* takes NULL */
/* Returns to the first record. */
bool import_csv_rewind(struct import_csv *csv, struct fault *fault) MUST_CHECK;

enum import_csv_encoding import_csv_encoding(const struct import_csv *csv);
char import_csv_delimiter(const struct import_csv *csv);
int64_t import_csv_size(const struct import_csv *csv); /* bytes */
int64_t import_csv_read(const struct import_csv *csv); /* bytes read so far */

/* Reads the next record, or sets `*end`. False only if the file cannot be read. */
bool import_csv_next(struct import_csv *csv, struct import_record *record, bool *end,
                     struct fault *fault) MUST_CHECK;
