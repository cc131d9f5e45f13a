// SPDX-License-Identifier: MIT
/* Which of up to AVAILABILITY_APARTMENTS_MAX apartments can be booked for these nights, and at what
 * total: for programs that rank apartments. Files: handlers/availability_handlers.c the route,
 * availability_json.c names and bounds on the wire, availability_store.c SQL. */
#pragma once

#include "db/query.h"

#include "access.h"
#include "apartments/apartment.h"
#include "prices/rate.h"

enum { AVAILABILITY_APARTMENTS_MAX = 500, AVAILABILITY_REASONS_MAX = 16 };

struct availability_query {
    struct field_uuids apartment_ids;
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
};

/* One apartment as it was read. `stay` is what its seasons come to on these nights. */
struct availability {
    struct uuid id;
    struct apartment apartment; /* only owner_id, is_active, clock and what booking_check() needs */
    bool known;                 /* false: the tenant has no such apartment */
    struct rate_stay stay;
    int64_t total;
    bool taken;
};

struct availability_item {
    struct uuid id;
    bool bookable;
    int64_t total; /* FIELD_ABSENT when it is not */
    struct field_texts reasons;
};

/* One entry for each id of the query, in its order. */
bool availability_store_find(struct db *db, const struct uuid *tenant_id,
                             const struct availability_query *query, struct arena *arena,
                             struct availability **out, size_t *count,
                             struct fault *fault) MUST_CHECK;

/* Lists the codes that POST /v1/bookings would answer to this caller, and `taken`. */
bool availability_evaluate(const struct availability *found, const struct availability_query *query,
                           const struct api_caller *caller, struct arena *arena,
                           struct availability_item *out, struct fault *fault) MUST_CHECK;
