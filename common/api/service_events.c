// SPDX-License-Identifier: MIT
#include <endian.h>
#include <stddef.h>

#include "api/events.h"
#include "api/events_private.h"
#include "api/service.h"
#include "db/transaction.h"

struct events_query {
    struct slice after;
    struct field_texts types;
    int64_t limit;
};

// clang-format off
static const struct field query_items[] = {
    {.name = "after", .type = FIELD_RAW, .offset = offsetof(struct events_query, after)},
    {.name = "types", .type = FIELD_TEXTS, .flags = FIELD_COMMA, .offset = offsetof(struct events_query, types), .max = EVENTS_TYPES_MAX},
    {.name = "limit", .type = FIELD_INT, .offset = offsetof(struct events_query, limit), .min = 1, .max = LIST_LIMIT_MAX},
};
static const struct fields query_fields = FIELDS_OF(query_items, struct events_query);

static const struct field resource_items[] = {
    {.name = "type", .type = FIELD_TEXT, .offset = offsetof(struct event_resource, type)},
    {.name = "id", .type = FIELD_UUID, .offset = offsetof(struct event_resource, id)},
    {.name = "version", .type = FIELD_INT, .offset = offsetof(struct event_resource, version)},
};
static const struct fields resource_fields = FIELDS_OF(resource_items, struct event_resource);

static const struct field event_items[] = {
    {.name = "id", .type = FIELD_UUID, .offset = offsetof(struct event, id)},
    {.name = "type", .type = FIELD_TEXT, .offset = offsetof(struct event, type)},
    {.name = "occurred_at", .type = FIELD_TIME, .offset = offsetof(struct event, occurred_at)},
    {.name = "sequence", .type = FIELD_INT, .offset = offsetof(struct event, sequence)},
    {.name = "resource", .type = FIELD_OBJECT, .offset = offsetof(struct event, resource), .table = &resource_fields},
    {.name = "data", .type = FIELD_RAW, .offset = offsetof(struct event, data)},
};
static const struct fields event_fields = FIELDS_OF(event_items, struct event);
// clang-format on

static const struct db_column columns[] = {
    {.type = DB_UUID, .offset = offsetof(struct event, id)              },
    {.type = DB_TEXT, .offset = offsetof(struct event, type)            },
    {.type = DB_TIME, .offset = offsetof(struct event, occurred_at)     },
    {.type = DB_INT,  .offset = offsetof(struct event, sequence)        },
    {.type = DB_TEXT, .offset = offsetof(struct event, resource.type)   },
    {.type = DB_UUID, .offset = offsetof(struct event, resource.id)     },
    {.type = DB_INT,  .offset = offsetof(struct event, resource.version)},
    {.type = DB_TEXT, .offset = offsetof(struct event, data)            },
    {.type = DB_INT,  .offset = offsetof(struct event, position.epoch)  },
    {.type = DB_INT,  .offset = offsetof(struct event, position.tx)     },
    {.type = DB_INT,  .offset = offsetof(struct event, position.id)     },
    {.type = DB_BOOL, .offset = offsetof(struct event, shown)           },
};

/* The tenant is between two inequalities. With an equality, the index of all tenants would have the
 * order too, and a scan of the tenant's index would begin at its first event instead of the
 * position. Rows are scanned until the page is full, because the windows have no order. The last
 * scanned row is in the result even if it is not shown, as a position. */
// clang-format off
static const struct db_statement list_statement = {
    .name = "event_list",
    .sql = LIST_PAGE_OF
           "SELECT event_id, type, occurred_at, sequence, resource_type, resource_id,"
           " resource_version, CASE WHEN shown THEN data::text END AS data, epoch::bigint,"
           " tx::text::bigint, id, shown, CASE WHEN shown THEN octet_length(data::text) END AS large"
           " FROM (SELECT *, lead(id) OVER () IS NULL AS last FROM ("
           "  SELECT *, (($5::text IS NULL OR data ->> $5::text = $6::uuid::text)"
           "   AND ($7::text IS NULL OR resource_type <> ALL (string_to_array($7::text, ' ')))"
           "   AND ($9::text[] IS NULL OR type = ANY ($9::text[])"
           "    OR split_part(type, '.', 1) || '.*' = ANY ($9::text[])))"
           "   IS TRUE AS shown FROM outbox"
           "  WHERE (tenant_id, epoch, tx, id) > ($1::uuid, $2::integer, $3::text::xid8, $4::bigint)"
           "  AND tenant_id <= $1::uuid AND tx < pg_snapshot_xmin(pg_current_snapshot())"
           "  ORDER BY outbox.tenant_id, outbox.epoch, outbox.tx, outbox.id LIMIT 2000) scan) placed"
           " WHERE shown OR last LIMIT $8::bigint" LIST_PAGE_CUT,
};
// clang-format on

