// SPDX-License-Identifier: MIT
#include <string.h>

#include "api/change.h"
#include "base/auto.h"

#include "bookings/booking_change.h"
#include "bookings/bookings_json.h"

enum {
    ROWS_AT_ONCE = 200,     /* bookings recorded by one statement */
    ROWS_MAX = 1024 * 1024, /* bytes of the JSON for one statement */
};

bool booking_record_step(struct change *change, const struct booking *booking, int status_before,
                         const char *audit_action, struct slice reason, struct fault *fault)
{
    static const struct step_table bookings = {"booking", booking_status_names,
                                               &booking_step_statement, &booking_event_fields};
    /* BOOKING_RECEIPT has the same event as the first claim: the owner must verify again. */
    const bool claims = strcmp(audit_action, booking_machine.actions[BOOKING_RECEIPT].audit) == 0;
    const struct step_record step = {.id = &booking->id,
                                     .version = booking->version,
                                     .from = status_before,
                                     .to = booking->status,
                                     .event = claims ? "booking.payment_claimed" : NULL,
                                     .audit = audit_action,
                                     .reason = reason,
                                     .fee = booking->fee,
                                     .refund = booking->refund};

    return step_record(change, &bookings, &step, booking, fault);
}

bool booking_record_steps(struct change *change, bool by_caller, const struct db_rows *rows,
                          const struct booking_step_name *name, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;

    buf_init(&json, ROWS_MAX);
    for (int row = 0; row < rows->count;) {
        const int end = row + ROWS_AT_ONCE;

        buf_clear(&json);
        for (; row < rows->count && row < end; row++) {
            struct booking_step_record record = {
                .event_id = uuid_make(),
                .status_before = db_get_text(rows, row, (int)booking_store_shape.count)};
            booking_store_read_row(rows, row, &record.booking);
            buf_char(&json, json.len == 0 ? '[' : ',');
            booking_encode_step_record(&record, &json);
        }
        buf_char(&json, ']');
        if (!buf_ok(&json, fault) ||
            !booking_store_write_steps(change, by_caller, buf_as_slice(&json), name->event,
                                       name->action, fault))
            return false;
    }
    return true;
}
