// SPDX-License-Identifier: MIT
#include "import/import_row.h"

#include "base/auto.h"

#include "flats/flats_json.h"

enum { JSON_MAX = 4 * IMPORT_CSV_RECORD_MAX };

/* Members of one table on their way into JSON text. */
struct body {
    struct buf json;
    const char *object; /* the one that is open, as in "title/ru" */
    size_t object_len;
    size_t members; /* of what is open */
};

static void close_object(struct body *body)
{
    if (body->object_len > 0)
        buf_char(&body->json, '}');
    body->object_len = 0;
    body->members = 1;
}

/* `"title":{"ru":` or `"rooms":` */
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

/* '-' clears what may be empty. */
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
    saved.json = body->json; /* it may have moved */
    saved.json.len = before;
    *body = saved;
    return false;
}

static bool read_table(const struct fields *table, const struct import_header *header,
                       const struct import_record *record, struct import_tell *tell,
                       struct body *body, bool *fine)
{
    for (int i = 0; i < IMPORT_COLUMN_COUNT; i++) {
        const char *problem = "unknown_value";
        struct slice cell = import_header_cell(header, record, i);
        if (import_columns[i].table != table || cell.at == NULL)
            continue;
        if (add_cell(body, &import_columns[i], cell, &problem))
            continue;
        import_tell_column(tell, record, i, problem, NULL);
        *fine = false;
    }
    close_object(body);
    return body->json.len > 0;
}

static bool read_part(const struct fields *table, const struct import_header *header,
                      const struct import_record *record, struct arena *arena,
                      struct import_tell *tell, struct slice *out, bool *fine, struct fault *fault)
{
    struct body body = {0};
    buf_init(&body.json, JSON_MAX);
    *out = (struct slice){0};
    const bool kept = !read_table(table, header, record, tell, &body, fine) ||
                      buf_keep(&body.json, arena, out, fault);
    buf_finish(&body.json);
    return kept;
}

bool import_row_read(const struct import_header *header, const struct import_record *record,
                     struct arena *arena, struct import_tell *tell, struct import_row *out,
                     bool *fine, struct fault *fault)
{
    struct import_row row = {.code = import_header_cell(header, record, import_column_key())};
    int owner_id = import_column_of_path(&apartment_fields, "owner_id");
    *fine = true;
    if (row.code.at == NULL) {
        import_tell_column(tell, record, import_column_key(), "required", NULL);
        *fine = false;
    }
    for (size_t i = header->cells; i < record->count; i++) {
        if (import_trim(record->cells[i]).len == 0)
            continue;
        import_tell_cell(tell, record, (int)i, "extra_cell", NULL, NULL);
        *fine = false;
    }
    row.owner_id = import_header_cell(header, record, owner_id).at != NULL;
    if (!read_part(&apartment_fields, header, record, arena, tell, &row.flat, fine, fault) ||
        !read_part(&owner_fields, header, record, arena, tell, &row.owner, fine, fault))
        return false;
    *out = row;
    return true;
}

/* Reports each problem at the column that it came from. */
static bool tell_problems(const struct fields *table, const struct import_record *record,
                          struct import_tell *tell, const struct fault *fault, bool *fine)
{
    if (fault->kind != FAULT_INVALID && fault->kind != FAULT_UNREADABLE)
        return false;
    for (size_t i = 0; i < fault->field_count; i++) {
        const struct fault_field *problem = &fault->fields[i];
        int column = import_column_of_path(table, problem->field);
        /* An owner is asked for by name, not by the number that people do not know. */
        if (strcmp(problem->field, "owner_id") == 0 && strcmp(problem->code, "required") == 0)
            column = import_column_of_path(&owner_fields, "name");
        import_tell_column(tell, record, column, problem->code, problem->detail);
    }
    if (fault->field_count == 0)
        import_tell_cell(tell, record, -1, fault->code, NULL, fault->detail);
    *fine = false;
    return true;
}

bool import_row_check(const struct import_row *row, const struct import_record *record,
                      struct arena *arena, struct import_tell *tell, struct fault *fault)
{
    struct apartment flat = apartment_defaults();
    struct slice body = arena_printf(arena, "{%.*s}", SLICE_ARG(row->flat));
    bool fine;
    if (body.at == NULL)
        return arena_fault(fault);
    flat.max_nights = STAY_NIGHTS_MAX; /* the flat may be there already, with more than usual */
    return fields_decode(&apartment_fields, body, true, &flat, NULL, arena, fault) ||
           tell_problems(&apartment_fields, record, tell, fault, &fine);
}

bool import_row_owner(const struct import_row *row, const struct import_record *record,
                      struct arena *arena, struct import_tell *tell, struct owner *out, bool *fine,
                      struct fault *fault)
{
    struct owner owner = {.telegram_id = FIELD_ABSENT, .language = LANGUAGE_RU, .notify = true};
    struct slice body = arena_printf(arena, "{%.*s}", SLICE_ARG(row->owner));
    if (body.at == NULL)
        return arena_fault(fault);
    /* A phone alone finds an owner; only who makes one needs a name. */
    if (!fields_decode(&owner_fields, body, true, &owner, NULL, arena, fault))
        return tell_problems(&owner_fields, record, tell, fault, fine);
    *out = owner;
    return true;
}

/* The members, and the owner that was found for them. */
static struct slice body_of(const struct import_row *row, const struct uuid *owner_id,
                            struct arena *arena)
{
    char id[UUID_TEXT_LEN + 1];
    if (row->owner_id || uuid_is_nil(owner_id))
        return arena_printf(arena, "{%.*s}", SLICE_ARG(row->flat));
    uuid_format(owner_id, id);
    return arena_printf(arena, "{%.*s%s\"owner_id\":\"%s\"}", SLICE_ARG(row->flat),
                        row->flat.len > 0 ? "," : "", id);
}

bool import_row_apply(const struct import_row *row, const struct import_record *record,
                      const struct uuid *owner_id, struct arena *arena, struct import_tell *tell,
                      struct apartment *flat, bool *fine, struct fault *fault)
{
    bool is_new = uuid_is_nil(&flat->id);
    struct slice body = body_of(row, owner_id, arena);
    if (body.at == NULL)
        return arena_fault(fault);
    return fields_decode(&apartment_fields, body, !is_new, flat, NULL, arena, fault) ||
           tell_problems(&apartment_fields, record, tell, fault, fine);
}

bool import_row_shown(const struct apartment *flat, enum apartment_view view, struct arena *arena,
                      struct slice *json, struct fault *fault)
{
    AUTO(buf_finish) struct buf body;
    buf_init(&body, JSON_MAX);
    apartment_encode(flat, view, false, &body);
    return buf_keep(&body, arena, json, fault);
}
