// SPDX-License-Identifier: MIT
/* One tenant cannot take all slots. */
#include "jobs/quota.h"
#include "support/scratch.h"

static const struct uuid greedy = {{1}}, modest = {{2}};

TEST(one_tenant_leaves_a_slot_to_another)
{
    struct quota quota = {.all = 4, .per_tenant = 3};

    for (int i = 0; i < 3; i++)
        ck_assert(quota_acquire(&quota, &greedy, &fault));
    ck_assert(!quota_acquire(&quota, &greedy, &fault));
    ck_assert_str_eq(fault.code, "overloaded");
    ck_assert(quota_acquire(&quota, &modest, &fault));
    ck_assert(!quota_acquire(&quota, &modest, &fault));
    quota_release(&quota, &greedy);
    ck_assert(quota_acquire(&quota, &modest, &fault));
    ck_assert(!quota_acquire(&quota, &greedy, &fault));
    quota_release(&quota, &modest);
    ck_assert(quota_acquire(&quota, &greedy, &fault));
}
