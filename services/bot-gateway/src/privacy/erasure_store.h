// SPDX-License-Identifier: MIT
/* SQL of an erasure (privacy/erasure.h), and what it counts. */
#pragma once

#include "db/query.h"

enum {
    ERASURE_ROWS_MAX = 1000,   /* of a table in one pass */
    ERASURE_QUOTES_MAX = 2000, /* updates of others that one pass reads, at most 8 MiB */
};

/* Affected rows by table. */
struct erasure_counts {
    int64_t delivery;
    int64_t dialogue;
    int64_t forward;
    int64_t idempotency;
    int64_t message;
    int64_t person;
    int64_t person_talk;
    int64_t recipient;
    int64_t relay;
    int64_t sending;
    int64_t staff_member;
    int64_t update;
    /* Of booking-api. */
    int64_t booking_audit;
    int64_t booking_booking;
    int64_t booking_history;
    int64_t booking_idempotency;
    int64_t booking_outbox;
    int64_t booking_quote;
    int64_t booking_ride;
    int64_t booking_ride_history;
    /* Of search-api. */
    int64_t search_document;
};
void erasure_counts_add(struct erasure_counts *counts, const struct erasure_counts *more);
bool erasure_counts_any(const struct erasure_counts *counts);

/* Runs one pass in a transaction: erases at most ERASURE_ROWS_MAX rows of each table. `found` is
 * their number. `left` is 0 if no update of the person is being handled and the groups were read to
 * the end. The next pass continues, also in another request. FAULT_UNAVAILABLE "busy": another
 * erasure of the bot is running. */
bool erasure_store_run_pass(struct db *tx, const struct uuid *bot_id, int64_t user_id,
                            struct erasure_counts *found, int64_t *left,
                            struct fault *fault) MUST_CHECK;
