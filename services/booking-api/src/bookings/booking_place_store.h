// SPDX-License-Identifier: MIT
/* SQL that creates a booking: a round trip to lock, one to insert, one more if nights are taken. */
#pragma once

#include "db/query.h"

#include "bookings/booking.h"

/* What the apartment, the nights and the quote determine of a new booking. Text is in the arena. */
struct booking_basis {
    struct booking booking;   /* the members that PostgreSQL computes; the others are zero */
    struct slice known_phone; /* for a guest without a phone; may be absent */
    /* Stored to compute the policy's deadlines: those of the quote, or else the current ones. */
    struct slice policy;   /* JSON */
    int32_t check_in_time; /* minutes after midnight */
    struct slice timezone;
};

/* Locks the guest, then the apartment, in one round trip. Reads `apartment` and `basis` for the
 * draft's guest, apartment, dates and quote. */
bool booking_place_store_lock(struct db *tx, const struct uuid *tenant_id,
                              const struct booking_draft *draft, struct arena *arena,
                              struct apartment *apartment, struct booking_basis *basis,
                              struct fault *fault) MUST_CHECK;

/* Locks account and phone of the booking's guest, as booking_place_store_lock() does: call it
 * before any apartment is locked. */
bool booking_place_store_lock_guest(struct db *tx, const struct booking *booking,
                                    struct arena *arena, struct fault *fault) MUST_CHECK;
/* Counts the bookings of the locked guest. */
bool booking_place_store_count(struct db *tx, const struct booking *booking,
                               struct booking_counts *out, struct fault *fault) MUST_CHECK;

struct booking_take {
    const struct booking_basis *basis;
    int64_t buffer_days;
    struct slice phone;           /* of the draft: its bookings are counted too */
    struct db_rows *ended;        /* out: expired holds, for booking_expire_record() */
    struct booking_counts counts; /* out: of the guest, before this booking */
    bool taken;                   /* out: a night is taken, so nothing was inserted */
};

/* Counts the guest's bookings and inserts the nights and the booking in one round trip. If nights
 * are taken, a second round trip expires overdue holds on them and tries again. Generates the code
 * if absent; if another booking has that code, the transaction is retried (db_request_retry()). */
bool booking_place_store_insert(struct db *tx, struct arena *arena, struct booking *booking,
                                struct booking_take *take, struct fault *fault) MUST_CHECK;

/* Reads the occupied ranges from check_in to `end` (with buffer), at most STAY_NIGHTS_MAX. */
bool booking_place_store_find_taken(struct db *tx, const struct uuid *apartment_id,
                                    int32_t check_in, int32_t end, struct arena *arena,
                                    struct booking_taken **taken, size_t *count,
                                    struct fault *fault) MUST_CHECK;
