// SPDX-License-Identifier: MIT
/* One search for apartments.
 *
 * 1. phrase_read() and criteria_make(): what is typed becomes constraints, wishes and words.
 * 2. apartment_store_candidates(): the apartments that miss one constraint at most, 500, in one
 * statement.
 * 3. availability_ask(): where there are dates, which of them can be had, and for how much.
 * 4. ranking_make(): which fit, in which order, and what could be given up.
 */
#pragma once

#include "api/service.h"

#include "apartments/apartment_places.h"
#include "apartments/availability_client.h"
#include "apartments/ranking.h"
#include "jobs/quota.h"
#include "lexicon/lexicon_updater.h"

enum {
    APARTMENT_SEARCHES_MAX =
        32, /* at once, with those that wait; each holds up to 1 MB. More are refused */
    APARTMENT_SEARCHES_PER_TENANT = 24 /* of them, for one tenant */
};

/* What searches need; borrowed. */
struct apartment_searcher {
    struct service *service;
    struct semaphore *semaphore; /* that of searches in what was said, too */
    const struct lexicon_updater *lexicon_updater;
    struct apartment_places *places;
    struct availability_client nights;
    struct quota running;
    int64_t told_ns; /* when the log was told that nights are not ranked_apartment; 0: never */
    int64_t untold;  /* searches since then of which it was not */
};

/* What was found, with all its memory. */
struct apartment_results {
    struct criteria criteria;
    struct ranking ranking;
    bool unjudged;   /* booking-api does not tell of the nights */
    bool refused;    /* because it does not know the key */
    bool understood; /* the query says something that a phrase may say, or there is none */
};

struct apartment_search;

/* `sees_nights`: the caller may ask booking-api. Returns new; NULL with a fault: FAULT_NOT_FOUND
 * where there is no apartment `like`, FAULT_FORBIDDEN where nights are asked for that the caller
 * may not see, FAULT_UNAVAILABLE "overloaded", or as the database. In a fiber. */
struct apartment_search *apartment_search_run(struct apartment_searcher *apartment_searcher,
                                              const struct uuid *tenant_id,
                                              const struct criteria_request *asked,
                                              const struct availability_caller *caller,
                                              bool sees_nights, struct fault *fault) MUST_CHECK;
void apartment_search_destroy(struct apartment_search *apartment_search); /* takes NULL */
/* Borrowed. */
const struct apartment_results *
apartment_search_results(const struct apartment_search *apartment_search);
