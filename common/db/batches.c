// SPDX-License-Identifier: MIT
#include "db/batches.h"

struct batch {
    const struct db_statement *statement;
    int64_t limit;
    int64_t affected;
};

static bool run_batch(struct db *tx, void *arg, struct fault *fault)
{
    struct batch *batch = arg;
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, batch->statement, DB_VALUES(db_int(batch->limit)), &rows, fault))
        return false;
    batch->affected = rows.affected + rows.count;
    return true;
}

bool db_batches_run(struct db_pool *pool, const struct db_statement *statement, int64_t limit,
                    struct fault *fault)
{
    struct batch batch = {statement, limit, limit};

    for (int i = 0; i < DB_BATCHES_MAX && batch.affected == limit; i++)
        if (!db_transaction(pool, run_batch, &batch, fault))
            return false;
    return true;
}
