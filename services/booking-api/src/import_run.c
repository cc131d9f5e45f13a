// SPDX-License-Identifier: MIT
#include "import_run.h"

#include "api/change.h"

#include "booking_handover.h"
#include "import_owner.h"
#include "import_row.h"
#include "import_seen.h"
#include "import_store.h"
#include "rate_store.h"

/* Rows whose traces go out together: each leaves at most one event and two rows of audit. */
enum { ROW_ARENA_MAX = 4 << 20, FLUSH_ROWS = 4, TASK_ARENA_MAX = 1 << 20 };

struct run {
    const struct import_options *options;
    struct import_csv *csv;
    struct import_tell *tell;
    struct uuid tenant_id;
    struct arena rows; /* of the rows since the last flush */
    struct import_seen *seen;
    struct import_owners *owners;
    struct import_header header;
    struct import_counts counts;
    int64_t unsent; /* rows */
};

static void refuse_header(void *data, size_t cell, const char *code)
{
    void **both = data;
    struct run *run = both[0];
    import_tell_cell(run->tell, both[1], (int)cell, code, NULL, NULL);
    run->counts.bad++;
}

static bool is_blank(const struct import_record *record)
{
    for (size_t i = 0; i < record->count; i++)
        if (import_trim(record->cells[i]).len > 0)
            return false;
    return true;
}

/* Blank lines, and those that begin with '#'. */
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

/* The next record that says something. */
static bool next_record(struct run *run, struct import_record *record, bool *end,
                        struct fault *fault)
{
    do {
        if (!import_csv_next(run->csv, record, end, fault))
            return false;
    } while (!*end && says_nothing(record));
    return true;
}

static bool refused(struct run *run, const struct import_record *record)
{
    if (record->problem == CSV_FINE)
        return false;
    import_tell_cell(run->tell, record, (int)record->problem_cell, problem_codes[record->problem],
                     NULL, NULL);
    return true;
}

/* The header must be right as a whole: a column that is not understood would be lost in silence. */
static bool read_header(struct run *run, struct fault *fault)
{
    struct import_record record;
    void *both[] = {run, &record};
    bool end;
    if (!next_record(run, &record, &end, fault))
        return false;
    if (end)
        return fault_set(fault, FAULT_INVALID, "no_key", "The file is empty.");
    if (refused(run, &record)) {
        run->counts.bad++;
        return fault_set(fault, FAULT_INVALID, "bad_header", "The header cannot be read.");
    }
    import_header_read(&record, refuse_header, both, &run->header);
    run->tell->header = &run->header;
    if (run->header.cell_of[import_column_key()] == IMPORT_NO_COLUMN)
        return fault_set(fault, FAULT_INVALID, "no_key", "Line %lld.", (long long)record.row);
    return run->counts.bad == 0 ||
           fault_set(fault, FAULT_INVALID, "bad_header", "The header has columns not known.");
}

/* --- one row --- */

/* The flat as it was decided, with the same traces that a request leaves. */
static bool leave_traces(struct change *change, const char *event, const char *action,
                         const struct apartment *flat, struct fault *fault)
{
    struct slice data;
    if (!import_row_shown(flat, APARTMENT_FOR_ALL, change->arena, &data, fault))
        return false;
    change_event(change, event, "apartment", &flat->id, flat->version, data);
    change_audit(change, action, "apartment", &flat->id, flat->version);
    return true;
}

static bool create(struct run *run, struct change *change, struct apartment *flat,
                   struct fault *fault)
{
    flat->id = uuid_make();
    flat->tenant_id = run->tenant_id;
    if (!apartment_store_insert(change->tx, change->arena, flat, fault))
        return false;
    run->counts.created++;
    return leave_traces(change, "apartment.created", "apartment.create", flat, fault);
}

/* The row again over the flat as it is now that it is locked. */
static bool update(struct run *run, struct change *change, const struct import_row *row,
                   const struct import_record *record, const struct uuid *owner_id,
                   const struct uuid *id, bool *fine, struct fault *fault)
{
    struct apartment flat;
    struct uuid owner_before;
    if (!apartment_store_lock(change->tx, &run->tenant_id, id, change->arena, &flat, fault))
        return false;
    owner_before = flat.owner_id;
    if (!import_row_apply(row, record, owner_id, change->arena, run->tell, &flat, fine, fault))
        return false;
    if (!*fine)
        return true;
    if (!apartment_store_update(change->tx, change->arena, &flat, fault) ||
        !booking_handover(change, &owner_before, &flat, fault))
        return false;
    run->counts.changed++;
    return leave_traces(change, "apartment.updated", "apartment.update", &flat, fault);
}

static bool same(const struct apartment *a, const struct apartment *b, struct arena *arena,
                 bool *out, struct fault *fault)
{
    struct slice before, after;
    if (!import_row_shown(a, APARTMENT_FOR_ITS_PEOPLE, arena, &before, fault) ||
        !import_row_shown(b, APARTMENT_FOR_ITS_PEOPLE, arena, &after, fault))
        return false;
    *out = slice_equal(before, after);
    return true;
}

