// SPDX-License-Identifier: MIT
/* A season: a rule that changes price or conditions of some nights. Pure: no I/O. The rules of an
 * apartment are ordered: the last matching rule with price or percent sets a night's price. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"

enum {
    RATES_MAX = 200,        /* rules per apartment */
    RATE_PERCENT_MIN = -90, /* lowest and highest `percent` of a rule */
    RATE_PERCENT_MAX = 500,
    /* Table apartment_night has rows for so many days from today. No booking ends later: at most
     * 730 + 366 days from today. */
    RATE_NIGHTS_MAX = 5 * 366
};

struct rate {
    int32_t from;
    int32_t to;         /* exclusive: the last day is to - 1 */
    int64_t weekdays;   /* bit 1 Monday .. bit 7 Sunday; 0: all */
    int64_t price;      /* in place of the ordinary price; FIELD_ABSENT: unchanged */
    int64_t percent;    /* change of the ordinary price; FIELD_ABSENT: unchanged */
    int64_t min_nights; /* of a stay that includes such a night; FIELD_ABSENT: unchanged */
    bool closed_to_arrival;
    bool closed_to_departure;
};

/* All rules of an apartment applied to one day. */
struct rate_night {
    int64_t price;      /* FIELD_ABSENT: the ordinary price */
    int64_t min_nights; /* FIELD_ABSENT: the apartment's min_nights */
    bool closed_to_arrival;
    bool closed_to_departure;
};

/* All rules of an apartment applied to a stay. */
struct rate_stay {
    int64_t min_nights; /* the highest of the apartment's and the matching rules' min_nights */
    bool closed_to_arrival;
    bool closed_to_departure;
};

/* Applies the rules to `day`, whose ordinary price is `ordinary_price` tiyn. */
struct rate_night rate_apply_to_night(const struct rate *rates, size_t count, int32_t day,
                                      int64_t ordinary_price);

struct rate_stay rate_apply_to_stay(const struct rate *rates, size_t count, int32_t check_in,
                                    int32_t check_out, int64_t apartment_min_nights);

/* Whether a rule changes price or conditions of the night. */
bool rate_night_has_rule(const struct rate_night *night);

/* Adds a problem for each range that does not end after it begins, each rule with both price and
 * percent, and each min_nights above `max_nights`. Problems name fields such as "items/3/price". */
void rates_check(const struct rate *rates, size_t count, int64_t max_nights,
                 struct fault_list *problems);

/* --- the JSON in column `rates` of table apartment (rate_json.c) --- */

/* Encodes the rules, in the arena. */
bool rates_encode_column(const struct rate *rates, size_t count, struct arena *arena,
                         struct slice *out, struct fault *fault) MUST_CHECK;
/* Decodes the rules into the arena. If `text` is absent, there are none. */
bool rates_decode_column(struct slice text, struct arena *arena, const struct rate **rates,
                         size_t *count, struct fault *fault) MUST_CHECK;
