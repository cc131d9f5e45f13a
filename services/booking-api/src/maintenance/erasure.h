// SPDX-License-Identifier: MIT
/* The erasure of a guest: all personal data of one person, in all tables, in one transaction.
 * handlers/erasure_handlers.c decides who may ask, erasure.c who the person is, erasure_store.c
 * knows the tables of apartments, and rides.h those of rides.
 *
 * A person is a telegram_id with the phones that were given with it, for bookings or for rides, and
 * what has such a phone and no account. A phone that several accounts gave belongs to none of them:
 * asked by it, only bookings without an account are erased. Nobody proves that a phone is his. So a
 * guest erases what has his account, and only staff erase by the phone too. */
#pragma once

#include "api/change.h"

#include "rides.h"

/* Bookings, and rides, that one request erases. Whoever has more is erased by repeating the
 * request. */
enum { ERASURE_BOOKINGS_MAX = 1000 };

struct erasure_subject {
    int64_t telegram_id; /* FIELD_ABSENT: asked by phone */
    struct slice phone;  /* absent: asked by account */
};

/* Rows touched, by table. */
struct erasure_counts {
    int64_t audit;
    int64_t booking;
    int64_t booking_history;
    int64_t idempotency;
    int64_t outbox;
    int64_t quote;
    int64_t ride;
    int64_t ride_history;
};

/* The receipt. */
struct erasure {
    struct uuid id;
    int64_t at;
    struct erasure_counts erased;
};

/* Who he is, by all that is known of the subject. */
struct erasure_person {
    struct erasure_subject asked;
    int64_t telegram_id; /* his account; FIELD_ABSENT: unknown */
    struct slice phones; /* "{+7...,...}" of his account; absent: not followed */
};

/* What there is to erase of a person. */
struct erasure_found {
    int64_t telegram_id;
    struct slice ids;  /* "{uuid,...}" of his bookings, in the arena */
    struct slice live; /* JSON array of those that are agreed and not over; absent: none */
    struct rides_found rides;
};

/* `follow`: from the account to what only has its phones. */
bool erasure_identify(struct change *change, const struct erasure_subject *subject, bool follow,
                      struct erasure_person *out, struct fault *fault) MUST_CHECK;
/* Locks the bookings and the rides. */
bool erasure_find(struct change *change, const struct erasure_person *person,
                  struct erasure_found *out, struct fault *fault) MUST_CHECK;
/* `change->caller` is who the histories name. */
bool erasure_blank(struct change *change, const struct erasure_found *found,
                   struct erasure_counts *out, struct fault *fault) MUST_CHECK;

/* --- the tables of apartments: erasure_store.c --- */

/* One row each, in a column: accounts that gave this phone, at most two; phones that were given
 * with this account, at most RIDES_PHONES_MAX. */
bool erasure_store_accounts(struct change *change, struct slice phone, struct db_rows *rows,
                            struct fault *fault) MUST_CHECK;
bool erasure_store_phones(struct change *change, int64_t telegram_id, struct db_rows *rows,
                          struct fault *fault) MUST_CHECK;
bool erasure_store_find(struct change *change, const struct erasure_person *person,
                        struct erasure_found *out, struct fault *fault) MUST_CHECK;
bool erasure_store_blank(struct change *change, const struct erasure_found *found,
                         struct erasure_counts *out, struct fault *fault) MUST_CHECK;
/* Deferred to the commit: the receipt. `erased` is JSON in the arena. */
void erasure_store_insert_receipt(struct change *change, const struct erasure *erasure,
                                  struct slice erased);
