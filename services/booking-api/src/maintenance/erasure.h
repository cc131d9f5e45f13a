// SPDX-License-Identifier: MIT
/* Erases all personal data of one guest, in all tables and in one transaction.
 * handlers/erasure_handlers.c decides who may request it, erasure_store.c has the SQL for
 * apartments' tables, rides.h that for rides.
 *
 * A person is a telegram_id (the account), the phones given with the account in bookings or rides,
 * and the rows that have the account, or such a phone and no account. A phone given by several
 * accounts identifies none of them: a request by such a phone erases the bookings with the phone
 * and the rides with the phone and no account. A phone that a guest typed in a booking
 * (guest_phone_verified = false) may be another person's, so it does not identify that guest's
 * account. A request by such a phone removes the phone from that booking and keeps the rest, which
 * a request by the account erases. In rides bots accept only phones that Telegram has shared.
 *
 * Guests can erase only rows with their account; staff can erase by phone too. */
#pragma once

#include "api/change.h"

#include "rides.h"

/* Maximum number of bookings, and of rides, that a request erases. Repeat it to erase more. */
enum { ERASURE_BOOKINGS_MAX = 1000 };
/* Maximum number of the account's phones, in bookings and in rides, that identify a person. */
enum { ERASURE_PHONES_MAX = 100 };

struct erasure_subject {
    int64_t telegram_id; /* FIELD_ABSENT: identified by phone */
    struct slice phone;  /* absent: identified by account */
};

/* Rows changed, by table. */
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

/* The receipt of an erasure. */
struct erasure {
    struct uuid id;
    int64_t at;
    struct erasure_counts erased;
};

/* The identified person. */
struct erasure_person {
    struct erasure_subject asked; /* as named in the request */
    int64_t telegram_id;          /* FIELD_ABSENT: unknown */
    struct slice phones;          /* "{+7...,...}": array for SQL; absent if not collected */
};

/* The rows to be erased. */
struct erasure_found {
    int64_t telegram_id; /* of the person; FIELD_ABSENT: unknown */
    struct slice ids;    /* "{uuid,...}" of the bookings, in the arena */
    struct slice typed;  /* "{uuid,...}" of bookings of others who typed the person's phone */
    struct slice live;   /* JSON array: ids of agreed bookings that have not ended; absent: none */
    struct rides_found rides;
};

/* Sets `telegram_id` and `phones` of the person: `asked.phone` and the phones given with the
 * account. */
bool erasure_identify(struct change *change, struct erasure_person *person,
                      struct fault *fault) MUST_CHECK;
/* Finds the person's bookings and rides, and locks them. */
bool erasure_find_and_lock(struct change *change, const struct erasure_person *person,
                           struct erasure_found *out, struct fault *fault) MUST_CHECK;
/* Erases the person in the rows that erasure_find_and_lock() has found, and counts changed rows by
 * table. `change->caller` is the actor in histories of rides. */
bool erasure_erase_found(struct change *change, const struct erasure_found *found,
                         struct erasure_counts *out, struct fault *fault) MUST_CHECK;
/* Stores the receipt, deferred to the commit. `erased` is JSON in the arena. */
void erasure_insert_receipt(struct change *change, const struct erasure *erasure,
                            struct slice erased);
