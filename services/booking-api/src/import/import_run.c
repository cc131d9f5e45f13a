// SPDX-License-Identifier: MIT
#include "import/import_run.h"

#include <stdlib.h>

#include "apartments/apartment_record.h"
#include "bookings/booking_change.h"
#include "import/import_codes.h"
#include "import/import_owner.h"
#include "import/import_store.h"

/* Flushed every FLUSH_ROWS rows; a row makes at most one event and two audit rows. */
enum { ROW_ARENA_MAX = 4 << 20, FLUSH_ROWS = 4, TASK_ARENA_MAX = 1 << 20 };

/* The first pass creates new apartments and defers rows that change an existing one. Then all
 * those apartments are locked at once, and the second pass writes the deferred rows. */
enum pass { PASS_FIRST, PASS_SECOND, PASSES };

struct memory {
    struct import_codes codes;
    struct import_owners owners;
    struct deferred {
        size_t count;
        int64_t rows[IMPORT_ROWS_MAX];    /* in ascending order */
        struct uuid ids[IMPORT_ROWS_MAX]; /* of the apartments */
    } deferred;
};

struct run {
    const struct import_options *options;
    struct import_csv *csv;
    struct import_report *report;
    struct uuid tenant_id;
    struct arena rows; /* for the rows since the last flush */
    struct memory *memory;
    size_t next_deferred; /* index in the second pass */
    struct import_header header;
    struct import_counts counts;
    int64_t reported_row[PASSES]; /* last row reported by each pass, in all attempts */
    int64_t unsent;               /* rows since the last flush */
};

static bool is_blank(const struct import_record *record)
{
    for (size_t i = 0; i < record->count; i++)
        if (import_value_trim(record->cells[i]).len > 0)
            return false;
    return true;
}

/* Blank lines and lines starting with '#'. */
static bool is_skipped(const struct import_record *record)
{
    return record->problem == CSV_OK &&
           (is_blank(record) || (record->cells[0].len > 0 && record->cells[0].at[0] == '#'));
}

static const char *const problem_codes[] = {[CSV_AFTER_QUOTE] = "after_quote",
                                            [CSV_OPEN_QUOTE] = "open_quote",
                                            [CSV_TOO_LONG] = "line_too_long",
                                            [CSV_TOO_MANY_CELLS] = "too_many_cells",
                                            [CSV_BAD_BYTE] = "bad_byte"};

/* Reads the next record that is not skipped. */
static bool next_record(struct run *run, struct import_record *record, bool *end,
                        struct fault *fault)
{
    do {
        if (!import_csv_next(run->csv, record, end, fault))
            return false;
    } while (!*end && is_skipped(record));
    return true;
}

static bool report_unreadable(struct run *run, const struct import_record *record)
{
    if (record->problem == CSV_OK)
        return false;
    import_report_cell(run->report, record, (int)record->problem_cell,
                       problem_codes[record->problem], NULL, NULL);
    return true;
}

/* An unknown column is an error, because its data would be lost silently. */
static bool read_header(struct run *run, struct fault *fault)
{
    struct import_record record;
    const char *problems[IMPORT_CSV_CELLS_MAX];
    bool end;
    if (!next_record(run, &record, &end, fault))
        return false;
    if (end)
        return fault_set(fault, FAULT_INVALID, "no_key", "The file is empty.");
    if (report_unreadable(run, &record)) {
        run->counts.bad++;
        return fault_set(fault, FAULT_INVALID, "bad_header", "The header cannot be read.");
    }
    import_header_read(&record, problems, &run->header);
    for (size_t cell = 0; cell < record.count; cell++)
        if (problems[cell] != NULL) {
            import_report_cell(run->report, &record, (int)cell, problems[cell], NULL, NULL);
            run->counts.bad++;
        }
    run->report->header = &run->header;
    if (run->header.cell_of[import_column_key()] == IMPORT_NO_COLUMN)
        return fault_set(fault, FAULT_INVALID, "no_key", "Line %lld.", (long long)record.row);
    return run->counts.bad == 0 ||
           fault_set(fault, FAULT_INVALID, "bad_header", "The header has columns not known.");
}

/* --- one row --- */

static bool create_apartment(struct run *run, struct change *change, struct apartment *apartment,
                             struct fault *fault)
{
    apartment->id = uuid_make_later(); /* so that "newest first" follows the order of the file */
    apartment->tenant_id = run->tenant_id;
    if (!apartment_store_insert(change->tx, change->now_us, change->arena, apartment, fault))
        return false;
    run->counts.created++;
    return apartment_record(change, "apartment.created", "apartment.create", apartment, fault);
}

