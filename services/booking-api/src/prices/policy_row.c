// SPDX-License-Identifier: MIT
#include "prices/policy_row.h"

#include <stddef.h>

// clang-format off
#define AT(member) offsetof(struct policy, member)
static const struct db_column columns[POLICY_COLUMN_COUNT] = {
    {.type = DB_TEXT, .offset = AT(name)},
    {.type = DB_TEXT, .offset = AT(text)},
    {.type = DB_INT, .offset = AT(tier_count)},
    {.type = DB_INT, .offset = AT(tiers[0].keep_percent)}, {.type = DB_TIME, .offset = AT(tiers[0].until)},
    {.type = DB_INT, .offset = AT(tiers[1].keep_percent)}, {.type = DB_TIME, .offset = AT(tiers[1].until)},
    {.type = DB_INT, .offset = AT(tiers[2].keep_percent)}, {.type = DB_TIME, .offset = AT(tiers[2].until)},
    {.type = DB_INT, .offset = AT(tiers[3].keep_percent)},
};
#undef AT
// clang-format on

bool policy_read_kept(const struct db_rows *rows, int row, int first_column, struct arena *arena,
                      struct policy *out, struct fault *fault)
{
    struct policy policy = {.tiers[POLICY_TIERS_MAX - 1].until = INT64_MIN};

    db_row_read(rows, row, first_column, columns, POLICY_COLUMN_COUNT, &policy);
    policy.name = arena_copy(arena, policy.name);
    policy.text = arena_copy(arena, policy.text);
    if (policy.name.at == NULL || policy.text.at == NULL)
        return arena_fault(fault);
    *out = policy;
    return true;
}
