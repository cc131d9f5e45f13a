// SPDX-License-Identifier: MIT
#include "db/transaction.h"

#include "apartments/apartment_listed.h"
#include "maintenance/selfcheck.h"
#include "rides.h"

extern const char selfcheck_sql[]; /* selfcheck.sql */
static const struct db_statement statement = {
    .name = "selfcheck",
    .parameters = "rows bigint, swept_in_s bigint",
    .sql = selfcheck_sql,
};

struct run {
    int64_t swept_in_s;
    struct db_rows rows, rides;
    int64_t listed_wrong;
};

static bool run_all_checks(struct db *tx, void *arg, struct fault *fault)
{
    struct run *run = arg;
    const struct db_value values[] = {db_int(SELFCHECK_ROWS), db_int(run->swept_in_s)};

    db_rows_finish(&run->rows);
    db_rows_finish(&run->rides);
    return db_query(tx, &statement, values, 2, &run->rows, fault) &&
           db_query(tx, &rides_selfcheck_statement, values, 2, &run->rides, fault) &&
           apartment_store_count_wrong_json(tx, SELFCHECK_APARTMENTS, &run->listed_wrong, fault);
}

static void report_rows(const struct db_rows *rows, selfcheck_fn *report, void *data)
{
    for (int i = 0; i < rows->count; i++)
        report(data, &(struct selfcheck){db_get_text(rows, i, 0), db_get_int(rows, i, 1),
                                         db_get_int(rows, i, 2)});
}

bool selfcheck_store_run(struct db_pool *pool, int64_t sweep_interval_s, selfcheck_fn *report,
                         void *data, struct fault *fault)
{
    struct run run = {.swept_in_s = 2 * sweep_interval_s + 60};
    const bool done = db_transaction(pool, run_all_checks, &run, fault);

    if (done) {
        report(data, &(struct selfcheck){SLICE("listed_differs"), run.listed_wrong, 0});
        report_rows(&run.rows, report, data);
        report_rows(&run.rides, report, data);
    }
    db_rows_finish(&run.rows);
    db_rows_finish(&run.rides);
    return done;
}
