// SPDX-License-Identifier: MIT
/* A rule of a season: what nights cost and demand that are not ordinary ones. Pure: rate.c judges
 * and applies rules. Its other doors:
 *   rate_handlers.c  the routes
 *   rate_json.c      names and bounds on the wire, and as stored (prices_json.h)
 *   rate_store.c     SQL: the rules of a flat, and the nights that searches see
 * A flat's rules are in struct apartment and struct tariff, in order; the last one that matches a
 * night and names a price gives it.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"

enum {
    RATES_MAX = 200,        /* rules of a flat */
    RATE_PERCENT_MIN = -90, /* of the night's ordinary price */
    RATE_PERCENT_MAX = 500,
    RATE_NIGHTS_MAX = 5 * 366 /* days ahead that searches see; bookings reach 730 + 366 */
};

struct rate {
    int32_t from;
    int32_t to;         /* the day after the last */
    int64_t weekdays;   /* bit 1 Monday .. bit 7 Sunday; 0: all */
    int64_t price;      /* instead of the ordinary price; FIELD_ABSENT: no word of it */
    int64_t percent;    /* changes the ordinary price by so much; FIELD_ABSENT: not */
    int64_t min_nights; /* of a stay with such a night; FIELD_ABSENT: as the flat says */
    bool closed_to_arrival;
    bool closed_to_departure;
};

/* What the rules say of one day together. */
struct rate_night {
    int64_t price;      /* FIELD_ABSENT: the ordinary one */
    int64_t min_nights; /* FIELD_ABSENT: as the flat says */
    bool closed_to_arrival;
    bool closed_to_departure;
};

/* What the rules say of a stay together. */
struct rate_stay {
    int64_t min_nights; /* the highest of all nights and `flat_min` */
    bool closed_to_arrival;
    bool closed_to_departure;
};

/* Of the day, whose night costs `ordinary` tiyn without rules. */
struct rate_night rate_night(const struct rate *rates, size_t count, int32_t day, int64_t ordinary);

struct rate_stay rate_stay(const struct rate *rates, size_t count, int32_t check_in,
                           int32_t check_out, int64_t flat_min);

/* Whether they say anything at all of the day. */
bool rate_night_says_something(const struct rate_night *night);

/* What contradicts itself or the flat's longest stay is named, each field: "items/3/price". */
void rates_check(const struct rate *rates, size_t count, int64_t max_nights,
                 struct fault_list *problems);

/* --- as the table keeps them, which is as JSON (rate_json.c) --- */

/* Column `rates` and back. */
bool rates_text(const struct rate *rates, size_t count, struct arena *arena, struct slice *out,
                struct fault *fault) MUST_CHECK;
/* `text` absent: no rules. */
bool rates_read(struct slice text, struct arena *arena, const struct rate **rates, size_t *count,
                struct fault *fault) MUST_CHECK;
