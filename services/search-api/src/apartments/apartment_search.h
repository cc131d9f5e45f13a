// SPDX-License-Identifier: MIT
/* A search for apartments.
 *
 * 1. phrase_read() and criteria_from_request(): the query becomes constraints, preferences and
 *    words.
 * 2. apartment_store_list_candidates(): at most 500 apartments that violate at most one constraint,
 *    in one statement.
 * 3. availability_ask(): if there are dates, which apartments are bookable, and their prices.
 * 4. ranking_make(): which apartments fit, their order, and which constraints could be dropped.
 */
#pragma once

#include "db/query.h"

#include "apartments/availability_client.h"
#include "apartments/ranking.h"
#include "text/words.h"

enum {
    APARTMENT_SEARCHES_MAX = 32, /* concurrent searches, including those that wait for a slot; each
                                    holds up to 1 MB; further searches are refused */
    APARTMENT_SEARCHES_PER_TENANT = 24 /* concurrent searches of one tenant */
};

/* The results of a search. Their memory belongs to the search. */
struct apartment_results {
    struct criteria criteria;
    struct ranking ranking;
    bool availability_unknown; /* the request has dates, but booking-api did not answer */
    bool refused;              /* booking-api did not answer because it does not know the key */
    bool understood; /* phrase_read() understood a part of the query, or there is no query */
};

/* A search, in the caller's memory. Must be zeroed first, and finished even if it has failed. */
struct apartment_search {
    struct arena arena;
    struct db_rows rows;
    struct apartment like; /* the example */
    struct word_reader *reader;
    struct apartment_results results;
};
void apartment_search_finish(struct apartment_search *search);

struct search_app;
/* Searches for apartments of the tenant. `may_ask_dates`: the caller has the scope booking:read,
 * which a request with dates needs. False: FAULT_NOT_FOUND if there is no apartment
 * `request->like`, FAULT_FORBIDDEN if the request has dates but the caller lacks the scope,
 * FAULT_UNAVAILABLE "overloaded", or a fault of the database. Must run in a fiber. */
bool apartment_search_run(struct apartment_search *search, struct search_app *app,
                          const struct uuid *tenant_id, const struct criteria_request *request,
                          const struct availability_caller *caller, bool may_ask_dates,
                          struct fault *fault) MUST_CHECK;
