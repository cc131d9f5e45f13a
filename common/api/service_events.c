// SPDX-License-Identifier: MIT
#include <endian.h>
#include <stddef.h>

#include "api/events.h"
#include "api/events_private.h"
#include "api/service.h"
#include "db/transaction.h"

struct events_query {
    struct slice after;
    int64_t limit;
};

// clang-format off
static const struct field query_items[] = {
    {.name = "after", .type = FIELD_RAW, .offset = offsetof(struct events_query, after)},
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
           "   AND ($7::text IS NULL OR resource_type <> ALL (string_to_array($7::text, ' '))))"
           "   IS TRUE AS shown FROM outbox"
           "  WHERE (tenant_id, epoch, tx, id) > ($1::uuid, $2::integer, $3::text::xid8, $4::bigint)"
           "  AND tenant_id <= $1::uuid AND tx < pg_snapshot_xmin(pg_current_snapshot())"
           "  ORDER BY outbox.tenant_id, outbox.epoch, outbox.tx, outbox.id LIMIT 2000) scan) placed"
           " WHERE shown OR last LIMIT $8::bigint" LIST_PAGE_CUT,
};
// clang-format on

bool events_store_list(struct db *db, const struct uuid *tenant_id, const struct events_part *part,
                       const struct event_position *after, int64_t rows_max, struct db_rows *rows,
                       struct fault *fault)
{
    return db_query(db, &list_statement,
                    DB_VALUES(db_uuid(tenant_id), db_int(after->epoch), db_int(after->tx),
                              db_int(after->id), db_str(part->member), db_uuid(&part->id),
                              db_str(part->hidden_types), db_int(rows_max)),
                    rows, fault);
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

    memcpy(packed.id.bytes, big_endian, sizeof(packed.id.bytes));
    return packed;
}

bool event_position_from_cursor(const struct list_cursor *cursor, struct event_position *out)
{
    uint64_t big_endian[2];

    memcpy(big_endian, cursor->id.bytes, sizeof(big_endian));
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

static bool parse_position(struct slice after, struct event_position *position, struct arena *arena,
                           struct fault *fault)
{
    struct list_cursor packed;

    if (after.at == NULL)
        return true;
    if (!list_cursor_decode(after, "after", SLICE("events"), arena, &packed, fault))
        return false;
    return event_position_from_cursor(&packed, position) ||
           fault_set_field(fault, arena, "after", "bad_cursor", "No event was at this position.");
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
        !parse_position(query.after, &position, req->arena, &fault) ||
        !events_store_list(service->db, &caller->tenant_id, &part, &position, query.limit, &rows,
                           &fault) ||
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
