// SPDX-License-Identifier: MIT
#include <stddef.h>
#include <string.h>

#include "api/change.h"
#include "base/auto.h"

#include "bookings/booking_change.h"
#include "bookings/bookings_json.h"

enum {
    ROWS_AT_ONCE = 200,     /* bookings recorded by one statement */
    ROWS_MAX = 1024 * 1024, /* bytes of the JSON for one statement */
};

/* A booking after a step. */
struct record {
    struct uuid event_id;
    struct booking booking;
    struct slice status_before;
};

// clang-format off
#define AT(member) .offset = offsetof(struct record, member)
static const struct field record_items[] = {
    {.name = "event_id", .type = FIELD_UUID, AT(event_id)},
    {.name = "id", .type = FIELD_UUID, AT(booking.id)},
    {.name = "tenant_id", .type = FIELD_UUID, AT(booking.tenant_id)},
    {.name = "version", .type = FIELD_INT, AT(booking.version)},
    {.name = "was", .type = FIELD_TEXT, AT(status_before)},
    {.name = "data", .type = FIELD_OBJECT, AT(booking), .table = &booking_event_fields},
};
// clang-format on
static const struct fields record_fields = FIELDS_OF(record_items, struct record);

/* Events of actions that keep the status and are not "booking.changed". A new receipt has the event
 * of the first claim, because the owner must verify again. */
static const struct {
    enum booking_action action;
    const char *name;
} events[] = {
    {BOOKING_RECEIPT,  "booking.payment_claimed"},
    {BOOKING_SET_PAID, "booking.paid"           },
};

bool booking_record_step(struct change *change, const struct booking *booking, int status_before,
                         const char *audit_action, struct slice reason, struct fault *fault)
{
    static const struct step_table bookings = {"booking", booking_status_names,
                                               &booking_step_statement, &booking_event_fields};
    const char *event = NULL;

    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        if (strcmp(audit_action, booking_machine.actions[events[i].action].audit) == 0)
            event = events[i].name;
    }
    const struct step_record step = {.id = &booking->id,
                                     .version = booking->version,
                                     .from = status_before,
                                     .to = booking->status,
                                     .event = event,
                                     .audit = audit_action,
                                     .reason = reason,
                                     .fee = booking->fee,
                                     .refund = booking->refund};

    return step_record(change, &bookings, &step, booking, fault);
}

bool booking_record_steps(struct change *change, bool by_caller, const struct db_rows *rows,
                          const struct booking_step_name *name, struct fault *fault)
{
    AUTO(buf_finish) struct buf json = BUF(ROWS_MAX);

    for (int row = 0; row < rows->count;) {
        const int end = row + ROWS_AT_ONCE;

        buf_clear(&json);
        for (; row < rows->count && row < end; row++) {
            struct record record = {.event_id = uuid_make(),
                                    .status_before =
                                        db_get_text(rows, row, (int)booking_store_shape.count)};
            booking_store_read_row(rows, row, &record.booking);
            if (name->former_owner_id != NULL)
                record.booking.former_owner_id = *name->former_owner_id;
            buf_char(&json, json.len == 0 ? '[' : ',');
            fields_encode(&record_fields, &record, false, &json);
        }
        buf_char(&json, ']');
        if (!buf_ok(&json, fault) ||
            !booking_store_write_steps(change, by_caller, buf_as_slice(&json), name->event,
                                       name->action, fault))
            return false;
    }
    return true;
}