bool events_store_list(struct db *db, const struct uuid *tenant_id, const struct events_part *part,
                       const struct field_texts *types, const struct event_position *after,
                       int64_t rows_max, struct db_rows *rows, struct fault *fault)
{
    struct db_value names[EVENTS_TYPES_MAX];
    const size_t count = types->count < EVENTS_TYPES_MAX ? types->count : EVENTS_TYPES_MAX;

    for (size_t i = 0; i < count; i++)
        names[i] = db_text(types->items[i]);
    return db_query(db, &list_statement,
                    DB_VALUES(db_uuid(tenant_id), db_int(after->epoch), db_int(after->tx),
                              db_int(after->id), db_str(part->member), db_uuid(&part->id),
                              db_str(part->hidden_types), db_int(rows_max),
                              count > 0 ? db_array(DB_TEXT, names, count) : db_null()),
                    rows, fault);
}

/* --- positions --- */

// clang-format off
/* The end: later events are of a running or a later transaction, or of a later epoch. */
#define END_SQL                                                                                    \
    "SELECT coalesce((SELECT epoch FROM outbox ORDER BY epoch DESC, tx DESC, id DESC LIMIT 1), 0)::bigint AS epoch," \
    " pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 AS tx, 9223372036854775807 AS id"
static const struct db_statement end_statement = {.name = "event_end", .sql = END_SQL};

/* The ids of events have the time in their first 48 bits. A minute of tolerance, because clocks of
 * processes differ from that of the database. */
static const struct db_statement time_statement = {
    .name = "event_at_time",
    .parameters = "tenant uuid, at timestamptz",
    .sql = "WITH recent AS MATERIALIZED (SELECT epoch, tx, id FROM outbox"
           "  WHERE event_id >= overlay('00000000-0000-0000-0000-000000000000' PLACING"
           "    regexp_replace(lpad(to_hex(greatest(0, extract(epoch FROM {at}) * 1000 - 60000)::bigint), 12, '0'),"
           "     '^(.{8})(.{4})$', '\\1-\\2') FROM 1 FOR 13)::uuid"
           "   AND tenant_id = {tenant} AND occurred_at >= {at} AND tx < pg_snapshot_xmin(pg_current_snapshot())),"
           " first AS (SELECT epoch::bigint, tx::text::bigint, id - 1 AS id FROM recent"
           "  ORDER BY recent.epoch, recent.tx, recent.id LIMIT 1)"
           " SELECT coalesce(f.epoch, e.epoch), coalesce(f.tx, e.tx), coalesce(f.id, e.id)"
           " FROM (" END_SQL ") e LEFT JOIN first f ON true",
};
// clang-format on

static bool find_position(struct db *db, const struct db_statement *statement,
                          const struct db_value *values, size_t count, struct event_position *out,
                          struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(db, statement, values, count, &rows, fault))
        return false;
    *out = (struct event_position){.epoch = db_get_int(&rows, 0, 0),
                                   .tx = db_get_int(&rows, 0, 1),
                                   .id = db_get_int(&rows, 0, 2)};
    return true;
}

bool events_store_find_end(struct db *db, struct event_position *out, struct fault *fault)
{
    return find_position(db, &end_statement, DB_NO_VALUES, out, fault);
}

bool events_store_find_time(struct db *db, const struct uuid *tenant_id, int64_t at_us,
                            struct event_position *out, struct fault *fault)
{
    return find_position(db, &time_statement, DB_VALUES(db_uuid(tenant_id), db_time(at_us)), out,
                         fault);
}

/* Events are visible up to one flush before they are on the disk (db/transaction.h). If PostgreSQL
 * crashes then, other events get their positions, and a reader whose cursor is already behind them
 * misses these. So a page that moves the cursor waits for a commit, which is on the disk only after
 * theirs. A standby shows only what is on a disk, and can commit nothing. */
static bool wait_until_durable(struct db_pool *pool, struct fault *fault)
{
    static const struct db_statement statement = {
        .name = "event_flush",
        .sql = "SELECT CASE WHEN NOT pg_is_in_recovery()"
               " THEN pg_logical_emit_message(true, 'tapbot.events', '') END",
    };

    if (db_execute(pool, &statement, NULL, 0, NULL, fault))
        return true;
    if (strcmp(fault->code, "outcome_unknown") == 0) /* of a change, which this is not */
        fault_set(fault, FAULT_UNAVAILABLE, "database_unavailable",
                  "The database cannot be reached at the moment.");
    return false;
}

/* Text is borrowed from the rows. */
static void read_event(const struct db_rows *rows, int row, struct event *out)
{
    *out = (struct event){0};
    db_row_read(rows, row, 0, columns, ARRAY_LEN(columns), out);
}

