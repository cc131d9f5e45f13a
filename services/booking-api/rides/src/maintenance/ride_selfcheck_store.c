// SPDX-License-Identifier: MIT
#include "rides.h"

extern const char ride_selfcheck_sql[]; /* ride_selfcheck.sql */
static const struct db_statement statement = {
    .name = "ride_selfcheck",
    .parameters = "rows bigint, swept_in_s bigint",
    .sql = ride_selfcheck_sql,
};

bool rides_selfcheck_run(struct db *db, int64_t rows_max, int64_t overdue_after_s,
                         struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &statement, DB_VALUES(db_int(rows_max), db_int(overdue_after_s)), rows,
                    fault);
}
