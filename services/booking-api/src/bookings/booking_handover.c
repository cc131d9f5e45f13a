// SPDX-License-Identifier: MIT
#include "bookings/booking_handover.h"

#include "bookings/booking_change_store.h"
#include "bookings/booking_record.h"

bool booking_handover(struct change *change, const struct uuid *owner_before,
                      const struct apartment *flat, struct fault *fault)
{
    static const struct booking_step_name name = {"booking.changed", "booking.change_owner"};
    auto_rows struct db_rows rows = {0};

    if (uuid_equal(owner_before, &flat->owner_id))
        return true;
    return booking_change_store_owner(change->tx, flat, &rows, fault) &&
           booking_record_rows(change, change->caller, &rows, &name, fault);
}
