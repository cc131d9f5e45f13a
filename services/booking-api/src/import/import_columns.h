// SPDX-License-Identifier: MIT
/* The columns of a file of apartments: their names in Russian and English, which field of an
 * apartment or owner each fills, and how a cell is read. apartments/apartment_json.c and
 * apartments/owner_json.c say which values are allowed. */
#pragma once

#include "import/import_csv.h"
#include "import/import_values.h"

struct field;
struct fields;

enum { IMPORT_ALIASES = 3 };

struct import_column {
    const char *ru;
    const char *en;                      /* also the field's name in the API, or near it */
    const char *aliases[IMPORT_ALIASES]; /* other names people give it; NULL where fewer */
    const struct fields *table;
    const char *path; /* "base_price", "title/ru"; members of one object stand together */
    import_value_fn *value;
    const char *example; /* for the template */
};

extern const struct import_column import_columns[];
enum { IMPORT_COLUMN_COUNT = 39, IMPORT_NO_COLUMN = -1 };

/* The header of a file: the cell of each column. */
struct import_header {
    int64_t row;
    int cell_of[IMPORT_COLUMN_COUNT]; /* IMPORT_NO_COLUMN: the file has no such column */
    size_t cells;
};

/* Finds a column by one of its names. Letter case, "ё", spaces, '_', '-', '%', '*' and quotes do
 * not matter. */
int import_column_find(struct slice name);
/* The column that fills this path of the table or a part of it. */
int import_column_of_path(const struct fields *table, const char *path);
/* The field at the path, or NULL. */
const struct field *import_column_field(const struct fields *table, const char *path);
/* The column of the apartment's code. */
int import_column_key(void);

/* Reads the header. `problems` gets "unknown_column" or "repeated_column" for each cell that is
 * refused, else NULL. The caller checks that the column of the code is there. */
void import_header_read(const struct import_record *record,
                        const char *problems[IMPORT_CSV_CELLS_MAX], struct import_header *out);

/* The trimmed cell of this column. Absent: the file has no such column, the record no such cell, or
 * the cell is empty. */
struct slice import_header_cell(const struct import_header *header,
                                const struct import_record *record, int column);
