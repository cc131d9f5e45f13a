// SPDX-License-Identifier: MIT
/* What a cancellation costs: pure. Policies are rows of table cancellation_policy, frozen into a
 * quote or booking when it is made; the borders of their tiers are times when they come here
 * (policy_row.h has SQL compute them, in the flat's zone).
 */
#pragma once

#include "base/value.h"

enum { POLICY_TIERS_MAX = 4 };
/* Instead of a percentage: at most the first night. */
#define POLICY_FIRST_NIGHT FIELD_ABSENT

struct policy_tier {
    int64_t until;        /* microseconds UTC, inclusive; of the last: FIELD_ABSENT */
    int64_t keep_percent; /* of what was paid less cleaning; or POLICY_FIRST_NIGHT */
};

struct policy {
    struct slice name;
    struct slice text; /* JSON: {ru,kz,en} */
    struct policy_tier tiers[POLICY_TIERS_MAX];
    int64_t tier_count;
};

/* What of a stay's price the policies speak of. */
struct policy_price {
    int64_t cleaning;    /* comes back always */
    int64_t first_night; /* with its extra guests */
};

/* What cancelling would mean; fee + refund = paid, fee <= total. */
struct policy_terms {
    int64_t fee;
    int64_t refund;
    int64_t until; /* as long as this holds; FIELD_ABSENT: until check-in */
};

/* The tier that holds at this time. */
size_t policy_tier_at(const struct policy *policy, int64_t now_us);

/* The terms at this time, and those of the last tier (a no-show's). Whole tenge, half up. What was
 * paid beyond the total comes back whole. */
struct policy_terms policy_terms(const struct policy *policy, const struct policy_price *price,
                                 int64_t total, int64_t paid, int64_t now_us);
struct policy_terms policy_last_terms(const struct policy *policy, const struct policy_price *price,
                                      int64_t total, int64_t paid);

/* Nothing is kept at this time. */
bool policy_refunds_all(const struct policy *policy, int64_t now_us);

/* What is kept of `sum`, which is at most the total of the stay. */
int64_t policy_kept(const struct policy_tier *tier, const struct policy_price *price, int64_t sum);
