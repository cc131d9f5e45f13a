// SPDX-License-Identifier: MIT
/* A season: a rule that changes price or conditions of some nights. Pure. The rules of an
 * apartment are ordered: the last matching rule with a price sets the price of a night. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"

enum {
    RATES_MAX = 200,        /* per apartment */
    RATE_PERCENT_MIN = -90, /* of the ordinary price */
    RATE_PERCENT_MAX = 500,
    RATE_NIGHTS_MAX = 5 * 366 /* days ahead that searches cover; bookings reach 730 + 366 */
};

struct rate {
    int32_t from;
    int32_t to;         /* the day after the last */
    int64_t weekdays;   /* bit 1 Monday .. bit 7 Sunday; 0: all */
    int64_t price;      /* in place of the ordinary price; FIELD_ABSENT: unchanged */
    int64_t percent;    /* added to the ordinary price; FIELD_ABSENT: unchanged */
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
    int64_t min_nights; /* highest of the apartment and the matching rules */
    bool closed_to_arrival;
    bool closed_to_departure;
};

/* Applies the rules to `day`, whose ordinary price is `ordinary` tiyn. */
struct rate_night rate_apply_to_night(const struct rate *rates, size_t count, int32_t day,
                                      int64_t ordinary);

struct rate_stay rate_apply_to_stay(const struct rate *rates, size_t count, int32_t check_in,
                                    int32_t check_out, int64_t apartment_min_nights);

/* True if a rule changes anything on that day. */
bool rate_night_has_rule(const struct rate_night *night);

/* Adds each field that contradicts its rule or `max_nights` to `problems`, as "items/3/price". */
void rates_check(const struct rate *rates, size_t count, int64_t max_nights,
                 struct fault_list *problems);

/* --- as the table keeps them, which is as JSON (rate_json.c) --- */

/* Encode the rules as JSON for column `rates`, and decode it. */
bool rates_write_text(const struct rate *rates, size_t count, struct arena *arena,
                      struct slice *out, struct fault *fault) MUST_CHECK;
/* An absent `text` means no rules. */
bool rates_read_text(struct slice text, struct arena *arena, const struct rate **rates,
                     size_t *count, struct fault *fault) MUST_CHECK;
