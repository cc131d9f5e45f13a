// SPDX-License-Identifier: MIT
/* Which apartments meet the constraints of a criteria, how good each is, in which order they are
 * seen_ids, and what giving up one constraint would add. Pure. */
#pragma once

#include "base/arena.h"

#include "apartments/criteria.h"

/* The bits of ranked_apartment.broken; behind the last one stands each amenity of criteria.must. */
enum criteria_rule { RULE_PRICE, RULE_ROOMS, RULE_GUESTS, RULE_DATES, RULE_CITY, RULE_AMENITY };

/* What makes one apartment better than another: the rows of the table of weights, judge.c. */
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
    uint64_t broken;             /* constraints that it does not meet; 0: it fits */
    double score;                /* 0 to 1 */
    double parts[RANKING_PARTS]; /* 0 to 1; NAN: the criteria says nothing of it */
    double km;                   /* to the nearest place that was asked for; NAN: there is none */
    int64_t night;               /* tiyn */
};

struct relaxation {
    enum criteria_rule drop;
    struct slice amenity; /* of RULE_AMENITY */
    size_t adds;          /* apartments that do not meet this constraint alone */
    int64_t needed;       /* of RULE_PRICE: the price of the cheapest of them */
};

enum {
    RANKING_HOUSE_MAX = 2,   /* apartments of one house on a page, while others fit */
    RANKING_ANCHORS_MAX = 16 /* places of one criteria */
};

struct ranking {
    struct ranked_apartment *fits; /* the page, the best first */
    size_t count;
    size_t found; /* that fit in all */
    struct relaxation relaxations[RULE_AMENITY + CRITERIA_MUST_MAX];
    size_t relaxation_count;
    bool nowhere; /* a place was asked for that no apartment names */
};

/* The price of a night: of the stay that was asked for, else the ordinary one. */
int64_t ranking_night_price(const struct criteria *criteria, const struct apartment *apartment);

/* At most `limit` apartments of the page. False: the arena is full. */
bool ranking_make(const struct criteria *criteria, const struct apartment *apartments, size_t count,
                  size_t limit, struct arena *arena, struct ranking *out,
                  struct fault *fault) MUST_CHECK;
