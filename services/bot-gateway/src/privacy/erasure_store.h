// SPDX-License-Identifier: MIT
/* SQL of an erasure (privacy/erasure.h), and what it counts. */
#pragma once

#include "db/query.h"

enum {
    ERASURE_ROWS_MAX = 1000,   /* of a table in one pass */
    ERASURE_QUOTES_MAX = 2000, /* updates of others that one pass reads, at most 8 MiB */
};

// clang-format off
/* The counted tables, sorted by their names in a receipt. OWN(member): a table of this service; the
 * member is its name. THEIRS(member, name, name in the service's answer): a table of booking-api or
 * search-api. */
#define ERASURE_COUNTS(OWN, THEIRS)                                                                \
    THEIRS(booking_audit,        "booking.audit",           "audit")                               \
    THEIRS(booking_booking,      "booking.booking",         "booking")                             \
    THEIRS(booking_history,      "booking.booking_history", "booking_history")                     \
    THEIRS(booking_idempotency,  "booking.idempotency",     "idempotency")                         \
    THEIRS(booking_outbox,       "booking.outbox",          "outbox")                              \
    THEIRS(booking_quote,        "booking.quote",           "quote")                               \
    OWN(delivery) OWN(dialogue) OWN(forward) OWN(idempotency) OWN(message) OWN(person)             \
    OWN(person_talk) OWN(recipient) OWN(relay)                                                     \
    THEIRS(booking_ride,         "ride.ride",               "ride")                                \
    THEIRS(booking_ride_history, "ride.ride_history",       "ride_history")                        \
    THEIRS(search_document,      "search.document",         "document")                            \
    OWN(sending) OWN(staff_member) OWN(update)
// clang-format on

/* The number of affected rows of each table. */
struct erasure_counts {
#define X(member, ...) int64_t member;
    ERASURE_COUNTS(X, X)
#undef X
};
void erasure_counts_add(struct erasure_counts *counts, const struct erasure_counts *more);
bool erasure_counts_has_any(const struct erasure_counts *counts);

/* Runs one pass in a transaction: erases at most ERASURE_ROWS_MAX rows of each table, and counts
 * them in `found`. `left` is 0 if no update of the person is being handled and the groups were read
 * to the end. Otherwise another pass must follow, which may be in another request.
 * FAULT_UNAVAILABLE "busy": another erasure of the bot is running. */
bool erasure_store_run_pass(struct db *tx, const struct uuid *bot_id, int64_t user_id,
                            struct erasure_counts *found, int64_t *left,
                            struct fault *fault) MUST_CHECK;
