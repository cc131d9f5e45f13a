// SPDX-License-Identifier: MIT
#include "maintenance/business.h"

extern const char business_sql[]; /* business.sql */
static const struct db_statement statement = {
    .name = "business",
    .parameters = "now timestamptz",
    .sql = business_sql,
};

bool business_store_compute_figures(struct db *db, int64_t now_us, struct business *out,
                                    struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &statement, DB_VALUES(db_time(now_us)), &rows, fault))
        return false;
    *out =
        (struct business){db_get_int(&rows, 0, 0), db_get_int(&rows, 0, 1), db_get_int(&rows, 0, 2),
                          db_get_int(&rows, 0, 3), db_get_int(&rows, 0, 4)};
    return true;
}
