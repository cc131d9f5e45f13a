// SPDX-License-Identifier: MIT
#include "prices/policy.h"

#include "base/money.h"
#include "base/number.h"

size_t policy_tier_index_at(const struct policy *policy, int64_t now_us)
{
    const size_t count = (size_t)policy->tier_count;

    for (size_t i = 0; i + 1 < count; i++) {
        if (now_us <= policy->tiers[i].until)
            return i;
    }
    return count > 0 ? count - 1 : 0;
}

int64_t policy_fee(const struct policy_tier *tier, const struct policy_price *price, int64_t paid)
{
    const int64_t rest = paid - number_min(paid, price->cleaning);

    if (tier->keep_percent == POLICY_FIRST_NIGHT)
        return number_min(rest, price->first_night);
    return number_min(rest, money_percent(rest, tier->keep_percent));
}

/* The terms of the tier `index`. A policy without tiers withholds nothing. */
static struct policy_terms terms_of_tier(const struct policy *policy, size_t index,
                                         const struct policy_price *price, int64_t total,
                                         int64_t paid)
{
    static const struct policy_tier none = {.until = FIELD_ABSENT};
    const struct policy_tier *tier = policy->tier_count > 0 ? &policy->tiers[index] : &none;
    const int64_t fee = policy_fee(tier, price, number_min(paid, total));

    return (struct policy_terms){.fee = fee, .refund = paid - fee, .until = tier->until};
}

struct policy_terms policy_terms_at(const struct policy *policy, const struct policy_price *price,
                                    int64_t total, int64_t paid, int64_t now_us)
{
    return terms_of_tier(policy, policy_tier_index_at(policy, now_us), price, total, paid);
}

struct policy_terms policy_last_terms(const struct policy *policy, const struct policy_price *price,
                                      int64_t total, int64_t paid)
{
    const size_t count = (size_t)policy->tier_count;

    return terms_of_tier(policy, count > 0 ? count - 1 : 0, price, total, paid);
}

bool policy_refunds_all(const struct policy *policy, int64_t now_us)
{
    return policy->tiers[policy_tier_index_at(policy, now_us)].keep_percent == 0;
}
