// SPDX-License-Identifier: MIT
/* SQL of making a booking: two round trips, one that locks and one that takes. */
#pragma once

#include "db/query.h"

#include "bookings/booking.h"

/* Before a booking is made: the guest is locked, then the flat, in one round trip. */
bool booking_place_store_lock(struct db *tx, const struct uuid *tenant_id,
                              const struct booking_draft *draft, struct arena *arena,
                              struct apartment *flat, struct fault *fault) MUST_CHECK;

struct booking_take {
    int64_t wait_s;    /* until it expires */
    struct slice zone; /* at most to the end of the check-in day there; absent: no matter */
    int64_t buffer_days;
    struct db_rows
        *ended;         /* out: what the clock ended on those nights, for booking_expire_record */
    int64_t live_holds; /* out: of this guest, before this one */
    bool taken;         /* out: somebody has the nights; no booking was made */

    /* What the borders of the policy go by. */
    struct uuid quote_id;     /* whose policy it is; nil: */
    struct slice policy_name; /* as it is now */
    int32_t check_in_time;    /* minutes after midnight */
    struct slice timezone;
};

/* Ends what the clock has ended on those nights, counts the guest's holds, takes the nights and
 * writes the booking: one round trip. The code is made here; `booking` gets it, its times and its
 * policy. */
bool booking_place_store_take(struct db *tx, struct arena *arena, struct booking *booking,
                              struct booking_take *take, struct fault *fault) MUST_CHECK;

/* Who has nights between check_in and `end` (a buffer's included). At most STAY_NIGHTS_MAX. */
bool booking_place_store_taken(struct db *tx, const struct uuid *apartment_id, int32_t check_in,
                               int32_t end, struct arena *arena, struct booking_taken **taken,
                               size_t *count, struct fault *fault) MUST_CHECK;
