// SPDX-License-Identifier: MIT
#include "api/steps.h"

#include <stddef.h>

#include "base/auto.h"

enum { EVENT_MAX = 2048 }; /* bytes of the data of an event */

// clang-format off
#define AT(member) offsetof(struct step, member)
static const struct db_column columns[] = {
    {DB_TIME, AT(at),      .name = "at"},
    {DB_TEXT, AT(from),    .name = "from_status"},
    {DB_TEXT, AT(to),      .name = "to_status"},
    {DB_TEXT, AT(actor),   .name = "actor"},
    {DB_TEXT, AT(reason),  .name = "reason"},
    {DB_INT,  AT(version), .name = "version"},
    {DB_INT,  AT(fee),     .name = "fee"},
    {DB_INT,  AT(refund),  .name = "refund"},
};
const struct db_shape step_shape = DB_SHAPE(columns, NULL);
const struct db_shape step_unpaid_shape = {columns, ARRAY_LEN(columns) - 2, NULL};

static const struct field items[] = {
    {.name = "at",          .type = FIELD_TIME,  .offset = AT(at)},
    {.name = "from_status", .type = FIELD_TEXT,  .offset = AT(from), .flags = FIELD_NULLABLE},
    {.name = "to_status",   .type = FIELD_TEXT,  .offset = AT(to)},
    {.name = "actor",       .type = FIELD_TEXT,  .offset = AT(actor)},
    {.name = "reason",      .type = FIELD_TEXT,  .offset = AT(reason), .flags = FIELD_OMIT},
    {.name = "version",     .type = FIELD_INT,   .offset = AT(version)},
    {.name = "fee",         .type = FIELD_MONEY, .offset = AT(fee), .flags = FIELD_OMIT},
    {.name = "refund",      .type = FIELD_MONEY, .offset = AT(refund), .flags = FIELD_OMIT},
};
#undef AT
static const struct fields fields = FIELDS_OF(items, struct step);

/* A step in an event. Text that a person wrote, and who exactly acted, are in the history only. */
struct told_step {
    struct slice from;
    struct slice to;
    struct slice actor; /* without its id or name */
    bool has_reason;
};
#define AT(member) offsetof(struct told_step, member)
static const struct field told_items[] = {
    {.name = "from",       .type = FIELD_TEXT, .offset = AT(from), .flags = FIELD_NULLABLE},
    {.name = "to",         .type = FIELD_TEXT, .offset = AT(to)},
    {.name = "actor",      .type = FIELD_TEXT, .offset = AT(actor)},
    {.name = "has_reason", .type = FIELD_BOOL, .offset = AT(has_reason)},
};
#undef AT
// clang-format on
static const struct fields told_fields = FIELDS_OF(told_items, struct told_step);

enum http_status steps_reply(const struct http_request *req, struct http_response *res,
                             struct db *db, const struct db_statement *statement,
                             const struct uuid *id, struct list_page *page,
                             step_hide_fn *hide_or_null)
{
    const struct slice name = {(const char *)id->bytes, sizeof id->bytes};
    const struct db_shape *shape = statement->shape;
    struct list_cursor next = {.set = true};
    auto_rows struct db_rows rows = {0};
    struct buf *out = &res->body;
    struct fault fault;
    int shown = 0;

    if (!list_page_read(req, name, page, &fault) ||
        !db_query(db, statement,
                  DB_VALUES(db_uuid(id), db_int(page->after.number), db_int(page->limit + 1)),
                  &rows, &fault))
        return http_reply_fault(req, res, &fault);
    list_begin(out);
    while (shown < rows.count && shown < page->limit && out->len < LIST_BYTES_MAX) {
        struct step step = {.fee = FIELD_ABSENT, .refund = FIELD_ABSENT};

        list_separator(out, (size_t)shown);
        db_row_read(&rows, shown++, 0, shape->columns, shape->count, &step);
        if (hide_or_null != NULL)
            hide_or_null(&step, api_caller(req));
        fields_encode(&fields, &step, false, out);
        next.number = step.version;
    }
    list_end(out, shown < rows.count ? &next : NULL, page->filters);
    return http_reply_json(res, HTTP_OK);
}

struct step_last step_last_read(const struct db_rows *rows, int column)
{
    return (struct step_last){db_get_text(rows, 0, column), db_get_text(rows, 0, column + 1),
                              db_get_text(rows, 0, column + 2)};
}

static struct told_step get_told_step(const struct change *change, const struct step_table *table,
                                      const struct step_record *step)
{
    struct slice id = change->caller->actor_text;
    const struct slice actor = slice_cut(&id, ':');

    return (struct told_step){.from = step->from < 0 ? SLICE_NONE
                                                     : slice_of(table->statuses[step->from]),
                              .to = slice_of(table->statuses[step->to]),
                              .actor = actor,
                              .has_reason = step->reason.len > 0};
}

/* Encodes the data of the event: the members of the resource, and "step". */
static bool encode_event(const struct change *change, const struct step_table *table,
                         const struct step_record *step, const void *resource, struct slice *out,
                         struct fault *fault)
{
    const struct told_step told = get_told_step(change, table, step);
    AUTO(buf_finish) struct buf json = BUF(EVENT_MAX);

    buf_char(&json, '{');
    fields_encode_members(table->event, resource, false, true, &json);
    buf_text(&json, ",\"step\":");
    fields_encode(&told_fields, &told, false, &json);
    buf_char(&json, '}');
    return buf_keep(&json, change->arena, out, fault);
}

bool step_record(struct change *change, const struct step_table *table,
                 const struct step_record *step, const void *resource, struct fault *fault)
{
    const char *to = table->statuses[step->to];
    const struct slice event = step->event != NULL
                                   ? slice_of(step->event)
                                   : arena_printf(change->arena, "%s.%s", table->noun,
                                                  step->from == step->to ? "changed" : to);
    struct slice data;

    if (event.at == NULL)
        return arena_fault(fault);
    if (!encode_event(change, table, step, resource, &data, fault))
        return false;
    change_write(change, table->write,
                 DB_VALUES(db_uuid(step->id), db_int(step->version),
                           db_str(step->from < 0 ? NULL : table->statuses[step->from]), db_str(to),
                           db_text(change->caller->actor_text), db_text(step->reason),
                           db_int(step->fee), db_int(step->refund)));
    change_event(change, event.at, table->noun, step->id, step->version, data);
    change_audit(change, step->audit, table->noun, step->id, step->version);
    return true;
}
