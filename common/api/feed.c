// SPDX-License-Identifier: MIT
#include "api/feed.h"

bool feed_read(struct db *db, const struct db_statement *feed, const struct feed_cursor *after,
               int64_t rows_max, struct db_rows *rows, struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&after->id, id);
    return db_query(
        db, feed, DB_VALUES(db_int(after->epoch), db_int(after->tx), db_str(id), db_int(rows_max)),
        rows, fault);
}

void feed_read_row(const struct db_rows *rows, int row, struct feed_cursor *cursor, bool *deleted)
{
    cursor->epoch = db_get_int(rows, row, 0);
    cursor->tx = db_get_int(rows, row, 1);
    cursor->id = db_get_uuid(rows, row, 2);
    *deleted = db_get_bool(rows, row, 3);
}
