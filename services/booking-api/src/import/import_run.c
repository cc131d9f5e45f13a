// SPDX-License-Identifier: MIT
#include "import/import_run.h"

#include <stdlib.h>

#include "apartments/apartment_tell.h"
#include "bookings/booking_change.h"
#include "import/import_owner.h"
#include "import/import_seen.h"
#include "import/import_store.h"

/* Events and rows of the audit are sent after FLUSH_ROWS rows, because a row makes at most one
 * event and two rows of the audit. */
enum { ROW_ARENA_MAX = 4 << 20, FLUSH_ROWS = 4, TASK_ARENA_MAX = 1 << 20 };

/* The first pass makes the apartments that are new and notes the rows that change one. Those
 * apartments are locked, all at once; then the second pass writes the noted rows. */
enum pass { PASS_FIRST, PASS_SECOND, PASSES };

struct memory {
    struct import_seen seen;
    struct import_owners owners;
    struct noted {
        size_t count;
        int64_t rows[IMPORT_ROWS_MAX];    /* increasing */
        struct uuid ids[IMPORT_ROWS_MAX]; /* of their apartments */
    } noted;
};

struct run {
    const struct import_options *options;
    struct import_csv *csv;
    struct import_tell *tell;
    struct uuid tenant_id;
    struct arena rows; /* of the rows since the last flush */
    struct memory *memory;
    size_t next_noted; /* of the second pass */
    struct import_header header;
    struct import_counts counts;
    int64_t told_row[PASSES]; /* the last row that each pass has reported, over all attempts */
    int64_t unsent;           /* rows */
};

static bool is_blank(const struct import_record *record)
{
    for (size_t i = 0; i < record->count; i++)
        if (import_trim(record->cells[i]).len > 0)
            return false;
    return true;
}

/* A blank line, or one that begins with '#'. */
static bool says_nothing(const struct import_record *record)
{
    return record->problem == CSV_FINE &&
           (is_blank(record) || (record->cells[0].len > 0 && record->cells[0].at[0] == '#'));
}

static const char *const problem_codes[] = {[CSV_AFTER_QUOTE] = "after_quote",
                                            [CSV_OPEN_QUOTE] = "open_quote",
                                            [CSV_TOO_LONG] = "line_too_long",
                                            [CSV_TOO_MANY_CELLS] = "too_many_cells",
                                            [CSV_BAD_BYTE] = "bad_byte"};

/* The next record that is not blank. */
static bool next_record(struct run *run, struct import_record *record, bool *end,
                        struct fault *fault)
{
    do {
        if (!import_csv_next(run->csv, record, end, fault))
            return false;
    } while (!*end && says_nothing(record));
    return true;
}

static bool cannot_be_read(struct run *run, const struct import_record *record)
{
    if (record->problem == CSV_FINE)
        return false;
    import_tell_cell(run->tell, record, (int)record->problem_cell, problem_codes[record->problem],
                     NULL, NULL);
    return true;
}

/* Every column of the header must be known: the data of an unknown one would be lost without a
 * word. */
static bool read_header(struct run *run, struct fault *fault)
{
    struct import_record record;
    const char *problems[IMPORT_CSV_CELLS_MAX];
    bool end;
    if (!next_record(run, &record, &end, fault))
        return false;
    if (end)
        return fault_set(fault, FAULT_INVALID, "no_key", "The file is empty.");
    if (cannot_be_read(run, &record)) {
        run->counts.bad++;
        return fault_set(fault, FAULT_INVALID, "bad_header", "The header cannot be read.");
    }
    import_header_read(&record, problems, &run->header);
    for (size_t cell = 0; cell < record.count; cell++)
        if (problems[cell] != NULL) {
            import_tell_cell(run->tell, &record, (int)cell, problems[cell], NULL, NULL);
            run->counts.bad++;
        }
    run->tell->header = &run->header;
    if (run->header.cell_of[import_column_key()] == IMPORT_NO_COLUMN)
        return fault_set(fault, FAULT_INVALID, "no_key", "Line %lld.", (long long)record.row);
    return run->counts.bad == 0 ||
           fault_set(fault, FAULT_INVALID, "bad_header", "The header has columns not known.");
}

/* --- one row --- */

static bool create_apartment(struct run *run, struct change *change, struct apartment *apartment,
                             struct fault *fault)
{
    apartment->id = uuid_make_later(); /* so that the newest come in the order of the file */
    apartment->tenant_id = run->tenant_id;
    if (!apartment_store_insert(change->tx, change->now_us, change->arena, apartment, fault))
        return false;
    run->counts.created++;
    return apartment_tell(change, "apartment.created", "apartment.create", apartment, fault);
}

