// SPDX-License-Identifier: MIT
#include "bookings/booking_record.h"

#include "base/auto.h"

#include "bookings/booking_store.h"
#include "bookings/bookings_json.h"

enum {
    EVENT_MAX = 2048,       /* bytes of one event's data */
    ROWS_AT_ONCE = 200,     /* recorded by one statement */
    ROWS_MAX = 1024 * 1024, /* bytes of their JSON */
};

/* The event for the status that a booking has reached. */
static const char *const event_types[BOOKING_STATUS_COUNT] = {
    [BOOKING_HELD] = "booking.held",
    [BOOKING_REQUESTED] = "booking.requested",
    [BOOKING_PAYMENT_CLAIMED] = "booking.payment_claimed",
    [BOOKING_CONFIRMED] = "booking.confirmed",
    [BOOKING_CHECKED_IN] = "booking.checked_in",
    [BOOKING_COMPLETED] = "booking.completed",
    [BOOKING_EXPIRED] = "booking.expired",
    [BOOKING_DECLINED] = "booking.declined",
    [BOOKING_CANCELLED] = "booking.cancelled",
    [BOOKING_NO_SHOW] = "booking.no_show",
};

bool booking_record(struct change *change, const struct booking *booking, int from,
                    const char *action, struct slice reason, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;
    struct slice data;

    buf_init(&json, EVENT_MAX);
    booking_encode_event(booking, &json);
    if (!buf_keep(&json, change->arena, &data, fault))
        return false;
    booking_store_write_step(change, booking, from, reason);
    change_event(change, from == booking->status ? "booking.changed" : event_types[booking->status],
                 "booking", &booking->id, booking->version, data);
    change_audit(change, action, "booking", &booking->id, booking->version);
    return true;
}

static const struct db_statement rows_statement = {
    .name = "booking_record_rows",
    .sql = "WITH moved AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS moved (event_id uuid,"
           "  id uuid, tenant_id uuid, version bigint, was text, data jsonb)),"
           " steps AS (INSERT INTO booking_history (booking_id, version, from_status, to_status,"
           "  actor) SELECT id, version, was, data ->> 'status', $4 FROM moved),"
           " audits AS (INSERT INTO audit (tenant_id, client_id, key_id, actor, request_id, route,"
           "  action, resource_type, resource_id, resource_version)"
           "  SELECT tenant_id, $5, $6, $4, $7, $8, $3, 'booking', id, version FROM moved)"
           " INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id,"
           "  resource_version, tenant_id, data) SELECT event_id, $2,"
           "  'booking-api', version, 'booking', id, version, tenant_id, data FROM moved",
};

static bool write_rows(struct change *change, const struct api_caller *by, struct slice json,
                       const struct booking_step_name *name, struct fault *fault)
{
    struct slice request_id = {0}, route = SLICE("");

    if (by != NULL && !change_asked(change, &request_id, &route, fault))
        return false;
    return db_query(change->tx, &rows_statement,
                    DB_VALUES(db_text(json), db_str(name->event), db_str(name->action),
                              by != NULL ? db_text(by->actor_text) : db_str("system"),
                              by != NULL ? db_uuid(&by->client_id) : db_null(),
                              by != NULL ? db_uuid(&by->key_id) : db_null(), db_text(request_id),
                              db_text(route)),
                    NULL, fault);
}

bool booking_record_rows(struct change *change, const struct api_caller *by,
                         const struct db_rows *rows, const struct booking_step_name *name,
                         struct fault *fault)
{
    AUTO(buf_finish) struct buf json;

    buf_init(&json, ROWS_MAX);
    for (int row = 0; row < rows->count;) {
        const int end = row + ROWS_AT_ONCE;

        buf_clear(&json);
        for (; row < rows->count && row < end; row++) {
            struct booking_moved moved = {.event_id = uuid_make(),
                                          .was = db_get_text(rows, row, (int)booking_shape.count)};
            booking_store_read(rows, row, &moved.booking);
            buf_char(&json, json.len == 0 ? '[' : ',');
            booking_encode_moved(&moved, &json);
        }
        buf_char(&json, ']');
        if (!buf_ok(&json, fault) || !write_rows(change, by, buf_as_slice(&json), name, fault))
            return false;
    }
    return true;
}
