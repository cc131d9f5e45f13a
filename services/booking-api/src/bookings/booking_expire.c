// SPDX-License-Identifier: MIT
#include "bookings/booking_change.h"

static const struct booking_step_name expired = {"booking.expired", "booking.expire"};
static const struct booking_step_name completed = {"booking.completed", "booking.complete"};

bool booking_record_expired(struct change *change, const struct db_rows *expired_bookings,
                            struct fault *fault)
{
    return booking_record_steps(change, false, expired_bookings, &expired, fault);
}

static bool end_and_record_batch(struct change *change, const struct db_statement *statement,
                                 const struct booking_step_name *name, int64_t *ended,
                                 struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(change->tx, statement, DB_VALUES(db_int(BOOKING_EXPIRE_BATCH)), &rows, fault) ||
        !booking_record_steps(change, false, &rows, name, fault))
        return false;
    *ended = rows.count;
    return true;
}

bool booking_expire_holds_batch(struct change *change, int64_t *expired_count, struct fault *fault)
{
    return end_and_record_batch(change, &booking_expire_store_holds_statement, &expired,
                                expired_count, fault);
}

bool booking_complete_stays_batch(struct change *change, int64_t *completed_count,
                                  struct fault *fault)
{
    return end_and_record_batch(change, &booking_expire_store_stays_statement, &completed,
                                completed_count, fault);
}
