// SPDX-License-Identifier: MIT
#include "booking_record.h"

#include "base/auto.h"

#include "booking_json.h"
#include "booking_store.h"

enum { EVENT_MAX = 2048 }; /* bytes of one event's data */

/* By the status a booking has come to. */
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
    if (!buf_ok(&json, fault))
        return false;
    data = arena_copy(change->arena, buf_as_slice(&json));
    if (data.at == NULL)
        return arena_fault(fault);
    booking_store_write_step(change, booking, from, reason);
    change_event(change, from == booking->status ? "booking.changed" : event_types[booking->status],
                 "booking", &booking->id, booking->version, data);
    change_audit(change, action, "booking", &booking->id, booking->version);
    return true;
}
