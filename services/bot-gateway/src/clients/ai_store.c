// SPDX-License-Identifier: MIT
#include "clients/ai_store.h"

#include "db/transaction.h"

// clang-format off
static const struct db_statement take_statement = {
    .name = "ai_take",
    .parameters = "most bigint",
    .sql = "INSERT INTO ai_budget AS b (day, calls) VALUES ((now() AT TIME ZONE 'UTC')::date, 1)"
           " ON CONFLICT (single) DO UPDATE SET day = EXCLUDED.day,"
           "  calls = CASE WHEN b.day < EXCLUDED.day THEN 1 ELSE b.calls + 1 END"
           "  WHERE b.day < EXCLUDED.day OR b.calls < {most}",
};
// clang-format on

bool ai_store_count_call(struct db_pool *pool, int64_t max_calls, bool *granted,
                         struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_execute(pool, &take_statement, DB_VALUES(db_int(max_calls)), &rows, fault))
        return false;
    *granted = rows.affected == 1;
    return true;
}
