// SPDX-License-Identifier: MIT
#include "clients/ai_store.h"

#include "db/transaction.h"

// clang-format off
static const struct db_statement take_statement = {
    .name = "ai_take",
    .parameters = "most bigint, tenant uuid",
    .sql = "WITH own AS ("
           "  INSERT INTO ai_tenant AS t (tenant_id, day, asked)"
           "  VALUES ({tenant}, (now() AT TIME ZONE 'UTC')::date, 1)"
           "  ON CONFLICT (tenant_id) DO UPDATE SET day = EXCLUDED.day,"
           "   asked = CASE WHEN t.day < EXCLUDED.day THEN 1 ELSE t.asked + 1 END"
           "  RETURNING day, asked"
           " ), share AS ("
           "  SELECT CASE WHEN count(*) > 1 THEN {most} / 4 ELSE 0 END AS reserved, greatest(count(*), 1) AS tenants"
           "  FROM (SELECT DISTINCT tenant_id FROM bot WHERE is_active) d"
           " ) INSERT INTO ai_budget AS b (day, calls) SELECT day, 1 FROM own"
           " ON CONFLICT (single) DO UPDATE SET day = EXCLUDED.day,"
           "  calls = CASE WHEN b.day < EXCLUDED.day THEN 1 ELSE b.calls + 1 END"
           "  WHERE b.day < EXCLUDED.day OR b.calls < {most} AND (b.calls < {most} - (SELECT reserved FROM share)"
           "   OR (SELECT asked FROM own) <= (SELECT reserved / tenants FROM share))",
};
// clang-format on

bool ai_store_count_call(struct db_pool *pool, const struct uuid *tenant_id, int64_t max_calls,
                         bool *granted, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_execute(pool, &take_statement, DB_VALUES(db_int(max_calls), db_uuid(tenant_id)), &rows,
                    fault))
        return false;
    *granted = rows.affected == 1;
    return true;
}
