// SPDX-License-Identifier: MIT
/* SQL of a stay that moves (one look, one write), and of stays that get another owner. */
#pragma once

#include "db/query.h"

#include "bookings/booking.h"

struct booking_conflicts {
    struct db_rows ended; /* holds there that were over, for booking_expire_record(); owned */
    struct booking_taken *taken;
    size_t count;        /* at most STAY_NIGHTS_MAX */
    int64_t buffer_days; /* of the stay itself, since it was made */
};

/* Who else has nights where `changed` would be, its buffer included. Holds that are over are ended
 * first. */
bool booking_change_store_find_conflicts(struct db *tx, const struct booking *changed,
                                         struct arena *arena, struct booking_conflicts *out,
                                         struct fault *fault) MUST_CHECK;

/* Writes `changed` (apartment, owner, dates, guests, price) over `before`, and reads it back into
 * `rows`. A request still waits at most to the end of its check-in day. FAULT_CONFLICT
 * "changed_meanwhile" if the row is not as it was read; "nights_taken" where somebody wrote around
 * the apartment's lock. */
bool booking_change_store_write(struct db *tx, const struct booking *before,
                                const struct booking *changed, const struct apartment *apartment,
                                struct db_rows *rows, struct booking *out,
                                struct fault *fault) MUST_CHECK;

/* Gives the apartment's owner its live bookings. Rows: each booking as it has become, then its
 * status, for booking_record_rows(). */
bool booking_change_store_set_owner(struct db *tx, const struct apartment *apartment,
                                    struct db_rows *rows, struct fault *fault) MUST_CHECK;
