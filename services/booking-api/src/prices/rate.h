// SPDX-License-Identifier: MIT
/* A season: a rule that gives some nights another price or other conditions. rate.c is pure. Its
 * other files:
 *   handlers/rate_handlers.c  the routes
 *   rate_json.c               names and bounds on the wire (prices_json.h), and as stored
 *   apartments/rate_store.c        SQL: the rules of an apartment, and the nights that searches
 * read The rules of an apartment are ordered. The price of a night is that of the last rule that
 * matches the night and names a price. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"

enum {
    RATES_MAX = 200,        /* rules of an apartment */
    RATE_PERCENT_MIN = -90, /* of the night's ordinary price */
    RATE_PERCENT_MAX = 500,
    RATE_NIGHTS_MAX = 5 * 366 /* days ahead that searches see; bookings reach 730 + 366 */
};

struct rate {
    int32_t from;
    int32_t to;         /* the day after the last */
    int64_t weekdays;   /* bit 1 Monday .. bit 7 Sunday; 0: all */
    int64_t price;      /* in place of the ordinary price; FIELD_ABSENT: unchanged */
    int64_t percent;    /* added to the ordinary price; FIELD_ABSENT: unchanged */
    int64_t min_nights; /* of a stay that has such a night; FIELD_ABSENT: unchanged */
    bool closed_to_arrival;
    bool closed_to_departure;
};

/* All rules of an apartment, applied to one day. */
struct rate_night {
    int64_t price;      /* FIELD_ABSENT: the ordinary one */
    int64_t min_nights; /* FIELD_ABSENT: as the apartment says */
    bool closed_to_arrival;
    bool closed_to_departure;
};

/* All rules of an apartment, applied to a stay. */
struct rate_stay {
    int64_t
        min_nights; /* the highest of `apartment_min_nights` and of the rules that match a night */
    bool closed_to_arrival;
    bool closed_to_departure;
};

/* Applies the rules to `day`, whose night costs `ordinary` tiyn without them. */
struct rate_night rate_night(const struct rate *rates, size_t count, int32_t day, int64_t ordinary);

struct rate_stay rate_stay(const struct rate *rates, size_t count, int32_t check_in,
                           int32_t check_out, int64_t apartment_min_nights);

/* True when a rule changes anything on that day. */
bool rate_night_has_rule(const struct rate_night *night);

/* Adds each field that contradicts its rule or the apartment's longest stay to `problems`, as
 * "items/3/price". */
void rates_check(const struct rate *rates, size_t count, int64_t max_nights,
                 struct fault_list *problems);

/* --- as the table keeps them, which is as JSON (rate_json.c) --- */

/* The text of column `rates` from rules, and rules from it. */
bool rates_text(const struct rate *rates, size_t count, struct arena *arena, struct slice *out,
                struct fault *fault) MUST_CHECK;
/* Absent `text`: no rules. */
bool rates_read(struct slice text, struct arena *arena, const struct rate **rates, size_t *count,
                struct fault *fault) MUST_CHECK;
