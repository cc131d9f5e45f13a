// SPDX-License-Identifier: MIT
#include "vectors/synchroniser_store.h"

#include <stdio.h>

#include "base/language.h"
#include "base/value.h"

enum { ROW_BYTES = 64 /* of a row beside its vector, about */ };

// clang-format off
static const struct db_statement now_statement = {
    .name = "follow_now",
    .parameters = "limit bigint",
    .sql = "SELECT number, dimensions, pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
           "  state = 'serving', encode(key, 'hex') FROM generation"
           " WHERE state <> 'retired' ORDER BY state DESC, number LIMIT {limit}",
};

#define COLUMNS \
    "SELECT v.tx::text::bigint, v.number, d.tenant_id, d.bot, d.chat_id, d.user_id, d.sent_at," \
    " d.language, v.vector"

static const struct db_statement pages_statement = {
    .name = "follow_pages",
    .parameters = "generation integer, below bigint, limit bigint, pages bigint",
    .sql = "WITH RECURSIVE page (lowest, place) AS (SELECT {below}, 0::bigint UNION ALL"
           " SELECT (SELECT min(number) FROM (SELECT number FROM document_vector v"
           "   WHERE v.generation = {generation} AND v.number < page.lowest"
           "   ORDER BY v.number DESC LIMIT {limit}) v), place + 1"
           "  FROM page WHERE lowest IS NOT NULL AND place < {pages})"
           " SELECT lowest FROM page WHERE place > 0 AND lowest IS NOT NULL ORDER BY place",
};

/* The bounds of both tables let PostgreSQL read its part of `document` along the primary key,
 * whatever it thinks of the tables. */
static const struct db_statement load_statement = {
    .name = "follow_load",
    .parameters = "generation integer, lowest bigint, below bigint, settled bigint, limit bigint",
    .sql = COLUMNS " FROM document_vector v JOIN document d ON d.number = v.number"
           " WHERE v.generation = {generation} AND v.tx < {settled}::text::xid8"
           "  AND v.number >= {lowest} AND v.number < {below}"
           "  AND d.number >= {lowest} AND d.number < {below}"
           " ORDER BY v.number DESC LIMIT {limit}",
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

static const struct db_statement some_statement = {
    .name = "follow_some",
    .parameters = "generation integer, numbers bigint[]",
    .sql = COLUMNS " FROM document_vector v JOIN document d ON d.number = v.number"
           " WHERE v.generation = {generation} AND v.number = ANY({numbers}) ORDER BY v.number",
};

static const struct db_statement gone_statement = {
    .name = "follow_gone",
    .parameters = "generation integer, tx bigint, number bigint, settled bigint, limit bigint",
    .sql = "SELECT tx::text::bigint, number FROM vector_gone"
           " WHERE generation = {generation} AND (tx, number) > ({tx}::text::xid8, {number})"
           "  AND tx < {settled}::text::xid8"
           " ORDER BY tx, number LIMIT {limit}",
};

static const struct db_statement places_statement = {
    .name = "follow_places",
    .parameters = "generation integer, after bigint, until bigint, limit bigint",
    .sql = "SELECT tx::text::bigint, number FROM document_vector"
           " WHERE generation = {generation} AND number > {after} AND number <= {until}"
           " ORDER BY number LIMIT {limit}",
};

static const struct db_statement count_statement = {
    .name = "follow_count",
    .parameters = "generation integer",
    .sql = "SELECT count(*) FROM document_vector WHERE generation = {generation}",
};

static const struct db_statement sweep_statement = {
    .name = "follow_sweep",
    .parameters = "limit bigint",
    .sql = "DELETE FROM vector_gone WHERE ctid IN (SELECT ctid FROM vector_gone"
           " WHERE gone_at < now() - interval '1 day' LIMIT {limit})",
};
// clang-format on

static int64_t page_rows(const struct sync_now *now)
{
    return SYNCHRONISER_PAGE_BYTES / (now->dimensions + ROW_BYTES);
}

bool synchroniser_store_now(struct db *db, struct sync_now out[SYNCHRONISER_LIVE], size_t *count,
                            struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &now_statement, DB_VALUES(db_int(SYNCHRONISER_LIVE)), &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        out[i] = (struct sync_now){.generation = db_get_int(&rows, i, 0),
                                   .dimensions = db_get_int(&rows, i, 1),
                                   .settled = db_get_int(&rows, i, 2),
                                   .serves = db_get_bool(&rows, i, 3)};
        snprintf(out[i].key, sizeof out[i].key, "%.*s", SLICE_ARG(db_get_text(&rows, i, 4)));
    }
    *count = (size_t)rows.count;
    return true;
}

