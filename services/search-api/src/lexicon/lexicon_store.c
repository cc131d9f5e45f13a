// SPDX-License-Identifier: MIT
#include "lexicon/lexicon_store.h"

#define SETTLED "tx < pg_snapshot_xmin(pg_current_snapshot())"

static const struct db_statement documents_statement = {
    .name = "lexicon_documents",
    .parameters = "tx bigint, number bigint, limit bigint, room bigint",
    .sql = "SELECT tx::text::bigint, number, made_tx::text::bigint, text,"
           " pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM ("
           " SELECT *, sum(octet_length(text)) OVER (ROWS UNBOUNDED PRECEDING) AS bytes FROM ("
           "  SELECT tx, number, made_tx, text FROM document"
           "  WHERE (tx, number) > ({tx}::text::xid8, {number}) AND " SETTLED
           "  ORDER BY tx, number LIMIT {limit}) page) cut"
           " WHERE bytes <= {room} OR bytes = octet_length(text)",
};

static const struct db_statement deleted_statement = {
    .name = "lexicon_deleted",
    .parameters = "tx bigint, number bigint, limit bigint",
    .sql = "WITH page AS (SELECT tx, number FROM document_tombstone"
           "  WHERE (tx, number) > ({tx}::text::xid8, {number}) AND " SETTLED
           "  ORDER BY tx, number LIMIT {limit})"
           " SELECT tx::text::bigint, number, (SELECT count(*) FROM page) FROM page"
           " ORDER BY page.tx DESC, page.number DESC LIMIT 1",
};

bool lexicon_store_list_changed_documents(struct db *db, const struct lexicon_cursor *after,
                                          struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &documents_statement,
                    DB_VALUES(db_int(after->tx), db_int(after->number), db_int(LEXICON_ROWS_MAX),
                              db_int(LEXICON_BYTES_MAX)),
                    rows, fault);
}

void lexicon_store_read_row(const struct db_rows *rows, int row, struct lexicon_row *out)
{
    out->cursor = (struct lexicon_cursor){db_get_int(rows, row, 0), db_get_int(rows, row, 1)};
    out->made = (struct lexicon_cursor){db_get_int(rows, row, 2), out->cursor.number};
    out->text = db_get_text(rows, row, 3);
    out->settled = db_get_int(rows, row, 4);
}

bool lexicon_store_count_deleted(struct db *db, int64_t limit, struct lexicon_cursor *cursor,
                                 int64_t *count, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &deleted_statement,
                  DB_VALUES(db_int(cursor->tx), db_int(cursor->number), db_int(limit)), &rows,
                  fault))
        return false;
    *count = 0;
    if (rows.count == 0)
        return true;
    *cursor = (struct lexicon_cursor){db_get_int(&rows, 0, 0), db_get_int(&rows, 0, 1)};
    *count = db_get_int(&rows, 0, 2);
    return true;
}
