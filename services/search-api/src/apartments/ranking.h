// SPDX-License-Identifier: MIT
/* Ranks apartments by criteria: which meet the constraints, how well they match, and how many more
 * would fit without one constraint. Pure. */
#pragma once

#include "base/arena.h"

#include "apartments/criteria.h"

/* Constraints, each a bit of ranked_apartment.broken. RULE_AMENITY is the bit of the first required
 * amenity; every further amenity of criteria.must has the next bit. */
enum criteria_rule {
    RULE_MAX_PRICE,
    RULE_MIN_PRICE,
    RULE_ROOMS,
    RULE_GUESTS,
    RULE_DATES,
    RULE_CITY,
    RULE_AMENITY
};

/* Parts of the score. Each has a row in the table of weights in ranking.c. */
enum ranking_part {
    PART_PRICE,
    PART_CHEAP,
    PART_DISTANCE,
    PART_AMENITIES,
    PART_TEXT,
    PART_DISTRICT,
    PART_SIZE,
    PART_ROOMS,
    RANKING_PARTS
};

struct ranked_apartment {
    const struct apartment *apartment;
    uint64_t broken;             /* violated constraints; 0: it fits */
    double score;                /* 0 to 1; 1 is best */
    double parts[RANKING_PARTS]; /* 0 to 1; NAN: the search has no such criterion */
    double km;     /* distance to the nearest requested place; NAN: there is no such place */
    int64_t night; /* price per night, tiyn */
};

struct relaxation {
    int drop;             /* enum criteria_rule */
    struct slice amenity; /* if RULE_AMENITY is dropped: the amenity */
    int64_t adds;         /* apartments that violate only this constraint */
    int64_t needed;       /* if a bound of the price is dropped: the nearest bound, in whole tenge,
                           * with which one of these apartments meets the constraint */
};

enum {
    RANKING_HOUSE_MAX = 2,   /* apartments of a house that may precede other houses */
    RANKING_ANCHORS_MAX = 16 /* places from which distances are measured */
};

struct ranking {
    struct ranked_apartment *fits; /* the page, the best first */
    size_t count;
    size_t found; /* apartments that fit, on the page or not */
    struct relaxation relaxations[RULE_AMENITY + CRITERIA_MUST_MAX];
    size_t relaxation_count;
    bool place_unknown; /* no apartment names the requested place */
};

/* Ranks the apartments and makes a page of at most `limit` of those that meet all constraints.
 * False: the arena is full. */
bool ranking_make(const struct criteria *criteria, const struct apartment *apartments, size_t count,
                  size_t limit, struct arena *arena, struct ranking *out,
                  struct fault *fault) MUST_CHECK;
