// SPDX-License-Identifier: MIT
/* JSON of users, of the receipt of an erasure, and of other services' answers to an erasure. */
#pragma once

#include "json/fields.h"

#include "privacy/erasure_store.h"
#include "privacy/user.h"

struct erasure;

extern const struct fields user_fields; /* of struct user, for encoding */

/* Writes the receipt of an erasure: what was erased where. */
void erasure_encode(const struct erasure *erasure, struct buf *out);

/* The answer of booking-api to POST /v1/guests/erase, or of search-api to DELETE /v1/documents: a
 * receipt or a problem. */
struct erasure_reply {
    bool is_receipt;
    struct erasure_counts erased;
    struct slice code;     /* of a problem */
    struct slice bookings; /* JSON: ids of unfinished stays; absent: none */
    struct slice rides;    /* JSON: ids of unfinished rides; absent: none */
};
/* Reads the answer of a service to an erasure. Borrows from `body` and the arena. FAULT_UNREADABLE
 * and FAULT_UNAVAILABLE of foreign_read(). */
bool erasure_reply_read(struct slice body, struct arena *arena, struct erasure_reply *out,
                        struct fault *fault) MUST_CHECK;
