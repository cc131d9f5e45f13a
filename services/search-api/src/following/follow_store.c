// SPDX-License-Identifier: MIT
#include "following/follow_store.h"

#include "base/language.h"
#include "base/value.h"

enum { ROW_BYTES = 64 /* of a row beside its vector, about */ };

// clang-format off
static const struct db_statement now_statement = {
    .name = "follow_now",
    .sql = "SELECT g.number, g.dimensions, pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
           " FROM (SELECT) one LEFT JOIN generation g ON g.state = 'serving'",
};

#define COLUMNS \
    "SELECT v.tx::text::bigint, v.number, d.tenant_id, d.bot, d.chat_id, d.user_id, d.sent_at," \
    " d.language, v.vector"

/* The bounds of the page let PostgreSQL read its part of `document` along the primary key, whatever
 * it thinks of the tables. */
static const struct db_statement load_statement = {
    .name = "follow_load",
    .parameters = "generation integer, below bigint, limit bigint",
    .sql = "WITH page AS MATERIALIZED (SELECT tx, number, vector FROM document_vector"
           "  WHERE generation = {generation} AND number < {below}"
           "  ORDER BY number DESC LIMIT {limit}) "
           COLUMNS " FROM page v JOIN document d ON d.number = v.number"
           " WHERE d.number BETWEEN (SELECT min(number) FROM page) AND (SELECT max(number) FROM page)"
           " ORDER BY v.number DESC",
};

static const struct db_statement changed_statement = {
    .name = "follow_changed",
    .parameters = "generation integer, tx bigint, number bigint, settled bigint, limit bigint",
    .sql = COLUMNS " FROM (SELECT tx, number, vector FROM document_vector"
           "  WHERE generation = {generation} AND (tx, number) > ({tx}::text::xid8, {number})"
           "   AND tx < {settled}::text::xid8"
           "  ORDER BY tx, number LIMIT {limit}) v"
           " CROSS JOIN LATERAL (SELECT * FROM document WHERE number = v.number OFFSET 0) d"
           " ORDER BY v.tx, v.number",
};

static const struct db_statement gone_statement = {
    .name = "follow_gone",
    .parameters = "generation integer, tx bigint, number bigint, settled bigint, limit bigint",
    .sql = "SELECT tx::text::bigint, number FROM vector_gone"
           " WHERE generation = {generation} AND (tx, number) > ({tx}::text::xid8, {number})"
           "  AND tx < {settled}::text::xid8"
           " ORDER BY tx, number LIMIT {limit}",
};

static const struct db_statement sweep_statement = {
    .name = "follow_sweep",
    .parameters = "limit bigint",
    .sql = "DELETE FROM vector_gone WHERE ctid IN (SELECT ctid FROM vector_gone"
           " WHERE gone_at < now() - interval '1 day' LIMIT {limit})",
};
// clang-format on

static int64_t page_rows(const struct follow_now *now)
{
    return FOLLOW_PAGE_BYTES / (now->dimensions + ROW_BYTES);
}

bool follow_store_now(struct db *db, struct follow_now *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &now_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *out = (struct follow_now){.settled = db_get_int(&rows, 0, 2)};
    if (db_is_null(&rows, 0, 0))
        return true;
    out->generation = db_get_int(&rows, 0, 0);
    out->dimensions = db_get_int(&rows, 0, 1);
    return true;
}

bool follow_store_load(struct db *db, const struct follow_now *now, int64_t below,
                       struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &load_statement,
                    DB_VALUES(db_int(now->generation), db_int(below), db_int(page_rows(now))), rows,
                    fault);
}

bool follow_store_changed(struct db *db, const struct follow_now *now,
                          const struct follow_place *after, struct db_rows *rows,
                          struct fault *fault)
{
    return db_query(db, &changed_statement,
                    DB_VALUES(db_int(now->generation), db_int(after->tx), db_int(after->number),
                              db_int(now->settled), db_int(page_rows(now))),
                    rows, fault);
}

bool follow_store_gone(struct db *db, const struct follow_now *now,
                       const struct follow_place *after, struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &gone_statement,
                    DB_VALUES(db_int(now->generation), db_int(after->tx), db_int(after->number),
                              db_int(now->settled), db_int(FOLLOW_GONE_MAX)),
                    rows, fault);
}

struct follow_place follow_store_place(const struct db_rows *rows, int row)
{
    return (struct follow_place){db_get_int(rows, row, 0), db_get_int(rows, row, 1)};
}

bool follow_store_row(const struct db_rows *rows, int row, const struct follow_now *now,
                      struct vector_row *out)
{
    const struct slice vector = db_get_bytes(rows, row, 8);
    enum language language;

    if (vector.len != (size_t)now->dimensions)
        return false;
    *out = (struct vector_row){
        .number = db_get_int(rows, row, 1),
        .revision = db_get_int(rows, row, 0),
        .tenant_id = db_get_uuid(rows, row, 2),
        .bot = db_get_text(rows, row, 3),
        .chat_id = db_get_int(rows, row, 4),
        .user_id = db_get_int(rows, row, 5),
        .sent_at = db_get_time(rows, row, 6),
        .language = language_read(db_get_text(rows, row, 7), &language) ? (int)language : -1,
        .vector = (const int8_t *)vector.at,
    };
    return true;
}

bool follow_store_sweep(struct db *tx, bool *more, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &sweep_statement, DB_VALUES(db_int(FOLLOW_GONE_MAX)), &rows, fault))
        return false;
    *more = rows.affected == FOLLOW_GONE_MAX;
    return true;
}
