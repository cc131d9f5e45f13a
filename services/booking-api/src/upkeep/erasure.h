// SPDX-License-Identifier: MIT
/* The erasure of a guest: all personal data of one person, in all tables, in one transaction.
 * handlers/erasure_handlers.c decides who may ask, erasure_store.c knows the tables.
 *
 * A person is a telegram_id with the phones that were given with it, and the bookings that have
 * such a phone and no account. A phone that several accounts gave belongs to none of them: asked by
 * it, only bookings without an account are erased. Nobody proves that a phone is his. So a guest
 * erases what has his account, and only staff erase by the phone too. */
#pragma once

#include "api/change.h"

/* Bookings that one request erases. Whoever has more is erased by repeating the request. */
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
};

/* The receipt. */
struct erasure {
    struct uuid id;
    int64_t at;
    struct erasure_counts erased;
};

/* What there is to erase of a person. */
struct erasure_found {
    struct slice ids;    /* "{uuid,...}" of his bookings, in the arena */
    struct slice live;   /* JSON array of those that are agreed and not over; absent: none */
    int64_t telegram_id; /* his account; FIELD_ABSENT: unknown */
};

/* Locks the bookings. `follow`: from the account to bookings that only have its phones. */
bool erasure_store_find(struct change *change, const struct erasure_subject *subject, bool follow,
                        struct erasure_found *out, struct fault *fault) MUST_CHECK;
bool erasure_store_blank(struct change *change, const struct erasure_found *found,
                         struct erasure_counts *out, struct fault *fault) MUST_CHECK;
/* Deferred to the commit: the receipt. `erased` is JSON in the arena. */
void erasure_store_keep(struct change *change, const struct erasure *erasure, struct slice erased);
