// SPDX-License-Identifier: MIT
/* One search for flats.
 *
 * 1. phrase_read() and wish_make(): what is typed becomes constraints, wishes and words.
 * 2. flat_store_candidates(): the flats that miss one constraint at most, 500, in one statement.
 * 3. availability_ask(): where there are dates, which of them can be had, and for how much.
 * 4. judge_flats(): which fit, in which order, and what could be given up.
 */
#pragma once

#include "api/service.h"

#include "flats/flat_places.h"
#include "jobs/quota.h"
#include "learning/learner.h"
#include "nights/availability_client.h"
#include "wishes/judge.h"

enum {
    FINDS_MAX = 32,   /* at once, with those that wait; each holds up to 1 MB. More are refused */
    FINDS_OF_ONE = 24 /* of them, for one tenant */
};

/* What searches need; borrowed. */
struct finder {
    struct service *service;
    struct desk *desk; /* that of searches in what was said, too */
    const struct learner *learner;
    struct flat_places *places;
    struct availability_client nights;
    struct quota running;
    int64_t told_ns; /* when the log was told that nights are not judged; 0: never */
    int64_t untold;  /* searches since then of which it was not */
};

/* What was found, with all its memory. */
struct find_answer {
    struct wish wish;
    struct judgement judgement;
    bool unjudged;   /* booking-api does not tell of the nights */
    bool refused;    /* because it does not know the key */
    bool understood; /* the query says something that a phrase may say, or there is none */
};

struct find;

/* `sees_nights`: the caller may ask booking-api. Returns new; NULL with a fault: FAULT_NOT_FOUND
 * where there is no flat `like`, FAULT_FORBIDDEN where nights are asked for that the caller may not
 * see, FAULT_UNAVAILABLE "overloaded", or as the database. In a fiber. */
struct find *find_run(struct finder *finder, const struct uuid *tenant_id,
                      const struct wish_asked *asked, const struct availability_caller *caller,
                      bool sees_nights, struct fault *fault) MUST_CHECK;
void find_destroy(struct find *find); /* takes NULL */
/* Borrowed. */
const struct find_answer *find_told(const struct find *find);
