// SPDX-License-Identifier: MIT
/* SQL of making a booking: usually two round trips, one that locks and one that takes. */
#pragma once

#include "db/query.h"

#include "bookings/booking.h"

/* What a booking of an apartment on certain nights is, whoever makes it. Text is in the arena. */
struct booking_basis {
    struct booking booking; /* the members that PostgreSQL makes; all others are zero */
    /* Stored with it, since the borders of the policy go by these: the quote's, else today's. */
    struct slice policy;   /* JSON */
    int32_t check_in_time; /* minutes after midnight */
    struct slice timezone;
};

/* Before a booking is made: the guest is locked, then the apartment, in one round trip. `apartment`
 * and `basis` are those of the draft's apartment, dates and quote. */
bool booking_place_store_lock(struct db *tx, const struct uuid *tenant_id,
                              const struct booking_draft *draft, struct arena *arena,
                              struct apartment *apartment, struct booking_basis *basis,
                              struct fault *fault) MUST_CHECK;

struct booking_take {
    const struct booking_basis *basis;
    int64_t buffer_days;
    struct db_rows *ended; /* out: for booking_expire_record() */
    int64_t live_holds;    /* out: of this guest, before this one */
    bool taken;            /* out: somebody has the nights; no booking was made */
};

/* Counts the guest's holds, takes the nights and writes the booking: one round trip. Where the
 * nights are taken, a second one ends what the clock has ended on them and tries again. A booking
 * without a code gets one; where another booking has it, the transaction runs again (db_again()).
 */
bool booking_place_store_take(struct db *tx, struct arena *arena, struct booking *booking,
                              struct booking_take *take, struct fault *fault) MUST_CHECK;

/* Who has nights between check_in and `end` (a buffer's included). At most STAY_NIGHTS_MAX. */
bool booking_place_store_taken(struct db *tx, const struct uuid *apartment_id, int32_t check_in,
                               int32_t end, struct arena *arena, struct booking_taken **taken,
                               size_t *count, struct fault *fault) MUST_CHECK;