struct list_cursor event_position_to_cursor(const struct event_position *position)
{
    const uint64_t big_endian[] = {htobe64((uint64_t)position->tx),
                                   htobe64((uint64_t)position->id)};
    struct list_cursor packed = {.set = true, .number = position->epoch};

    memcpy(packed.id.bytes, big_endian, sizeof packed.id.bytes);
    return packed;
}

bool event_position_from_cursor(const struct list_cursor *cursor, struct event_position *out)
{
    uint64_t big_endian[2];

    memcpy(big_endian, cursor->id.bytes, sizeof big_endian);
    const struct event_position position = {
        .epoch = cursor->number,
        .tx = (int64_t)be64toh(big_endian[0]),
        .id = (int64_t)be64toh(big_endian[1]),
    };
    if (position.epoch < 0 || position.epoch > INT32_MAX || position.tx < 0 || position.id < 0)
        return false;
    *out = position;
    return true;
}

bool events_position_read(struct slice cursor, const char *name, struct arena *arena,
                          struct event_position *out, struct fault *fault)
{
    struct list_cursor packed;

    if (!list_cursor_decode(cursor, name, SLICE("events"), arena, &packed, fault))
        return false;
    return event_position_from_cursor(&packed, out) ||
           fault_set_field(fault, arena, name, "bad_cursor", "No event was at this position.");
}

static bool read_position(const struct service *service, struct slice after,
                          struct event_position *position, struct arena *arena, struct fault *fault)
{
    if (after.at == NULL)
        return true;
    if (slice_is(after, "now"))
        return events_store_find_end(service->db, position, fault) &&
               wait_until_durable(service->pool, fault);
    return events_position_read(after, "after", arena, position, fault);
}

/* --- types --- */

static struct slice get_first_part(struct slice type)
{
    return slice_cut(&type, '.');
}

static bool is_prefix(struct slice type)
{
    return type.len > 2 && slice_is(slice_from(type, type.len - 2), ".*");
}

bool events_type_is_known(const char *const *known, struct slice type)
{
    const struct slice noun = get_first_part(type);

    for (; known != NULL && *known != NULL; known++)
        if (slice_is(type, *known) || (is_prefix(type) && noun.len + 2 == type.len &&
                                       slice_equal(get_first_part(slice_of(*known)), noun)))
            return true;
    return false;
}

bool events_part_has_type(const struct events_part *part, struct slice type)
{
    struct slice hidden = slice_of(part->hidden_types != NULL ? part->hidden_types : "");
    const struct slice noun = get_first_part(type);

    while (hidden.len > 0)
        if (slice_equal(slice_cut(&hidden, ' '), noun))
            return false;
    return true;
}

static bool check_types(const struct service *service, const struct field_texts *types,
                        struct arena *arena, struct fault *fault)
{
    for (size_t i = 0; i < types->count; i++)
        if (!events_type_is_known(service->event_types, types->items[i]))
            return fault_set_field(fault, arena, "types", "unknown_value", "Is not known");
    return true;
}

static bool may_read_events(const struct service *service, const struct api_caller *caller,
                            struct events_part *part, struct fault *fault)
{
    if (service->events != NULL)
        return service->events(caller, part, fault);
    return api_caller_is_staff(caller) ||
           fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Events are for staff.");
}

enum http_status service_get_events(void *data, const struct http_request *req,
                                    struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    const struct api_caller *caller = api_caller(req);
    auto_rows struct db_rows rows = {0};
    struct events_query query = {.limit = LIST_LIMIT_DEFAULT};
    struct events_part part = {0};
    struct event_position position = {0};
    struct list_cursor next;
    size_t shown = 0;
    struct fault fault;

    if (!may_read_events(service, caller, &part, &fault) ||
        !http_request_query(req, &query_fields, &query, &fault) ||
        !check_types(service, &query.types, req->arena, &fault) ||
        !read_position(service, query.after, &position, req->arena, &fault) ||
        !events_store_list(service->db, &caller->tenant_id, &part, &query.types, &position,
                           query.limit, &rows, &fault) ||
        (rows.count > 0 && !wait_until_durable(service->pool, &fault)))
        return http_reply_fault(req, res, &fault);
    list_begin(&res->body);
    for (int i = 0; i < rows.count; i++) {
        struct event event;
        read_event(&rows, i, &event);
        position = event.position;
        if (!event.shown)
            continue;
        list_separator(&res->body, shown++);
        fields_encode(&event_fields, &event, false, &res->body);
    }
    next = event_position_to_cursor(&position);
    list_end(&res->body, &next, SLICE("events"));
    return http_reply_json(res, HTTP_OK);
}
