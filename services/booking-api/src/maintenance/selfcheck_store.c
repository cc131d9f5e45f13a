// SPDX-License-Identifier: MIT
#include "maintenance/selfcheck_store.h"

#include "db/transaction.h"

#include "apartments/apartment_listed.h"
#include "rides.h"

extern const char selfcheck_sql[]; /* selfcheck.sql */
static const struct db_statement statement = {
    .name = "selfcheck",
    .parameters = "rows bigint, swept_in_s bigint",
    .sql = selfcheck_sql,
};

struct run {
    int64_t swept_in_s;
    struct db_rows *rows;
    struct db_rows *rides;
    struct selfcheck *listed;
};

static bool run(struct db *tx, void *arg, struct fault *fault)
{
    const struct run *what = arg;

    db_rows_finish(what->rows);
    db_rows_finish(what->rides);
    *what->listed = (struct selfcheck){.name = SLICE("listed_differs")};
    return db_query(tx, &statement, DB_VALUES(db_int(SELFCHECK_ROWS), db_int(what->swept_in_s)),
                    what->rows, fault) &&
           rides_selfcheck(tx, SELFCHECK_ROWS, what->swept_in_s, what->rides, fault) &&
           apartment_store_listed_wrong(tx, SELFCHECK_APARTMENTS, &what->listed->count, fault);
}

bool selfcheck_store_run(struct db_pool *pool, int64_t sweep_s, struct db_rows *rows,
                         struct db_rows *rides, struct selfcheck *listed, struct fault *fault)
{
    struct run what = {
        .swept_in_s = 2 * sweep_s + 60, .rows = rows, .rides = rides, .listed = listed};

    return db_transaction(pool, run, &what, fault);
}

struct selfcheck selfcheck_store_read(const struct db_rows *rows, int row)
{
    return (struct selfcheck){db_get_text(rows, row, 0), db_get_int(rows, row, 1),
                              db_get_int(rows, row, 2)};
}
