// SPDX-License-Identifier: MIT
#include "prices/prices_json.h"

struct tier {
    int64_t until;
    int64_t kept;
};

struct shown_policy {
    struct slice name;
    struct slice text;
    int64_t free_until;
    struct field_list tiers;
};

// clang-format off
static const struct field tier_items[] = {
    {.name = "until", .type = FIELD_TIME,  .flags = FIELD_NULLABLE, .offset = offsetof(struct tier, until)},
    {.name = "kept",  .type = FIELD_MONEY, .offset = offsetof(struct tier, kept)},
};
static const struct fields tier_fields = FIELDS_OF(tier_items, struct tier);

#define AT(member) .offset = offsetof(struct shown_policy, member)
static const struct field policy_items[] = {
    {.name = "policy",     .type = FIELD_TEXT, AT(name)},
    {.name = "text",       .type = FIELD_RAW,  AT(text)},
    {.name = "free_until", .type = FIELD_TIME, .flags = FIELD_NULLABLE, AT(free_until)},
    {.name = "tiers",      .type = FIELD_LIST, AT(tiers), .table = &tier_fields},
};
#undef AT
// clang-format on
static const struct fields policy_fields = FIELDS_OF(policy_items, struct shown_policy);

/* The end of the first tier if that tier withholds nothing. */
static int64_t get_free_until(const struct policy *policy)
{
    return policy->tier_count > 0 && policy->tiers[0].keep_percent == 0 ? policy->tiers[0].until
                                                                        : FIELD_ABSENT;
}

void policy_encode(const struct policy *policy, const struct policy_price *price, int64_t total,
                   int64_t created_us, struct buf *out)
{
    struct tier tiers[POLICY_TIERS_MAX];
    size_t count = 0;

    for (size_t i = policy_tier_index_at(policy, created_us); i < (size_t)policy->tier_count; i++)
        tiers[count++] =
            (struct tier){policy->tiers[i].until, policy_fee(&policy->tiers[i], price, total)};
    fields_encode(&policy_fields,
                  &(struct shown_policy){
                      .name = policy->name,
                      .text = policy->text,
                      .free_until = get_free_until(policy),
                      .tiers = {tiers, count}
    },
                  false, out);
}
