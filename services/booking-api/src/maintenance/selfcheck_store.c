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
    struct db_rows *rows;
    struct db_rows *rides;
    struct selfcheck *listed;
};

static bool run_all_checks(struct db *tx, void *arg, struct fault *fault)
{
    const struct run *state = arg;

    db_rows_finish(state->rows);
    db_rows_finish(state->rides);
    *state->listed = (struct selfcheck){.name = SLICE("listed_differs")};
    return db_query(tx, &statement, DB_VALUES(db_int(SELFCHECK_ROWS), db_int(state->swept_in_s)),
                    state->rows, fault) &&
           rides_selfcheck_run(tx, SELFCHECK_ROWS, state->swept_in_s, state->rides, fault) &&
           apartment_store_count_wrong_json(tx, SELFCHECK_APARTMENTS, &state->listed->count, fault);
}

bool selfcheck_store_run(struct db_pool *pool, int64_t sweep_interval_s, struct db_rows *rows,
                         struct db_rows *rides, struct selfcheck *listed, struct fault *fault)
{
    struct run state = {
        .swept_in_s = 2 * sweep_interval_s + 60, .rows = rows, .rides = rides, .listed = listed};

    return db_transaction(pool, run_all_checks, &state, fault);
}

struct selfcheck selfcheck_store_read_row(const struct db_rows *rows, int row)
{
    return (struct selfcheck){db_get_text(rows, row, 0), db_get_int(rows, row, 1),
                              db_get_int(rows, row, 2)};
}