static bool update_apartment(struct run *run, struct change *change,
                             const struct uuid *owner_before, struct apartment *apartment,
                             struct fault *fault)
{
    if (!apartment_store_update(change->tx, change->now_us, change->arena, apartment, fault) ||
        !booking_change_owner(change, owner_before, apartment, fault))
        return false;
    run->counts.changed++;
    return apartment_record(change, "apartment.updated", "apartment.update", apartment, fault);
}

static bool is_same(const struct apartment *a, const struct apartment *b, struct arena *arena,
                    bool *out, struct fault *fault)
{
    struct slice before, after;
    if (!apartment_record_json(a, APARTMENT_PRIVATE, arena, &before, fault) ||
        !apartment_record_json(b, APARTMENT_PRIVATE, arena, &after, fault))
        return false;
    *out = slice_equal(before, after);
    return true;
}

/* Without --skip-bad, one bad line rolls back the import. */
static bool is_rolled_back(const struct run *run)
{
    return run->counts.bad > 0 && !run->options->skip_bad;
}

/* Rows that will be rolled back are not written. */
static bool is_written(const struct run *run, const struct import_row *row)
{
    return row->valid && !is_rolled_back(run);
}

/* Applies the line to `before`; the result is `after`. */
static bool apply_row(struct run *run, struct import_row *row, const struct apartment *before,
                      struct apartment *after, bool *unchanged, struct fault *fault)
{
    *after = *before;
    *unchanged = false;
    return import_row_apply(row, after, fault) &&
           (!is_written(run, row) || uuid_is_nil(&before->id) ||
            is_same(before, after, row->arena, unchanged, fault));
}

static void defer_row(struct deferred *deferred, int64_t row, const struct uuid *id)
{
    deferred->rows[deferred->count] = row;
    deferred->ids[deferred->count++] = *id;
}

static bool create_or_defer(struct run *run, struct change *change, struct import_row *row,
                            struct fault *fault)
{
    struct apartment before, after;
    bool unchanged;
    if (!import_store_apartment(change->tx, &run->tenant_id, row->code, change->arena, &before,
                                fault) ||
        !apply_row(run, row, &before, &after, &unchanged, fault))
        return false;
    if (!is_written(run, row))
        return true;
    if (uuid_is_nil(&before.id))
        return create_apartment(run, change, &after, fault);
    if (unchanged)
        run->counts.unchanged++;
    else
        defer_row(&run->memory->deferred, row->record->row, &before.id);
    return true;
}

/* Reads the apartment again, because it may have changed since the first pass. */
static bool update_deferred(struct run *run, struct change *change, const struct uuid *id,
                            struct import_row *row, struct fault *fault)
{
    struct apartment before, after;
    bool unchanged;
    if (!apartment_store_lock(change->tx, &run->tenant_id, id, change->arena, &before, fault) ||
        !apply_row(run, row, &before, &after, &unchanged, fault))
        return false;
    if (!is_written(run, row))
        return true;
    if (!unchanged)
        return update_apartment(run, change, &before.owner_id, &after, fault);
    run->counts.unchanged++;
    return true;
}

static bool process_first(struct run *run, struct change *change, struct import_row *row,
                          struct fault *fault)
{
    if (report_unreadable(run, row->record)) {
        row->valid = false;
        return true;
    }
    if (!import_row_read(row, fault))
        return false;
    if (row->code.at != NULL) {
        int64_t first = import_codes_add(&run->memory->codes, row->code, row->record->row);
        if (first > 0) {
            import_report_repeated(run->report, row->record, first);
            row->valid = false;
        }
    }
    if (!row->valid)
        return import_row_check(row, fault);
    return import_owner_find(&run->memory->owners, change, row, fault) &&
           (!row->valid || create_or_defer(run, change, row, fault));
}

static bool file_changed(int64_t row, struct fault *fault)
{
    return fault_set(fault, FAULT_CONFLICT, "file_changed", "Line %lld.", (long long)row);
}

static bool process_deferred(struct run *run, struct change *change, struct import_row *row,
                             struct fault *fault)
{
    const int64_t number = row->record->row;
    const struct deferred *deferred = &run->memory->deferred;
    if (run->next_deferred == deferred->count || number != deferred->rows[run->next_deferred])
        return true;
    const struct uuid *id = &deferred->ids[run->next_deferred++];
    if (!import_row_read(row, fault))
        return false;
    if (row->record->problem != CSV_OK || !row->valid ||
        import_codes_add(&run->memory->codes, row->code, number) != number)
        return file_changed(number, fault);
    return import_owner_find(&run->memory->owners, change, row, fault) &&
           (!row->valid || update_deferred(run, change, id, row, fault));
}

