// SPDX-License-Identifier: MIT
/* SQL that changes a stay (one lookup, one write), or the owner of an apartment's stays. */
#pragma once

#include "db/query.h"

#include "bookings/booking.h"

struct booking_conflicts {
    struct db_rows ended; /* overdue holds that were expired, for booking_expire_record(); owned */
    struct booking_taken *taken;
    size_t count;        /* at most STAY_NIGHTS_MAX */
    int64_t buffer_days; /* of the stay itself, fixed at creation */
};

/* Finds nights that conflict with `changed` and its buffer; expires overdue holds first. */
bool booking_change_store_find_conflicts(struct db *tx, const struct booking *changed,
                                         struct arena *arena, struct booking_conflicts *out,
                                         struct fault *fault) MUST_CHECK;

/* Writes the stay `changed` (apartment, owner, dates, guests, price) in place of `before`, and
 * reads it back into `rows`. A request still expires at the end of its check-in day at the latest.
 * FAULT_CONFLICT "changed_meanwhile" if the row has changed since it was read, "nights_taken" if a
 * writer did not lock the apartment. */
bool booking_change_store_write(struct db *tx, const struct booking *before,
                                const struct booking *changed, const struct apartment *apartment,
                                struct db_rows *rows, struct booking *out,
                                struct fault *fault) MUST_CHECK;

/* Gives the live bookings of the apartment to its owner. `rows` are for booking_record_rows(): each
 * booking after the change, then its status. */
bool booking_change_store_set_owner(struct db *tx, const struct apartment *apartment,
                                    struct db_rows *rows, struct fault *fault) MUST_CHECK;
