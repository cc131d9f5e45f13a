// SPDX-License-Identifier: MIT
/* Spreadsheets as CSV, arbitrary bytes. Every record ends; cells are UTF-8 within their limits;
 * reading a second time gives the same result; and parsed cells are valid JSON strings. */
#include <stdio.h>

#include "base/text.h"

#include "fuzz.h"
#include "import/import_csv.h"
#include "import/import_values.h"

enum { JSON_MAX = 8 * IMPORT_CSV_RECORD_MAX };

static import_value_fn *const readers[] = {
    import_value_text,    import_value_whole,  import_value_money,
    import_value_degrees, import_value_yes_no, import_value_clock,
    import_value_policy,  import_value_slugs,  import_value_urls,
};

static void try_cell(struct slice cell)
{
    struct slice text = import_value_trim(cell);
    struct buf json;

    PROMISE(text.len <= cell.len && text_is_utf8(text));
    if (text.len == 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        const char *problem = NULL;
        buf_init(&json, JSON_MAX);
        if (!readers[i](text, &json, &problem))
            PROMISE(problem != NULL);
        PROMISE(!json.failed && text_is_utf8(buf_as_slice(&json)));
        buf_finish(&json);
    }
}

static void check_record(const struct import_record *record)
{
    size_t bytes = 0;

    PROMISE(record->count >= 1 && record->count <= IMPORT_CSV_CELLS_MAX);
    PROMISE(record->problem_cell < record->count && record->line >= record->row);
    for (size_t i = 0; i < record->count; i++) {
        bytes += record->cells[i].len;
        if (record->problem == CSV_OK)
            try_cell(record->cells[i]);
    }
    PROMISE(bytes <= IMPORT_CSV_RECORD_MAX);
}

/* Cells of all records. */
static size_t read_all(struct import_csv *csv)
{
    struct import_record record;
    struct fault fault;
    int64_t row = 0;
    size_t cells = 0;
    bool end = false;

    for (;;) {
        PROMISE(import_csv_next(csv, &record, &end, &fault));
        if (end)
            break;
        PROMISE(record.row == ++row);
        check_record(&record);
        cells += record.count;
    }
    PROMISE(import_csv_read(csv) == import_csv_size(csv));
    return cells;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fault fault;
    FILE *file = size > 0 ? fmemopen((void *)(uintptr_t)data, size, "rb") : NULL;
    struct import_csv *csv;
    size_t cells;

    if (file == NULL)
        return 0;
    csv = import_csv_create(file, &fault);
    if (csv != NULL) {
        cells = read_all(csv);
        PROMISE(import_csv_rewind(csv, &fault));
        PROMISE(read_all(csv) == cells);
    } else {
        PROMISE(fault.kind == FAULT_UNREADABLE);
    }
    import_csv_destroy(csv);
    fclose(file);
    return 0;
}
