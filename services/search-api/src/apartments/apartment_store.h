// SPDX-License-Identifier: MIT
/* SQL of searches in the copy of booking-api's apartments, the table `apartment`. */
#pragma once

#include "db/query.h"

#include "apartments/apartment.h"

enum { APARTMENT_CANDIDATES_MAX = 500 }; /* candidates; booking-api tells of as many at once */

/* Which apartments are worth to be ranked_apartment. Absent members ask for nothing. */
struct apartment_filter {
    struct slice city;
    int64_t guests;
    const int64_t *rooms; /* that will do */
    size_t room_count;
    int64_t max_price;
    const struct slice *must; /* amenities */
    size_t must_count;
    const struct slice *query_terms; /* likewise, but apartments without them will do */
    size_t query_terms_count;
    struct slice district;
    const struct slice *words; /* tsqueries, 63 at most: bit n of apartment.matched */
    size_t word_count;
    struct uuid without; /* this apartment is not asked for; nil: none */
};

/* Active apartments of the tenant that miss one of city, guests, rooms, price and amenities at
 * most: those that meet all first, then those with more of what is wished, then the cheaper. At
 * most APARTMENT_CANDIDATES_MAX. Text is borrowed from `rows`. */
bool apartment_store_candidates(struct db *db, const struct uuid *tenant_id,
                                const struct apartment_filter *filter, struct arena *arena,
                                struct db_rows *rows, struct apartment **out, size_t *count,
                                struct fault *fault) MUST_CHECK;
/* A apartment of the tenant, active or not; `found` is false where there is none. */
bool apartment_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                          struct db_rows *rows, struct apartment *out, bool *found,
                          struct fault *fault) MUST_CHECK;

/* What changes whenever a apartment of the tenant does. */
struct apartment_stamp {
    int64_t tx;
    int64_t count;
};
bool apartment_store_stamp(struct db *db, const struct uuid *tenant_id, struct apartment_stamp *out,
                           struct fault *fault) MUST_CHECK;
/* District, title and address of active apartments, in this order of columns, the newest first. */
bool apartment_store_names(struct db *db, const struct uuid *tenant_id, int64_t limit,
                           struct db_rows *rows, struct fault *fault) MUST_CHECK;