bool synchroniser_store_pages(struct db *db, const struct sync_now *now, int64_t below,
                              struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &pages_statement,
                    DB_VALUES(db_int(now->generation), db_int(below), db_int(page_rows(now)),
                              db_int(SYNCHRONISER_PAGES_MAX)),
                    rows, fault);
}

int64_t synchroniser_store_lowest(const struct db_rows *rows, int row)
{
    return db_get_int(rows, row, 0);
}

bool synchroniser_store_load(struct db *db, const struct sync_now *now, int64_t lowest,
                             int64_t below, struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &load_statement,
                    DB_VALUES(db_int(now->generation), db_int(lowest), db_int(below),
                              db_int(now->settled), db_int(page_rows(now))),
                    rows, fault);
}

bool synchroniser_store_changed(struct db *db, const struct sync_now *now,
                                const struct sync_cursor *after, struct db_rows *rows,
                                struct fault *fault)
{
    return db_query(db, &changed_statement,
                    DB_VALUES(db_int(now->generation), db_int(after->tx), db_int(after->number),
                              db_int(now->settled), db_int(page_rows(now))),
                    rows, fault);
}

bool synchroniser_store_some(struct db *db, const struct sync_now *now, const int64_t *numbers,
                             size_t count, struct db_rows *rows, struct fault *fault)
{
    struct db_value list[SYNCHRONISER_SOME_MAX];

    for (size_t i = 0; i < count; i++)
        list[i] = db_int(numbers[i]);
    return db_query(db, &some_statement,
                    DB_VALUES(db_int(now->generation), db_array(DB_INT, list, count)), rows, fault);
}

bool synchroniser_store_gone(struct db *db, const struct sync_now *now,
                             const struct sync_cursor *after, struct db_rows *rows,
                             struct fault *fault)
{
    return db_query(db, &gone_statement,
                    DB_VALUES(db_int(now->generation), db_int(after->tx), db_int(after->number),
                              db_int(now->settled), db_int(SYNCHRONISER_GONE_MAX)),
                    rows, fault);
}

struct sync_cursor synchroniser_store_place(const struct db_rows *rows, int row)
{
    return (struct sync_cursor){db_get_int(rows, row, 0), db_get_int(rows, row, 1)};
}

bool synchroniser_store_row(const struct db_rows *rows, int row, const struct sync_now *now,
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

bool synchroniser_store_places(struct db *db, const struct sync_now *now, int64_t after,
                               int64_t until, size_t limit, struct db_rows *rows,
                               struct fault *fault)
{
    return db_query(
        db, &places_statement,
        DB_VALUES(db_int(now->generation), db_int(after), db_int(until), db_int((int64_t)limit)),
        rows, fault);
}

bool synchroniser_store_count(struct db *db, const struct sync_now *now, int64_t *out,
                              struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &count_statement, DB_VALUES(db_int(now->generation)), &rows, fault))
        return false;
    *out = db_get_int(&rows, 0, 0);
    return true;
}

bool synchroniser_store_sweep(struct db *tx, bool *more, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &sweep_statement, DB_VALUES(db_int(SYNCHRONISER_GONE_MAX)), &rows, fault))
        return false;
    *more = rows.affected == SYNCHRONISER_GONE_MAX;
    return true;
}
