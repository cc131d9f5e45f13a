// SPDX-License-Identifier: MIT
#include "import/import_row.h"

#include "apartments/apartments_json.h"

enum { JSON_MAX = 4 * IMPORT_CSV_RECORD_MAX };

/* A JSON body under construction, from the columns of one table. */
struct body {
    struct buf json;
    const char *object; /* the open one, as in "title/ru" */
    size_t object_len;
    size_t members; /* of the innermost open object */
};

static void close_object(struct body *body)
{
    if (body->object_len > 0)
        buf_char(&body->json, '}');
    body->object_len = 0;
    body->members = 1;
}

/* Writes `"title":{"ru":` or `"rooms":`. */
static void open_member(struct body *body, const char *path)
{
    size_t len = strcspn(path, "/");
    bool nested = path[len] == '/';
    bool same = nested && body->object_len == len && memcmp(body->object, path, len) == 0;
    if (!same)
        close_object(body);
    if (body->json.len > 0 && (!same || body->members > 0))
        buf_char(&body->json, ',');
    if (nested && !same) {
        buf_json_string(&body->json, (struct slice){path, len});
        buf_text(&body->json, ":{");
        body->object = path;
        body->object_len = len;
    }
    buf_json_string(&body->json, slice_of(nested ? path + len + 1 : path));
    buf_char(&body->json, ':');
    body->members++;
}

/* '-' clears a nullable field. */
static bool add_cell(struct body *body, const struct import_column *column, struct slice cell,
                     const char **problem)
{
    const struct field *field = import_column_field(column->table, column->path);
    size_t before = body->json.len;
    struct body saved = *body;
    open_member(body, column->path);
    if (slice_is(cell, "-") && field != NULL && (field->flags & FIELD_NULLABLE) != 0) {
        buf_text(&body->json, "null");
        return true;
    }
    if (column->value(cell, &body->json, problem))
        return true;
    saved.json = body->json; /* the buffer may have moved */
    saved.json.len = before;
    *body = saved;
    return false;
}

bool import_row_refuse(struct import_row *row, int column, const char *code, const char *detail)
{
    import_report_column(row->report, row->record, column, code, detail);
    row->valid = false;
    return true;
}

static void read_table(struct import_row *row, const struct fields *table, struct body *body)
{
    for (int i = 0; i < IMPORT_COLUMN_COUNT; i++) {
        const char *problem = "unknown_value";
        struct slice cell = import_header_cell(row->report->header, row->record, i);
        if (import_columns[i].table == table && cell.at != NULL &&
            !add_cell(body, &import_columns[i], cell, &problem))
            import_row_refuse(row, i, problem, NULL);
    }
    close_object(body);
}

static bool read_part(struct import_row *row, const struct fields *table, struct slice *out,
                      struct fault *fault)
{
    struct body body = {0};
    buf_init(&body.json, JSON_MAX);
    read_table(row, table, &body);
    const bool ok = body.json.len == 0 || buf_keep(&body.json, row->arena, out, fault);
    buf_finish(&body.json);
    return ok;
}

bool import_row_read(struct import_row *row, struct fault *fault)
{
    const struct import_header *header = row->report->header;
    const struct import_record *record = row->record;
    int owner_id = import_column_of_path(&apartment_fields, "owner_id");
    row->code = import_header_cell(header, record, import_column_key());
    if (row->code.at == NULL)
        import_row_refuse(row, import_column_key(), "required", NULL);
    for (size_t i = header->cells; i < record->count; i++) {
        if (import_value_trim(record->cells[i]).len == 0)
            continue;
        import_report_cell(row->report, record, (int)i, "extra_cell", NULL, NULL);
        row->valid = false;
    }
    row->has_owner_id = import_header_cell(header, record, owner_id).at != NULL;
    return read_part(row, &apartment_fields, &row->apartment, fault) &&
           read_part(row, &owner_fields, &row->owner, fault);
}

/* Reports each problem at the column that caused it. */
static bool report_problems(struct import_row *row, const struct fields *table,
                            const struct fault *fault)
{
    if (fault->kind != FAULT_INVALID && fault->kind != FAULT_UNREADABLE)
        return false;
    for (size_t i = 0; i < fault->field_count; i++) {
        const struct fault_field *problem = &fault->fields[i];
        int column = import_column_of_path(table, problem->field);
        /* People name owners by name, not by id. */
        if (strcmp(problem->field, "owner_id") == 0 && strcmp(problem->code, "required") == 0)
            column = import_column_of_path(&owner_fields, "name");
        import_row_refuse(row, column, problem->code, problem->detail);
    }
    if (fault->field_count == 0)
        import_row_refuse(row, IMPORT_NO_COLUMN, fault->code, fault->detail);
    return true;
}

/* Decodes `members` over `out` and reports problems. */
static bool decode(struct import_row *row, const struct fields *table, struct slice members,
                   bool patch, void *out, struct fault *fault)
{
    struct slice body = arena_printf(row->arena, "{%.*s}", SLICE_ARG(members));
    if (body.at == NULL)
        return arena_fault(fault);
    return fields_decode(table, body, patch, out, NULL, row->arena, fault) ||
           report_problems(row, table, fault);
}

bool import_row_check(struct import_row *row, struct fault *fault)
{
    struct apartment apartment = apartment_defaults();
    apartment.max_nights = STAY_NIGHTS_MAX; /* a stored apartment may allow more than the default */
    return decode(row, &apartment_fields, row->apartment, true, &apartment, fault);
}

/* A phone is enough to find an owner; only a new owner needs a name. */
bool import_row_owner(struct import_row *row, struct owner *out, struct fault *fault)
{
    struct owner owner = {.telegram_id = FIELD_ABSENT, .language = LANGUAGE_RU, .notify = true};
    if (!decode(row, &owner_fields, row->owner, true, &owner, fault))
        return false;
    *out = owner;
    return true;
}

bool import_row_apply(struct import_row *row, struct apartment *apartment, struct fault *fault)
{
    bool is_new = uuid_is_nil(&apartment->id);
    struct slice members = row->apartment;
    char id[UUID_TEXT_LEN + 1];
    if (!row->has_owner_id && !uuid_is_nil(&row->owner_id)) {
        uuid_format(&row->owner_id, id);
        members = arena_printf(row->arena, "%.*s%s\"owner_id\":\"%s\"", SLICE_ARG(row->apartment),
                               row->apartment.len > 0 ? "," : "", id);
        if (members.at == NULL)
            return arena_fault(fault);
    }
    return decode(row, &apartment_fields, members, !is_new, apartment, fault);
}
