// SPDX-License-Identifier: MIT
/* Users on the wire, the receipt of an erasure, and what other services say to one. */
#pragma once

#include "json/fields.h"

#include "privacy/erasure.h"
#include "privacy/user.h"

extern const struct fields user_fields; /* of struct user, for encoding */

/* The receipt. */
void erasure_encode(const struct erasure *erasure, struct buf *out);

/* What booking-api answers to POST /v1/guests/erase, and search-api to DELETE /v1/documents: a
 * receipt, or a problem. */
struct erasure_said {
    bool is_receipt;
    struct erasure_counts erased;
    struct slice code;     /* of a problem */
    struct slice bookings; /* JSON: ids of stays that are not over; absent: none */
    struct slice rides;    /* the same of rides */
};
/* Borrows from `body` and the arena. FAULT_UNREADABLE and FAULT_UNAVAILABLE of foreign_read(). */
bool erasure_said_read(struct slice body, struct arena *arena, struct erasure_said *out,
                       struct fault *fault) MUST_CHECK;
