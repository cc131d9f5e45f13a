// SPDX-License-Identifier: MIT
#include "prices/prices_json.h"

struct tier {
    int64_t until;
    int64_t kept;
};

// clang-format off
static const struct field tier_items[] = {
    {.name = "until", .type = FIELD_TIME,  .flags = FIELD_NULLABLE, .offset = offsetof(struct tier, until)},
    {.name = "kept",  .type = FIELD_MONEY, .offset = offsetof(struct tier, kept)},
};
// clang-format on
static const struct fields tier_fields = FIELDS_OF(tier_items, struct tier);

void policy_encode(const struct policy *policy, const struct policy_price *price, int64_t total,
                   int64_t created_us, struct buf *out)
{
    struct tier tiers[POLICY_TIERS_MAX];
    size_t count = 0;

    for (size_t i = policy_tier_index_at(policy, created_us); i < (size_t)policy->tier_count; i++)
        tiers[count++] =
            (struct tier){policy->tiers[i].until, policy_fee(&policy->tiers[i], price, total)};
    buf_json_member(out, "{\"policy\":", policy->name);
    buf_printf(out, ",\"text\":%.*s,\"tiers\":", SLICE_ARG(policy->text));
    fields_encode_list(&tier_fields, tiers, count, false, out);
    buf_char(out, '}');
}
