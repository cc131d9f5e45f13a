// SPDX-License-Identifier: MIT
/* A search for apartments.
 *
 * 1. phrase_read() and criteria_make(): the query becomes constraints, preferences and words.
 * 2. apartment_store_list_candidates(): at most 500 apartments that violate at most one constraint,
 * in one statement.
 * 3. availability_ask(): if there are dates, which apartments are bookable, and their totals.
 * 4. ranking_make(): which apartments fit, their order, and which constraints could be dropped.
 */
#pragma once

#include "api/service.h"
#include "base/log.h"

#include "apartments/apartment_places.h"
#include "apartments/availability_client.h"
#include "apartments/ranking.h"
#include "jobs/quota.h"
#include "lexicon/lexicon_updater.h"

enum {
    APARTMENT_SEARCHES_MAX = 32, /* concurrent searches, including those that wait for a slot; each
                                    holds up to 1 MB; further ones are refused */
    APARTMENT_SEARCHES_PER_TENANT = 24 /* of one tenant */
};

/* What searches for apartments need. All pointers are borrowed. */
struct apartment_searcher {
    struct service *service;
    struct semaphore *semaphore; /* shared with searches for messages */
    const struct lexicon_updater *lexicon_updater;
    struct apartment_places *places;
    struct availability_client availability;
    struct quota running;
    struct log_limit log_limit; /* of failures of booking-api */
};

/* The results of a search. Their memory belongs to the struct apartment_search. */
struct apartment_results {
    struct criteria criteria;
    struct ranking ranking;
    bool availability_unknown; /* booking-api did not answer about the dates */
    bool refused;              /* booking-api did not answer because it does not know the key */
    bool understood; /* phrase_read() understood a part of the query, or there is no query */
};

struct apartment_search;

/* Searches for apartments of the tenant. `may_ask_dates`: the caller has the scope booking:read,
 * which a request with dates needs. Returns new; NULL with a fault: FAULT_NOT_FOUND if there is no
 * apartment `request->like`, FAULT_FORBIDDEN if the request has dates but the caller lacks the
 * scope, FAULT_UNAVAILABLE "overloaded", or a fault of the database. Must run in a fiber. */
struct apartment_search *apartment_search_run(struct apartment_searcher *searcher,
                                              const struct uuid *tenant_id,
                                              const struct criteria_request *request,
                                              const struct availability_caller *caller,
                                              bool may_ask_dates, struct fault *fault) MUST_CHECK;
void apartment_search_destroy(struct apartment_search *search); /* takes NULL */
/* The results, borrowed from the search. */
const struct apartment_results *apartment_search_results(const struct apartment_search *search);
