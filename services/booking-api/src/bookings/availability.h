// SPDX-License-Identifier: MIT
/* Reports which of up to AVAILABILITY_APARTMENTS_MAX apartments can be booked for the given nights,
 * and at what total. Programs that rank apartments call it. Files: handlers/availability_handlers.c
 * has the route, availability_json.c the JSON fields, availability_store.c the SQL. */
#pragma once

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

/* An apartment of the query, as read from the database. */
struct availability {
    struct uuid id;
    /* Has only owner_id, is_active, local time and what booking_check_rules() needs. */
    struct apartment apartment;
    bool known;            /* false: the tenant has no such apartment */
    struct rate_stay stay; /* the seasons, applied to the stay */
    int64_t total;
    bool taken; /* a night of the stay or of its buffer is occupied */
};

struct availability_item {
    struct uuid id;
    bool bookable;
    int64_t total; /* FIELD_ABSENT unless bookable */
    struct field_texts reasons;
};

/* Reads the apartments of the query: one entry for each id, in the same order. */
bool availability_store_find(struct db *db, const struct uuid *tenant_id,
                             const struct availability_query *query, struct arena *arena,
                             struct availability **out, size_t *count,
                             struct fault *fault) MUST_CHECK;

/* Decides whether the caller can book the apartment. If not, lists the codes with which POST
 * /v1/bookings would refuse the caller, with "taken" for occupied nights. */
bool availability_evaluate(const struct availability *found, const struct availability_query *query,
                           const struct api_caller *caller, struct arena *arena,
                           struct availability_item *out, struct fault *fault) MUST_CHECK;
