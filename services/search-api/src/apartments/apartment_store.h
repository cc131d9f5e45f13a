// SPDX-License-Identifier: MIT
/* SQL of searches in the copy of booking-api's apartments, the table `flat`. */
#pragma once

#include "db/query.h"

#include "apartments/criteria.h"

enum { APARTMENT_CANDIDATES_MAX = 500 }; /* as many as booking-api accepts in one request */

/* Reads active apartments of the tenant that violate at most one of city, guests, rooms, price and
 * required amenities, at most APARTMENT_CANDIDATES_MAX. Apartments that violate none come first,
 * then those that match more preferences, then cheaper ones. `tsqueries` has a tsquery for each of
 * criteria->words, at most 63; an apartment that matches words[n] gets bit n of `matched`. Texts
 * are borrowed from `rows`. */
bool apartment_store_list_candidates(struct db *db, const struct uuid *tenant_id,
                                     const struct criteria *criteria, const struct slice *tsqueries,
                                     struct arena *arena, struct db_rows *rows,
                                     struct apartment **out, size_t *count,
                                     struct fault *fault) MUST_CHECK;
/* Reads an apartment of the tenant, active or not. Its texts are in the arena. FAULT_NOT_FOUND: the
 * tenant has no such apartment. */
bool apartment_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                          struct arena *arena, struct apartment *out,
                          struct fault *fault) MUST_CHECK;

/* A value that differs after every change of the tenant's apartments. */
struct apartment_stamp {
    int64_t tx;    /* the last transaction that changed an apartment */
    int64_t count; /* number of apartments */
};
bool apartment_store_read_change_stamp(struct db *db, const struct uuid *tenant_id,
                                       struct apartment_stamp *out, struct fault *fault) MUST_CHECK;
/* Reads the district, title and address of active apartments, in this order of columns, the newest
 * apartment first, at most `limit` rows. */
bool apartment_store_list_place_texts(struct db *db, const struct uuid *tenant_id, int64_t limit,
                                      struct db_rows *rows, struct fault *fault) MUST_CHECK;
