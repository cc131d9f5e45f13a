// SPDX-License-Identifier: MIT
/* Can these flats be had for these nights, and for how much? For programs that rank many flats at
 * once. Doors: availability_handlers.c, availability_json.c, availability_store.c. */
#pragma once

#include "db/query.h"

#include "access.h"
#include "flats/apartment.h"
#include "prices/rate.h"

enum { AVAILABILITY_FLATS_MAX = 500, AVAILABILITY_REASONS_MAX = 16 };

struct availability_query {
    struct field_uuids apartment_ids;
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
};
struct availability_query availability_query_defaults(void);

/* One flat as its row tells; `stay` is what its rules come to on these days. */
struct availability {
    struct uuid id;
    struct apartment flat; /* only owner_id, is_active, rules, clock */
    bool known;            /* the tenant has such a flat */
    struct rate_stay stay; /* min_nights FIELD_ABSENT: as the flat says */
    int64_t total;
    bool taken;
};

struct availability_item {
    struct uuid id;
    bool bookable;
    int64_t total; /* FIELD_ABSENT when it is not */
    struct field_texts reasons;
};

/* In the order asked, one for each id. */
bool availability_store_find(struct db *db, const struct uuid *tenant_id,
                             const struct availability_query *query, struct arena *arena,
                             struct availability **out, size_t *count,
                             struct fault *fault) MUST_CHECK;

/* Why this caller cannot book it: the codes of POST /v1/bookings, and `taken`. */
bool availability_judge(const struct availability *found, const struct availability_query *query,
                        const struct api_caller *caller, struct arena *arena,
                        struct availability_item *out, struct fault *fault) MUST_CHECK;
