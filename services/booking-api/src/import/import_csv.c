// SPDX-License-Identifier: MIT
#include "import/import_csv.h"

#include <stdlib.h>

enum { INPUT = 4096 };

struct import_csv {
    FILE *file;
    enum import_csv_encoding encoding;
    char delimiter;
    size_t bom; /* bytes to skip at the beginning */
    int64_t size;
    int64_t read;
    int64_t row;
    int64_t line;
    size_t used; /* of `text` */
    char text[IMPORT_CSV_RECORD_MAX];
    size_t starts[IMPORT_CSV_CELLS_MAX + 1]; /* of cells in `text` */
    size_t cells;                            /* started so far */
};

static int peek(struct import_csv *csv)
{
    return ungetc(getc(csv->file), csv->file);
}

static int read_byte(struct import_csv *csv)
{
    int byte = getc(csv->file);
    csv->read += byte != EOF;
    return byte;
}

/* Reads a byte; any line ending becomes one newline. */
static int read_normalized(struct import_csv *csv)
{
    int byte = read_byte(csv);
    if (byte == '\r') {
        if (peek(csv) == '\n')
            (void)read_byte(csv);
        byte = '\n';
    }
    if (byte == '\n')
        csv->line++;
    return byte;
}

static void refuse(struct import_csv *csv, struct import_record *record,
                   enum import_csv_problem problem)
{
    if (record->problem != CSV_OK)
        return;
    record->problem = problem;
    record->problem_cell = csv->cells - 1;
}

static void put(struct import_csv *csv, struct import_record *record, int byte)
{
    char utf8[IMPORT_1251_MAX];
    size_t len = 1;
    utf8[0] = (char)byte;
    if (byte == 0)
        refuse(csv, record, CSV_BAD_BYTE);
    if (csv->encoding == CSV_1251)
        len = import_encoding_from_1251((unsigned char)byte, utf8);
    if (csv->used + len > sizeof csv->text) {
        refuse(csv, record, CSV_TOO_LONG);
        return;
    }
    memcpy(csv->text + csv->used, utf8, len);
    csv->used += len;
}

static void begin_cell(struct import_csv *csv, struct import_record *record)
{
    if (csv->cells == IMPORT_CSV_CELLS_MAX) {
        refuse(csv, record, CSV_TOO_MANY_CELLS);
        return;
    }
    csv->starts[csv->cells++] = csv->used;
}

enum state { CELL_BEGINS, PLAIN, QUOTED, AFTER_QUOTE };

/* Processes one byte; false at the end of the record. */
static bool step(struct import_csv *csv, struct import_record *record, enum state *state, int byte)
{
    if (*state == QUOTED) {
        /* The limit keeps an unclosed quote from reading the rest of the file into one record. */
        if (byte == '\n' && record->problem == CSV_TOO_LONG)
            return false;
        if (byte == '"')
            *state = AFTER_QUOTE;
        else
            put(csv, record, byte);
        return true;
    }
    if (byte == '\n')
        return false;
    if (byte == csv->delimiter) {
        begin_cell(csv, record);
        *state = CELL_BEGINS;
        return true;
    }
    if (byte == '"' && *state == CELL_BEGINS) {
        *state = QUOTED;
        return true;
    }
    if (byte == '"' && *state == AFTER_QUOTE) {
        put(csv, record, byte);
        *state = QUOTED;
        return true;
    }
    if (*state == AFTER_QUOTE && byte != ' ')
        refuse(csv, record, CSV_AFTER_QUOTE);
    if (*state != AFTER_QUOTE) {
        put(csv, record, byte);
        *state = PLAIN;
    }
    return true;
}

static void set_cells(const struct import_csv *csv, struct import_record *record)
{
    record->count = csv->cells;
    for (size_t i = 0; i < csv->cells; i++) {
        size_t end = i + 1 < csv->cells ? csv->starts[i + 1] : csv->used;
        record->cells[i] = (struct slice){csv->text + csv->starts[i], end - csv->starts[i]};
    }
}

bool import_csv_next(struct import_csv *csv, struct import_record *record, bool *end,
                     struct fault *fault)
{
    enum state state = CELL_BEGINS;
    int byte = peek(csv);
    *end = byte == EOF;
    if (*end)
        return ferror(csv->file) == 0 ||
               fault_set(fault, FAULT_UNREADABLE, "unreadable", "The file cannot be read.");
    record->row = ++csv->row;
    record->line = csv->line;
    record->problem = CSV_OK;
    record->problem_cell = 0;
    csv->used = csv->cells = 0;
    begin_cell(csv, record);
    do {
        byte = read_normalized(csv);
    } while (byte != EOF && step(csv, record, &state, byte));
    if (byte == EOF && state == QUOTED)
        refuse(csv, record, CSV_OPEN_QUOTE);
    set_cells(csv, record);
    return true;
}

/* Returns the delimiter that occurs most in the first line, outside quotes. */
static char find_delimiter(struct import_csv *csv)
{
    static const char candidates[] = {',', ';', '\t'};
    size_t counts[sizeof candidates] = {0};
    bool quoted = false;
    size_t best = 0;
    for (int byte = read_byte(csv); byte != EOF && (quoted || (byte != '\n' && byte != '\r'));
         byte = read_byte(csv)) {
        if (byte == '"')
            quoted = !quoted;
        for (size_t i = 0; i < sizeof candidates && !quoted; i++)
            counts[i] += byte == candidates[i];
    }
    for (size_t i = 1; i < sizeof candidates; i++)
        if (counts[i] > counts[best])
            best = i;
    return candidates[best];
}

bool import_csv_rewind(struct import_csv *csv, struct fault *fault)
{
    if (fseek(csv->file, (long)csv->bom, SEEK_SET) != 0)
        return fault_set(fault, FAULT_UNREADABLE, "unreadable", "The file cannot be read again.");
    csv->read = (int64_t)csv->bom;
    csv->row = 0;
    csv->line = 1;
    return true;
}

/* Reads the whole file to determine its encoding. */
static bool detect_encoding(struct import_csv *csv, struct fault *fault)
{
    struct import_encoding_scan scan = {0};
    unsigned char input[INPUT];
    size_t count;
    while ((count = fread(input, 1, sizeof input, csv->file)) > 0) {
        import_encoding_scan_bytes(&scan, input, count);
        csv->size += (int64_t)count;
    }
    if (ferror(csv->file) != 0)
        return fault_set(fault, FAULT_UNREADABLE, "unreadable", "The file cannot be read.");
    csv->bom = import_encoding_bom(&scan);
    return import_encoding_detect(&scan, &csv->encoding, fault);
}

struct import_csv *import_csv_create(FILE *file, struct fault *fault)
{
    struct import_csv *csv = fault_calloc(sizeof *csv, "the file", fault);
    if (csv == NULL)
        return NULL;
    csv->file = file;
    if (!detect_encoding(csv, fault) || !import_csv_rewind(csv, fault))
        goto fail;
    csv->delimiter = find_delimiter(csv);
    if (!import_csv_rewind(csv, fault))
        goto fail;
    return csv;
fail:
    import_csv_destroy(csv);
    return NULL;
}

void import_csv_destroy(struct import_csv *csv)
{
    free(csv);
}

enum import_csv_encoding import_csv_encoding(const struct import_csv *csv)
{
    return csv->encoding;
}

char import_csv_delimiter(const struct import_csv *csv)
{
    return csv->delimiter;
}

int64_t import_csv_size(const struct import_csv *csv)
{
    return csv->size;
}

int64_t import_csv_read(const struct import_csv *csv)
{
    return csv->read;
}
