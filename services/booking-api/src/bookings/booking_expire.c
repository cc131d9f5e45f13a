// SPDX-License-Identifier: MIT
#include "bookings/booking_change.h"

static const struct booking_step_name expired = {"booking.expired", "booking.expire"};
static const struct booking_step_name completed = {"booking.completed", "booking.complete"};

bool booking_expire_record(struct change *change, const struct db_rows *ended, struct fault *fault)
{
    return booking_record_rows(change, false, ended, &expired, fault);
}

bool booking_expire_batch(struct change *change, int64_t *ended, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!booking_expire_store_expire_holds(change->tx, BOOKING_EXPIRE_BATCH, &rows, fault) ||
        !booking_expire_record(change, &rows, fault))
        return false;
    *ended = rows.count;
    return true;
}

bool booking_expire_complete_batch(struct change *change, int64_t *ended, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!booking_expire_store_complete_stays(change->tx, BOOKING_EXPIRE_BATCH, &rows, fault) ||
        !booking_record_rows(change, false, &rows, &completed, fault))
        return false;
    *ended = rows.count;
    return true;
}
