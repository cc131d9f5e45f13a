// SPDX-License-Identifier: MIT
/* Which flats meet the constraints of a wish, how good each is, in which order they are shown, and
 * what giving up one constraint would add. Pure. */
#pragma once

#include "base/arena.h"

#include "wishes/wish.h"

/* The bits of judged.broken; behind the last one stands each amenity of wish.must. */
enum wish_rule { RULE_PRICE, RULE_ROOMS, RULE_GUESTS, RULE_DATES, RULE_CITY, RULE_AMENITY };

/* What makes one flat better than another: the rows of the table of weights, judge.c. */
enum judge_part {
    PART_PRICE,
    PART_CHEAP,
    PART_DISTANCE,
    PART_AMENITIES,
    PART_TEXT,
    PART_DISTRICT,
    PART_SIZE,
    PART_ROOMS,
    JUDGE_PARTS
};

struct judged {
    const struct flat *flat;
    uint64_t broken;           /* constraints that it does not meet; 0: it fits */
    double score;              /* 0 to 1 */
    double parts[JUDGE_PARTS]; /* 0 to 1; NAN: the wish says nothing of it */
    double km;                 /* to the nearest place that was asked for; NAN: there is none */
    int64_t night;             /* tiyn */
};

struct relaxation {
    enum wish_rule drop;
    struct slice amenity; /* of RULE_AMENITY */
    size_t adds;          /* flats that do not meet this constraint alone */
    int64_t needed;       /* of RULE_PRICE: the price of the cheapest of them */
};

enum {
    JUDGE_HOUSE_MAX = 2,   /* flats of one house on a page, while others fit */
    JUDGE_ANCHORS_MAX = 16 /* places of one wish */
};

struct judgement {
    struct judged *fits; /* the page, the best first */
    size_t count;
    size_t found; /* that fit in all */
    struct relaxation relaxations[RULE_AMENITY + WISH_MUST_MAX];
    size_t relaxation_count;
    bool nowhere; /* a place was asked for that no flat names */
};

/* The price of a night: of the stay that was asked for, else the ordinary one. */
int64_t judge_night(const struct wish *wish, const struct flat *flat);

/* At most `limit` flats of the page. False: the arena is full. */
bool judge_flats(const struct wish *wish, const struct flat *flats, size_t count, size_t limit,
                 struct arena *arena, struct judgement *out, struct fault *fault) MUST_CHECK;
