// SPDX-License-Identifier: MIT
#include "db/batches.h"

bool db_batches_run(struct db_pool *pool, const struct db_statement *statement, int64_t batch_rows,
                    struct fault *fault)
{
    int64_t affected = batch_rows;

    for (int i = 0; i < DB_BATCHES_MAX && affected == batch_rows; i++) {
        auto_rows struct db_rows rows = {0};
        if (!db_execute(pool, statement, DB_VALUES(db_int(batch_rows)), &rows, fault))
            return false;
        affected = rows.affected + rows.count;
    }
    return true;
}
