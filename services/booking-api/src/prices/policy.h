// SPDX-License-Identifier: MIT
/* What a cancellation costs. Pure.
 *
 * A policy is a row of table cancellation_policy. It is copied into a quote or booking when that is
 * made, so that a later change of the table does not reach it. policy_until() of the schema
 * computes the times when its tiers end, in the apartment's time zone. */
#pragma once

#include "base/value.h"

enum { POLICY_TIERS_MAX = 4 };
/* In place of a percentage: the first night is kept, or less where less was paid. */
#define POLICY_FIRST_NIGHT FIELD_ABSENT

struct policy_tier {
    int64_t until;        /* microseconds UTC, inclusive; FIELD_ABSENT in the last tier */
    int64_t keep_percent; /* of what was paid without cleaning; or POLICY_FIRST_NIGHT */
};

struct policy {
    struct slice name;
    struct slice text; /* JSON: {ru,kz,en} */
    struct policy_tier tiers[POLICY_TIERS_MAX];
    int64_t tier_count;
};

/* The parts of a price that a policy treats in different ways. */
struct policy_price {
    int64_t cleaning;    /* always refunded */
    int64_t first_night; /* with the fee for its extra guests */
};

/* The result of a cancellation: fee + refund = paid, fee <= total. */
struct policy_terms {
    int64_t fee;
    int64_t refund;
    int64_t until; /* the terms hold until then; FIELD_ABSENT: until check-in */
};

/* Index of the tier that holds at `now_us`. */
size_t policy_tier_at(const struct policy *policy, int64_t now_us);

/* The terms at `now_us`, and those of the last tier (for a no-show). Sums are whole tenge, rounded
 * half up. What was paid beyond the total is refunded. */
struct policy_terms policy_terms(const struct policy *policy, const struct policy_price *price,
                                 int64_t total, int64_t paid, int64_t now_us);
struct policy_terms policy_last_terms(const struct policy *policy, const struct policy_price *price,
                                      int64_t total, int64_t paid);

/* True when a cancellation at `now_us` costs nothing. */
bool policy_refunds_all(const struct policy *policy, int64_t now_us);

/* The part of `sum` that the tier keeps. `sum` is at most the total of the stay. */
int64_t policy_fee(const struct policy_tier *tier, const struct policy_price *price, int64_t sum);
