// SPDX-License-Identifier: MIT
/* A guest is forgotten: every personal field of one person, wherever it is, in one transaction.
 * erasure_handlers.c decides who may ask, erasure_store.c knows the tables.
 *
 * A telegram_id and the phones given with it are names of one person; so are bookings made with
 * such a phone alone. A phone that several accounts gave is nobody's second name: asked by it, only
 * its own bookings are erased. What a guest says of his phone is not proved, so a guest who asks
 * for himself is erased by his account, and only staff follow the phone. */
#pragma once

#include "api/change.h"

/* Bookings erased at once; who has more is asked for again until nothing is left. */
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

/* What of a person is there to erase. */
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
