// SPDX-License-Identifier: MIT
/* The cost of a cancellation. Pure: no I/O, and the time is a parameter.
 *
 * A policy is a row of table cancellation_policy. Quotes and bookings store a copy, so later
 * changes of the table do not affect them. The SQL function policy_until() computes when each tier
 * ends, in the apartment's time zone. */
#pragma once

#include "base/value.h"

enum { POLICY_TIERS_MAX = 4 };
/* Value of keep_percent: the tier withholds the price of the first night, but at most the amount
 * paid minus the cleaning fee. */
#define POLICY_FIRST_NIGHT FIELD_ABSENT

struct policy_tier {
    int64_t until;        /* microseconds UTC, inclusive; FIELD_ABSENT in the last tier */
    int64_t keep_percent; /* percentage that is withheld of the amount paid minus the cleaning
                             fee; or POLICY_FIRST_NIGHT */
};

struct policy {
    struct slice name;
    struct slice text; /* JSON: {ru,kz,en} */
    struct policy_tier tiers[POLICY_TIERS_MAX];
    int64_t tier_count;
};

/* The parts of a total that a policy treats differently, in tiyn. */
struct policy_price {
    int64_t cleaning;    /* always refunded */
    int64_t first_night; /* including its fee for extra guests */
};

/* The terms of a cancellation, in tiyn: fee + refund = amount paid, fee <= total of the stay. */
struct policy_terms {
    int64_t fee;    /* withheld */
    int64_t refund; /* returned */
    int64_t until;  /* `until` of the tier that determines the terms */
};

/* Index of the tier that applies at `now_us`; 0 if there are no tiers. */
size_t policy_tier_index_at(const struct policy *policy, int64_t now_us);

/* The terms of a cancellation at `now_us`. Amounts are whole tenge, rounded half up. Anything paid
 * beyond the total is refunded. */
struct policy_terms policy_terms_at(const struct policy *policy, const struct policy_price *price,
                                    int64_t total, int64_t paid, int64_t now_us);
/* The terms of the last tier, which apply to a no-show. */
struct policy_terms policy_last_terms(const struct policy *policy, const struct policy_price *price,
                                      int64_t total, int64_t paid);

/* Whether a cancellation at `now_us` costs nothing. */
bool policy_refunds_all(const struct policy *policy, int64_t now_us);

/* The amount that the tier withholds; `paid` is at most the stay's total. */
int64_t policy_fee(const struct policy_tier *tier, const struct policy_price *price, int64_t paid);