static bool update_apartment(struct run *run, struct change *change,
                             const struct uuid *owner_before, struct apartment *apartment,
                             struct fault *fault)
{
    if (!apartment_store_update(change->tx, change->now_us, change->arena, apartment, fault) ||
        !booking_handover(change, owner_before, apartment, fault))
        return false;
    run->counts.changed++;
    return apartment_tell(change, "apartment.updated", "apartment.update", apartment, fault);
}

static bool looks_the_same(const struct apartment *a, const struct apartment *b,
                           struct arena *arena, bool *out, struct fault *fault)
{
    struct slice before, after;
    if (!apartment_text(a, APARTMENT_FOR_ITS_PEOPLE, arena, &before, fault) ||
        !apartment_text(b, APARTMENT_FOR_ITS_PEOPLE, arena, &after, fault))
        return false;
    *out = slice_equal(before, after);
    return true;
}

/* One bad line rolls back the import. */
static bool is_refused(const struct run *run)
{
    return run->counts.bad > 0 && !run->options->skip_bad;
}

/* Rows that will be rolled back are not written. */
static bool is_written(const struct run *run, const struct import_row *row)
{
    return row->fine && !is_refused(run);
}

/* The line over the apartment `before`, which becomes `after`. */
static bool judge_row(struct run *run, struct import_row *row, const struct apartment *before,
                      struct apartment *after, bool *unchanged, struct fault *fault)
{
    *after = *before;
    *unchanged = false;
    return import_row_apply(row, after, fault) &&
           (!is_written(run, row) || uuid_is_nil(&before->id) ||
            looks_the_same(before, after, row->arena, unchanged, fault));
}

static void note_row(struct noted *noted, int64_t row, const struct uuid *id)
{
    noted->rows[noted->count] = row;
    noted->ids[noted->count++] = *id;
}

static bool create_or_note(struct run *run, struct change *change, struct import_row *row,
                           struct fault *fault)
{
    struct apartment before, after;
    bool unchanged;
    if (!import_store_apartment(change->tx, &run->tenant_id, row->code, change->arena, &before,
                                fault) ||
        !judge_row(run, row, &before, &after, &unchanged, fault))
        return false;
    if (!is_written(run, row))
        return true;
    if (uuid_is_nil(&before.id))
        return create_apartment(run, change, &after, fault);
    if (unchanged)
        run->counts.unchanged++;
    else
        note_row(&run->memory->noted, row->record->row, &before.id);
    return true;
}

/* The apartment may have changed between the first pass and its lock. */
static bool update_noted(struct run *run, struct change *change, const struct uuid *id,
                         struct import_row *row, struct fault *fault)
{
    struct apartment before, after;
    bool unchanged;
    if (!apartment_store_lock(change->tx, &run->tenant_id, id, change->arena, &before, fault) ||
        !judge_row(run, row, &before, &after, &unchanged, fault))
        return false;
    if (!is_written(run, row))
        return true;
    if (!unchanged)
        return update_apartment(run, change, &before.owner_id, &after, fault);
    run->counts.unchanged++;
    return true;
}

static bool take_first(struct run *run, struct change *change, struct import_row *row,
                       struct fault *fault)
{
    if (cannot_be_read(run, row->record)) {
        row->fine = false;
        return true;
    }
    if (!import_row_read(row, fault))
        return false;
    if (row->code.at != NULL) {
        int64_t first = import_seen_before(&run->memory->seen, row->code, row->record->row);
        if (first > 0) {
            import_tell_repeated(run->tell, row->record, first);
            row->fine = false;
        }
    }
    if (!row->fine)
        return import_row_check(row, fault);
    return import_owner_find(&run->memory->owners, change, row, fault) &&
           (!row->fine || create_or_note(run, change, row, fault));
}

static bool file_changed(int64_t row, struct fault *fault)
{
    return fault_set(fault, FAULT_CONFLICT, "file_changed", "Line %lld.", (long long)row);
}

static bool take_noted(struct run *run, struct change *change, struct import_row *row,
                       struct fault *fault)
{
    const int64_t number = row->record->row;
    const struct noted *noted = &run->memory->noted;
    if (run->next_noted == noted->count || number != noted->rows[run->next_noted])
        return true;
    const struct uuid *id = &noted->ids[run->next_noted++];
    if (!import_row_read(row, fault))
        return false;
    if (row->record->problem != CSV_FINE || !row->fine ||
        import_seen_before(&run->memory->seen, row->code, number) != number)
        return file_changed(number, fault);
    return import_owner_find(&run->memory->owners, change, row, fault) &&
           (!row->fine || update_noted(run, change, id, row, fault));
}

