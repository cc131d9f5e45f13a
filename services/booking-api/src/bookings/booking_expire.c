// SPDX-License-Identifier: MIT
#include "bookings/booking_change.h"

static const struct booking_step_name expired = {"booking.expired", "booking.expire"};
static const struct booking_step_name completed = {"booking.completed", "booking.complete"};

bool booking_expire_record(struct change *change, const struct db_rows *ended, struct fault *fault)
{
    return booking_record_rows(change, false, ended, &expired, fault);
}

static bool end_batch(struct change *change, const struct db_statement *statement,
                      const struct booking_step_name *name, int64_t *ended, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(change->tx, statement, DB_VALUES(db_int(BOOKING_EXPIRE_BATCH)), &rows, fault) ||
        !booking_record_rows(change, false, &rows, name, fault))
        return false;
    *ended = rows.count;
    return true;
}

bool booking_expire_batch(struct change *change, int64_t *ended, struct fault *fault)
{
    return end_batch(change, &booking_expire_store_holds_statement, &expired, ended, fault);
}

bool booking_expire_complete_batch(struct change *change, int64_t *ended, struct fault *fault)
{
    return end_batch(change, &booking_expire_store_stays_statement, &completed, ended, fault);
}
