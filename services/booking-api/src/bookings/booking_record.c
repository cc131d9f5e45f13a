// SPDX-License-Identifier: MIT
#include "bookings/booking_record.h"

#include <string.h>

#include "base/auto.h"

#include "bookings/booking_store.h"
#include "bookings/bookings_json.h"

enum {
    EVENT_MAX = 2048,       /* bytes of one event's data */
    ROWS_AT_ONCE = 200,     /* bookings recorded by one statement */
    ROWS_MAX = 1024 * 1024, /* bytes of the JSON for one statement */
};

bool booking_record(struct change *change, const struct booking *booking, int from,
                    const char *action, struct slice reason, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;
    /* "booking.held" when the status becomes held, "booking.changed" when it stays. With a new
     * receipt the payment is claimed again. */
    const bool stays =
        from == booking->status && strcmp(action, booking_action_names[BOOKING_RECEIPT].audit) != 0;
    const struct slice event = arena_printf(
        change->arena, "booking.%s", stays ? "changed" : booking_status_names[booking->status]);
    struct slice data;

    if (event.at == NULL)
        return arena_fault(fault);
    buf_init(&json, EVENT_MAX);
    booking_encode_event(booking, &json);
    if (!buf_keep(&json, change->arena, &data, fault))
        return false;
    booking_store_write_step(change, booking, from, reason);
    change_event(change, event.at, "booking", &booking->id, booking->version, data);
    change_audit(change, action, "booking", &booking->id, booking->version);
    return true;
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
            struct booking_step_record record = {
                .event_id = uuid_make(),
                .status_before = db_get_text(rows, row, (int)booking_store_shape.count)};
            booking_store_read_row(rows, row, &record.booking);
            buf_char(&json, json.len == 0 ? '[' : ',');
            booking_encode_step_record(&record, &json);
        }
        buf_char(&json, ']');
        if (!buf_ok(&json, fault) || !booking_store_write_steps(change, by, buf_as_slice(&json),
                                                                name->event, name->action, fault))
            return false;
    }
    return true;
}