static bool write_row(struct run *run, struct change *change, const struct import_row *row,
                      const struct import_record *record, const struct uuid *owner_id, bool *fine,
                      struct fault *fault)
{
    struct apartment before, flat;
    bool unchanged = false;
    if (!import_store_flat(change->tx, &run->tenant_id, row->code, change->arena, &before, fault))
        return false;
    flat = before;
    if (!import_row_apply(row, record, owner_id, change->arena, run->tell, &flat, fine, fault))
        return false;
    /* What is going to be rolled back need not be written. */
    if (!*fine || (run->counts.bad > 0 && !run->options->skip_bad))
        return true;
    if (uuid_is_nil(&before.id))
        return create(run, change, &flat, fault);
    if (!same(&before, &flat, change->arena, &unchanged, fault))
        return false;
    if (!unchanged)
        return update(run, change, row, record, owner_id, &before.id, fine, fault);
    run->counts.unchanged++;
    return true;
}

static bool load_row(struct run *run, struct change *change, const struct import_record *record,
                     bool *fine, struct fault *fault)
{
    struct import_row row;
    struct uuid owner_id = {0};
    if (!import_row_read(&run->header, record, change->arena, run->tell, &row, fine, fault))
        return false;
    if (row.code.at != NULL) {
        int64_t first = import_seen_before(run->seen, row.code, record->row);
        if (first > 0) {
            import_tell_repeated(run->tell, record, first);
            *fine = false;
        }
    }
    if (!*fine)
        return import_row_check(&row, record, change->arena, run->tell, fault);
    if (!import_owner_find(run->owners, change, &row, record, run->tell, &owner_id, fine, fault))
        return false;
    return !*fine || write_row(run, change, &row, record, &owner_id, fine, fault);
}

static bool flush(struct run *run, struct change *change, struct fault *fault)
{
    run->unsent = 0;
    if (!change_flush(change, fault))
        return false;
    arena_reset(&run->rows);
    return true;
}

static bool load_rows(struct run *run, struct change *change, struct fault *fault)
{
    struct import_record record;
    bool end;
    for (;;) {
        bool fine = true;
        if (!next_record(run, &record, &end, fault))
            return false;
        if (end)
            return flush(run, change, fault);
        if (record.row > IMPORT_ROWS_MAX)
            return fault_set(fault, FAULT_TOO_LARGE, "too_many_lines", "At most 100,000 lines.");
        if (refused(run, &record))
            fine = false;
        else if (!load_row(run, change, &record, &fine, fault))
            return false;
        run->counts.bad += !fine;
        if (record.row > run->tell->told_row)
            run->tell->told_row = record.row;
        import_tell_progress(run->tell, run->csv, record.row);
        if (++run->unsent == FLUSH_ROWS && !flush(run, change, fault))
            return false;
    }
}

/* Runs again from the first line when the transaction is retried; what was told once is not told
 * again. */
static bool task(struct change *change, void *arg, struct fault *fault)
{
    struct run *run = arg;
    run->counts = (struct import_counts){0};
    run->unsent = 0;
    run->tell->header = NULL;
    import_seen_clear(run->seen);
    import_owners_clear(run->owners);
    arena_reset(&run->rows);
    change->arena = &run->rows;
    if (!import_csv_rewind(run->csv, fault) || !read_header(run, fault) ||
        !import_store_alone(change->tx, &run->tenant_id, fault) || !load_rows(run, change, fault))
        return false;
    run->counts.owners = import_owners_made(run->owners);
    if (run->options->dry_run || (run->counts.bad > 0 && !run->options->skip_bad))
        db_rollback_only(change->tx);
    return true;
}

static int conclude(struct run *run)
{
    bool refused_all = run->counts.bad > 0 && !run->options->skip_bad;
    enum import_outcome outcome = run->options->dry_run ? IMPORT_WOULD
                                  : refused_all         ? IMPORT_REFUSED
                                                        : IMPORT_LOADED;
    import_tell_sum(run->tell, &run->counts, outcome);
    return run->counts.bad > 0 ? IMPORT_EXIT_BAD : IMPORT_EXIT_FINE;
}

static int run_task(struct service *service, struct run *run, struct arena *arena,
                    struct fault *fault)
{
    run->seen = import_seen_create(fault);
    if (run->seen == NULL)
        return IMPORT_EXIT_BAD;
    run->owners = import_owners_create(fault);
    if (run->owners == NULL)
        return IMPORT_EXIT_BAD;
    struct slice tenant = slice_of(run->options->tenant);
    if (!import_store_tenant(service->db, tenant, &run->tenant_id, fault)) {
        import_tell_fault(run->tell, fault);
        return IMPORT_EXIT_USAGE;
    }
    if (!api_task(service->changes, &run->tenant_id, arena, task, run, fault)) {
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
    import_seen_destroy(run.seen);
    import_owners_destroy(run.owners);
    arena_finish(&run.rows);
    arena_finish(&arena);
    return code;
}
