// SPDX-License-Identifier: MIT
#include "db/query.h"

#include <assert.h>

#include "base/auto.h"
#include "base/parse.h"
#include "db/error_private.h"
#include "db/pool_private.h"
#include "db/tx.h"

/* "INSERT 0 3", "UPDATE 1"; a SELECT's number says nothing new. */
static int64_t affected(PGresult *result)
{
    int64_t count = 0;

    if (PQcmdStatus(result)[0] == 'S' ||
        !parse_i64(slice_of(PQcmdTuples(result)), 0, INT64_MAX, &count))
        return 0;
    return count;
}

void db_take_rows(struct db_wait *wait)
{
    for (size_t i = 0; i < wait->count; i++) {
        struct db_rows *rows = wait->calls[i].rows;

        if (rows == NULL)
            continue;
        *rows = (struct db_rows){wait->results[i], PQntuples(wait->results[i]),
                                 affected(wait->results[i])};
        wait->results[i] = NULL;
    }
}

static bool run_shared(struct db_pool *pool, const struct db_call *calls, size_t count,
                       struct fault *fault)
{
    struct db_wait wait AUTO(db_wait_finish);

    db_wait_init(&wait, calls, count);
    if (!db_shared_run(pool, &wait, fault))
        return false;
    if (wait.state == DB_WAIT_FAILED)
        return db_error_fault(wait.error, wait.error_statement, fault);
    if (wait.state != DB_WAIT_DONE)
        return db_error_unavailable(fault);
    db_take_rows(&wait);
    return true;
}

bool db_query_all(struct db *db, const struct db_call *calls, size_t count, struct fault *fault)
{
    assert(count > 0 && count <= DB_CALLS_MAX);
    for (size_t i = 0; i < count; i++)
        if (!db_params_check(calls[i].values, calls[i].count, fault))
            return false;
    db_metric_count(DB_COUNT_QUERIES, count);
    return db->conn != NULL ? db_tx_run(db, calls, count, fault)
                            : run_shared(db->pool, calls, count, fault);
}

bool db_query(struct db *db, const struct db_statement *statement, const struct db_value *values,
              size_t count, struct db_rows *rows, struct fault *fault)
{
    const struct db_call call = {statement, values, count, rows};

    return db_query_all(db, &call, 1, fault);
}