static bool flush_rows(struct run *run, struct change *change, struct fault *fault)
{
    run->unsent = 0;
    if (!change_flush(change, fault))
        return false;
    arena_reset(&run->rows);
    return true;
}

/* Reads to the end of the file. Does not repeat problems reported by an earlier attempt. */
static bool run_pass(struct run *run, struct change *change, enum pass pass, struct fault *fault)
{
    static bool (*const process[PASSES])(struct run *, struct change *, struct import_row *,
                                         struct fault *) = {process_first, process_deferred};
    struct import_record record;
    bool end;
    run->report->reported_row = run->reported_row[pass];
    for (;;) {
        struct import_row row = {&record, run->report, change->arena, .valid = true};
        if (!next_record(run, &record, &end, fault))
            return false;
        if (end)
            return flush_rows(run, change, fault);
        if (record.row > IMPORT_ROWS_MAX)
            return fault_set(fault, FAULT_TOO_LARGE, "too_many_lines", "At most 100,000 lines.");
        if (!process[pass](run, change, &row, fault))
            return false;
        run->counts.bad += !row.valid;
        if (record.row > run->reported_row[pass])
            run->reported_row[pass] = record.row;
        import_report_progress(run->report, run->csv, record.row);
        if (++run->unsent == FLUSH_ROWS && !flush_rows(run, change, fault))
            return false;
    }
}

static bool update_all_deferred(struct run *run, struct change *change, struct fault *fault)
{
    const struct deferred *deferred = &run->memory->deferred;
    struct import_record header;
    bool end;
    if (deferred->count == 0 || is_rolled_back(run))
        return true;
    if (!import_store_lock_apartments(change->tx, &run->tenant_id, deferred->ids, deferred->count,
                                      fault) ||
        !import_csv_rewind(run->csv, fault) || !next_record(run, &header, &end, fault) ||
        !run_pass(run, change, PASS_SECOND, fault))
        return false;
    return run->next_deferred == deferred->count ||
           file_changed(deferred->rows[run->next_deferred], fault);
}

/* Starts from the first line again when the transaction is retried. */
static bool import_task(struct change *change, void *arg, struct fault *fault)
{
    struct run *run = arg;
    run->counts = (struct import_counts){0};
    run->unsent = 0;
    run->next_deferred = 0;
    run->report->header = NULL;
    memset(run->memory, 0, sizeof *run->memory);
    arena_reset(&run->rows);
    change->arena = &run->rows;
    if (!import_csv_rewind(run->csv, fault) || !read_header(run, fault) ||
        !import_store_lock_tenant(change->tx, &run->tenant_id, fault) ||
        !run_pass(run, change, PASS_FIRST, fault) || !update_all_deferred(run, change, fault))
        return false;
    run->counts.owners = run->memory->owners.made;
    if (run->options->dry_run || is_rolled_back(run))
        db_rollback_only(change->tx);
    return true;
}

static int finish(struct run *run)
{
    enum import_outcome outcome = run->options->dry_run ? IMPORT_DRY_RUN
                                  : is_rolled_back(run) ? IMPORT_REFUSED
                                                        : IMPORT_LOADED;
    import_report_summary(run->report, &run->counts, outcome);
    return run->counts.bad > 0 ? IMPORT_EXIT_BAD : IMPORT_EXIT_OK;
}

static int run_task(struct service *service, struct run *run, struct arena *arena,
                    struct fault *fault)
{
    run->memory = fault_calloc(sizeof *run->memory, "the import", fault);
    if (run->memory == NULL) {
        import_report_fault(run->report, fault);
        return IMPORT_EXIT_BAD;
    }
    struct slice tenant = slice_of(run->options->tenant);
    if (!import_store_tenant(service->db, tenant, &run->tenant_id, fault)) {
        import_report_fault(run->report, fault);
        return IMPORT_EXIT_USAGE;
    }
    if (!api_task(service->changes, &run->tenant_id, arena, import_task, run, fault)) {
        import_report_fault(run->report, fault);
        return IMPORT_EXIT_BAD;
    }
    return finish(run);
}

int import_run(struct service *service, const struct import_options *options,
               struct import_csv *csv, struct import_report *report)
{
    struct run run = {.options = options, .csv = csv, .report = report};
    struct arena arena;
    struct fault fault;
    arena_init(&run.rows, ROW_ARENA_MAX);
    arena_init(&arena, TASK_ARENA_MAX);
    int code = run_task(service, &run, &arena, &fault);
    free(run.memory);
    arena_finish(&run.rows);
    arena_finish(&arena);
    return code;
}
