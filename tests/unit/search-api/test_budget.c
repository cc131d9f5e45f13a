// SPDX-License-Identifier: MIT
/* Tenants share the tokens of a day. */
#include "embeddings/budget.h"
#include "support/test.h"

#define NONE INT64_MAX

static const struct {
    const char *why;
    struct budget budget; /* daily, used, tenants */
    int64_t used;         /* by the tenant */
    int64_t left, limit;
} cases[] = {
    {"a single tenant may use all",                         {1000, 0, 1},      0,    1000,                      NONE},
    {"also the last quarter",                               {1000, 900, 1},    900,  100,                       NONE},
    {"and no more",                                         {1000, 1000, 1},   1000, 0,                         0   },
    {"more than all was used",                              {1000, 1100, 1},   1100, 0,                         0   },
    {"no tenant has documents yet",                         {1000, 0, 0},      0,    1000,                      NONE},
    {"one tenant stops at three quarters",                  {1000, 750, 2},    750,  0,                         125 },
    {"another tenant has its share of the rest",            {1000, 750, 2},    0,    125,                       125 },
    {"less the tokens it has used",                         {1000, 750, 2},    100,  25,                        125 },
    {"each of many has its share",                          {1000, 950, 10},   0,    25,                        25  },
    {"a tenant may use unreserved tokens beyond its share", {1000, 700, 10},   650,  50,                        NONE},
    {"the remaining tokens limit a share",                  {1000, 990, 2},    0,    10,                        125 },
    {"a budget of one token",                               {1, 0, 3},         0,    1,                         NONE},
    {"which was used",                                      {1, 1, 3},         0,    0,                         0   },
    {"the largest budget",                                  {INT64_MAX, 0, 2}, 0,    INT64_MAX - INT64_MAX / 4, NONE},
};

TEST_ROWS_WHY(tenants_share_the_tokens_of_a_day, cases)
{
    ck_assert_msg(budget_tokens_left_for_tenant(&row->budget, row->used) == row->left, "left %lld",
                  (long long)budget_tokens_left_for_tenant(&row->budget, row->used));
    ck_assert_msg(budget_tenant_token_limit(&row->budget) == row->limit, "limit %lld",
                  (long long)budget_tenant_token_limit(&row->budget));
    /* SQL uses the limit, C the remaining tokens. */
    ck_assert((row->used < row->limit) == (row->left > 0));
}

TEST(documents_leave_an_eighth_of_the_day_to_queries)
{
    ck_assert_int_eq(budget_tokens_for_documents(1000000), 875000);
    ck_assert_int_eq(budget_tokens_for_documents(1), 1);
}
