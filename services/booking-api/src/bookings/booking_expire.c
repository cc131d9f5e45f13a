// SPDX-License-Identifier: MIT
#include "bookings/booking_change.h"

static const struct booking_step_name expired = {"booking.expired", "booking.expire", NULL};
static const struct booking_step_name completed = {"booking.completed", "booking.complete", NULL};

bool booking_record_expired(struct change *change, const struct db_rows *expired_bookings,
                            struct fault *fault)
{
    return booking_record_steps(change, false, expired_bookings, &expired, fault);
}

bool booking_expire_if_overdue(struct change *change, struct booking *booking, struct fault *fault)
{
    const struct db_value nights[] = {db_uuid(&booking->apartment_id), db_date(booking->check_in),
                                      db_date(booking->check_out)};
    auto_rows struct db_rows ended = {0};
    struct booking_step last;

    if (booking->status != BOOKING_EXPIRED)
        return true;
    return db_query(change->tx, &booking_expire_store_nights_statement, nights, ARRAY_LEN(nights),
                    &ended, fault) &&
           booking_record_expired(change, &ended, fault) &&
           booking_store_lock_in_apartment(change, &booking->id, &booking->apartment_id, booking,
                                           &last, fault);
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
