// SPDX-License-Identifier: MIT
/* Columns of an import file: their names in Russian and English, the field of an apartment or
 * owner that each fills, and its parser. apartments/apartment_json.c and owner_json.c define which
 * values are valid. */
#pragma once

#include "import/import_csv.h"
#include "import/import_values.h"

struct field;
struct fields;

enum { IMPORT_ALIASES = 3 };

struct import_column {
    const char *ru;
    const char *en;                      /* usually the field's name in the API */
    const char *aliases[IMPORT_ALIASES]; /* further names; NULL-padded */
    const struct fields *table;
    const char *path; /* "base_price", "title/ru"; keep members of one object together */
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

/* Finds a column by any of its names. Ignores letter case, "ё", spaces, '_-%*' and quotes. */
int import_column_find(struct slice name);
/* Finds the column that fills this path of the table, or a part of it. */
int import_column_of_path(const struct fields *table, const char *path);
/* Returns the field at the path, or NULL. */
const struct field *import_column_field(const struct fields *table, const char *path);
/* The column with the apartment's code. */
int import_column_key(void);

/* Reads the header. Sets `problems` of each cell to "unknown_column", "repeated_column" or NULL.
 * The caller checks that the code's column is present. */
void import_header_read(const struct import_record *record,
                        const char *problems[IMPORT_CSV_CELLS_MAX], struct import_header *out);

/* Returns the trimmed cell; absent if the column or cell is missing or the cell is empty. */
struct slice import_header_cell(const struct import_header *header,
                                const struct import_record *record, int column);
