// SPDX-License-Identifier: MIT
#include "rides.h"

extern const char ride_selfcheck_sql[]; /* ride_selfcheck.sql */
const struct db_statement rides_selfcheck_statement = {
    .name = "ride_selfcheck",
    .parameters = "rows bigint, swept_in_s bigint",
    .sql = ride_selfcheck_sql,
};
