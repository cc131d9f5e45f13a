// SPDX-License-Identifier: MIT
/* The statements of one call and their results. query_run.c waits for them. */
#include <assert.h>

#include "base/parse.h"
#include "db/conn_private.h"

void db_wait_init(struct db_wait *wait, const struct db_call *calls, size_t count)
{
    assert(count > 0 && count <= DB_CALLS_MAX + DB_OWN_CALLS_MAX);
    memset(wait, 0, offsetof(struct db_wait, results) + count * sizeof wait->results[0]);
    wait->fiber = fiber_current();
    wait->calls = calls;
    wait->count = count;
}

void db_wait_finish(struct db_wait *wait)
{
    for (size_t i = 0; i < wait->count; i++) {
        PQclear(wait->results[i]);
        wait->results[i] = NULL;
    }
    PQclear(wait->error);
    wait->error = NULL;
}

/* The number of changed rows in a command tag such as "INSERT 0 3" or "UPDATE 1"; 0 for SELECT. */
static int64_t count_affected_rows(PGresult *result)
{
    int64_t count = 0;

    if (PQcmdStatus(result)[0] == 'S' ||
        !parse_i64(slice_of(PQcmdTuples(result)), 0, INT64_MAX, &count))
        return 0;
    return count;
}

void db_wait_move_rows_to_calls(struct db_wait *wait)
{
    for (size_t i = 0; i < wait->count; i++) {
        struct db_rows *rows = wait->calls[i].rows;

        if (rows == NULL)
            continue;
        *rows = (struct db_rows){wait->results[i], PQntuples(wait->results[i]),
                                 count_affected_rows(wait->results[i])};
        wait->results[i] = NULL;
    }
}