static bool flush_rows(struct run *run, struct change *change, struct fault *fault)
{
    run->unsent = 0;
    if (!change_flush(change, fault))
        return false;
    arena_reset(&run->rows);
    return true;
}

/* Reads to the end of the file. A pass does not repeat what it has reported in an attempt that was
 * rolled back. */
static bool run_pass(struct run *run, struct change *change, enum pass pass, struct fault *fault)
{
    static bool (*const take[PASSES])(struct run *, struct change *, struct import_row *,
                                      struct fault *) = {take_first, take_noted};
    struct import_record record;
    bool end;
    run->tell->told_row = run->told_row[pass];
    for (;;) {
        struct import_row row = {&record, run->tell, change->arena, .fine = true};
        if (!next_record(run, &record, &end, fault))
            return false;
        if (end)
            return flush_rows(run, change, fault);
        if (record.row > IMPORT_ROWS_MAX)
            return fault_set(fault, FAULT_TOO_LARGE, "too_many_lines", "At most 100,000 lines.");
        if (!take[pass](run, change, &row, fault))
            return false;
        run->counts.bad += !row.fine;
        if (record.row > run->told_row[pass])
            run->told_row[pass] = record.row;
        import_tell_progress(run->tell, run->csv, record.row);
        if (++run->unsent == FLUSH_ROWS && !flush_rows(run, change, fault))
            return false;
    }
}

static bool change_noted(struct run *run, struct change *change, struct fault *fault)
{
    const struct noted *noted = &run->memory->noted;
    struct import_record header;
    bool end;
    if (noted->count == 0 || is_refused(run))
        return true;
    if (!import_store_lock_apartments(change->tx, &run->tenant_id, noted->ids, noted->count,
                                      fault) ||
        !import_csv_rewind(run->csv, fault) || !next_record(run, &header, &end, fault) ||
        !run_pass(run, change, PASS_SECOND, fault))
        return false;
    return run->next_noted == noted->count || file_changed(noted->rows[run->next_noted], fault);
}

/* Runs again from the first line when the transaction is retried. */
static bool import_task(struct change *change, void *arg, struct fault *fault)
{
    struct run *run = arg;
    run->counts = (struct import_counts){0};
    run->unsent = 0;
    run->next_noted = 0;
    run->tell->header = NULL;
    memset(run->memory, 0, sizeof *run->memory);
    arena_reset(&run->rows);
    change->arena = &run->rows;
    if (!import_csv_rewind(run->csv, fault) || !read_header(run, fault) ||
        !import_store_alone(change->tx, &run->tenant_id, fault) ||
        !run_pass(run, change, PASS_FIRST, fault) || !change_noted(run, change, fault))
        return false;
    run->counts.owners = run->memory->owners.made;
    if (run->options->dry_run || is_refused(run))
        db_rollback_only(change->tx);
    return true;
}

static int conclude(struct run *run)
{
    enum import_outcome outcome = run->options->dry_run ? IMPORT_WOULD
                                  : is_refused(run)     ? IMPORT_REFUSED
                                                        : IMPORT_LOADED;
    import_tell_sum(run->tell, &run->counts, outcome);
    return run->counts.bad > 0 ? IMPORT_EXIT_BAD : IMPORT_EXIT_FINE;
}

static int run_task(struct service *service, struct run *run, struct arena *arena,
                    struct fault *fault)
{
    run->memory = fault_calloc(sizeof *run->memory, "the import", fault);
    if (run->memory == NULL) {
        import_tell_fault(run->tell, fault);
        return IMPORT_EXIT_BAD;
    }
    struct slice tenant = slice_of(run->options->tenant);
    if (!import_store_tenant(service->db, tenant, &run->tenant_id, fault)) {
        import_tell_fault(run->tell, fault);
        return IMPORT_EXIT_USAGE;
    }
    if (!api_task(service->changes, &run->tenant_id, arena, import_task, run, fault)) {
        import_tell_fault(run->tell, fault);
        return IMPORT_EXIT_BAD;
    }
    return conclude(run);
}

int import_run(struct service *service, const struct import_options *options,
               struct import_csv *csv, struct import_tell *tell)
{
    struct run run = {.options = options, .csv = csv, .tell = tell};
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
