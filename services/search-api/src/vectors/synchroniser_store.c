// SPDX-License-Identifier: MIT
#include "vectors/synchroniser_store.h"

#include <stdio.h>

#include "base/language.h"

enum { ROW_BYTES = 64 /* size of a row without its vector, roughly */ };

// clang-format off
static const struct db_statement generations_statement = {
    .name = "sync_generations",
    .parameters = "limit bigint",
    .sql = "SELECT number, dimensions, pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
           "  state = 'serving', encode(key, 'hex') FROM generation"
           " WHERE state <> 'retired' ORDER BY state DESC, number LIMIT {limit}",
};

#define COLUMNS \
    "SELECT v.tx::text::bigint, v.number, d.tenant_id, d.bot, d.chat_id, d.user_id, d.sent_at," \
    " d.language, v.vector"

static const struct db_statement pages_statement = {
    .name = "sync_pages",
    .parameters = "generation integer, below bigint, limit bigint, pages bigint",
    .sql = "WITH RECURSIVE page (lowest, place) AS (SELECT {below}, 0::bigint UNION ALL"
           " SELECT (SELECT min(number) FROM (SELECT number FROM document_vector v"
           "   WHERE v.generation = {generation} AND v.number < page.lowest"
           "   ORDER BY v.number DESC LIMIT {limit}) v), place + 1"
           "  FROM page WHERE lowest IS NOT NULL AND place < {pages})"
           " SELECT lowest FROM page WHERE place > 0 AND lowest IS NOT NULL ORDER BY place",
};

/* Bounds on both tables make PostgreSQL read only a part of `document`, by the primary key,
 * whatever its statistics are. */
static const struct db_statement load_statement = {
    .name = "sync_load",
    .parameters = "generation integer, lowest bigint, below bigint, settled bigint, limit bigint",
    .sql = COLUMNS " FROM document_vector v JOIN document d ON d.number = v.number"
           " WHERE v.generation = {generation} AND v.tx < {settled}::text::xid8"
           "  AND v.number >= {lowest} AND v.number < {below}"
           "  AND d.number >= {lowest} AND d.number < {below}"
           " ORDER BY v.number DESC LIMIT {limit}",
};

static const struct db_statement changed_statement = {
    .name = "sync_changed",
    .parameters = "generation integer, tx bigint, number bigint, settled bigint, limit bigint",
    .sql = COLUMNS " FROM (SELECT tx, number, vector FROM document_vector"
           "  WHERE generation = {generation} AND (tx, number) > ({tx}::text::xid8, {number})"
           "   AND tx < {settled}::text::xid8"
           "  ORDER BY tx, number LIMIT {limit}) v"
           " CROSS JOIN LATERAL (SELECT * FROM document WHERE number = v.number OFFSET 0) d"
           " ORDER BY v.tx, v.number",
};

static const struct db_statement rows_statement = {
    .name = "sync_some",
    .parameters = "generation integer, numbers bigint[]",
    .sql = COLUMNS " FROM document_vector v JOIN document d ON d.number = v.number"
           " WHERE v.generation = {generation} AND v.number = ANY({numbers})",
};

static const struct db_statement gone_statement = {
    .name = "sync_gone",
    .parameters = "generation integer, tx bigint, number bigint, settled bigint, limit bigint",
    .sql = "SELECT tx::text::bigint, number FROM vector_gone"
           " WHERE generation = {generation} AND (tx, number) > ({tx}::text::xid8, {number})"
           "  AND tx < {settled}::text::xid8"
           " ORDER BY tx, number LIMIT {limit}",
};

/* If {limit} vectors were read, more may follow: points after the last vector are compared later.
 */
static const struct db_statement differences_statement = {
    .name = "sync_differences",
    .parameters = "generation integer, after bigint, until bigint, limit bigint, numbers bigint[],"
                  " revisions bigint[]",
    .sql = "WITH ours AS MATERIALIZED (SELECT number, tx::text::bigint AS revision"
           "  FROM document_vector WHERE generation = {generation} AND number > {after}"
           "   AND number <= {until} ORDER BY number LIMIT {limit}),"
           " page AS (SELECT CASE WHEN count(*) < {limit} THEN {until} ELSE max(number) END AS last"
           "  FROM ours)"
           " SELECT page.last, d.number, d.ours, d.theirs, d.has_point FROM page LEFT JOIN"
           "  (SELECT coalesce(o.number, p.number) AS number, o.revision AS ours,"
           "    p.revision AS theirs, p.number IS NOT NULL AS has_point"
           "   FROM ours o FULL JOIN unnest({numbers}, {revisions}) AS p (number, revision)"
           "    ON p.number = o.number"
           "   WHERE o.number IS NULL OR o.revision IS DISTINCT FROM p.revision) d"
           "  ON d.number <= page.last",
};

static const struct db_statement count_statement = {
    .name = "sync_count",
    .parameters = "generation integer",
    .sql = "SELECT count(*) FROM document_vector WHERE generation = {generation}",
};

const struct db_statement synchroniser_store_delete_old = {
    .name = "sync_sweep",
    .parameters = "limit bigint",
    .sql = "DELETE FROM vector_gone WHERE ctid IN (SELECT ctid FROM vector_gone"
           " WHERE gone_at < now() - interval '1 day' LIMIT {limit})",
};
// clang-format on

static int64_t rows_per_page(const struct sync_generation *generation)
{
    return SYNCHRONISER_PAGE_BYTES / (generation->dimensions + ROW_BYTES);
}

bool synchroniser_store_list_live_generations(struct db *db,
                                              struct sync_generation out[SYNCHRONISER_GENERATIONS],
                                              size_t *count, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &generations_statement, DB_VALUES(db_int(SYNCHRONISER_GENERATIONS)), &rows,
                  fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        out[i] = (struct sync_generation){.generation = db_get_int(&rows, i, 0),
                                          .dimensions = db_get_int(&rows, i, 1),
                                          .settled = db_get_int(&rows, i, 2),
                                          .serves = db_get_bool(&rows, i, 3)};
        snprintf(out[i].key, sizeof out[i].key, "%.*s", SLICE_ARG(db_get_text(&rows, i, 4)));
    }
    *count = (size_t)rows.count;
    return true;
}

bool synchroniser_store_list_pages(struct db *db, const struct sync_generation *generation,
                                   int64_t below_number, struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &pages_statement,
                    DB_VALUES(db_int(generation->generation), db_int(below_number),
                              db_int(rows_per_page(generation)), db_int(SYNCHRONISER_PAGES_MAX)),
                    rows, fault);
}

int64_t synchroniser_store_read_page_bound(const struct db_rows *rows, int row)
{
    return db_get_int(rows, row, 0);
}

bool synchroniser_store_read_page(struct db *db, const struct sync_generation *generation,
                                  int64_t lowest_number, int64_t below_number, struct db_rows *rows,
                                  struct fault *fault)
{
    return db_query(db, &load_statement,
                    DB_VALUES(db_int(generation->generation), db_int(lowest_number),
                              db_int(below_number), db_int(generation->settled),
                              db_int(rows_per_page(generation))),
                    rows, fault);
}

bool synchroniser_store_list_new_vectors(struct db *db, const struct sync_generation *generation,
                                         const struct sync_cursor *after, struct db_rows *rows,
                                         struct fault *fault)
{
    return db_query(db, &changed_statement,
                    DB_VALUES(db_int(generation->generation), db_int(after->tx),
                              db_int(after->number), db_int(generation->settled),
                              db_int(rows_per_page(generation))),
                    rows, fault);
}

bool synchroniser_store_list_vectors_by_number(struct db *db,
                                               const struct sync_generation *generation,
                                               const int64_t *numbers, size_t count,
                                               struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &rows_statement,
                    DB_VALUES(db_int(generation->generation), DB_ITEMS(DB_INT, numbers, count)),
                    rows, fault);
}

bool synchroniser_store_list_deletions(struct db *db, const struct sync_generation *generation,
                                       const struct sync_cursor *after, struct db_rows *rows,
                                       struct fault *fault)
{
    return db_query(db, &gone_statement,
                    DB_VALUES(db_int(generation->generation), db_int(after->tx),
                              db_int(after->number), db_int(generation->settled),
                              db_int(SYNCHRONISER_GONE_MAX)),
                    rows, fault);
}

struct sync_cursor synchroniser_store_read_cursor(const struct db_rows *rows, int row)
{
    return (struct sync_cursor){db_get_int(rows, row, 0), db_get_int(rows, row, 1)};
}

bool synchroniser_store_read_row(const struct db_rows *rows, int row,
                                 const struct sync_generation *generation, struct vector_row *out)
{
    const struct slice vector = db_get_bytes(rows, row, 8);

    if (vector.len != (size_t)generation->dimensions)
        return false;
    *out = (struct vector_row){
        .number = db_get_int(rows, row, 1),
        .revision = db_get_int(rows, row, 0),
        .tenant_id = db_get_uuid(rows, row, 2),
        .bot = db_get_text(rows, row, 3),
        .chat_id = db_get_int(rows, row, 4),
        .user_id = db_get_int(rows, row, 5),
        .sent_at = db_get_time(rows, row, 6),
        .language = language_or(db_get_text(rows, row, 7), -1),
        .vector = (const int8_t *)vector.at,
    };
    return true;
}

bool synchroniser_store_list_differences(struct db *db, const struct sync_generation *generation,
                                         int64_t after_number, int64_t last_number,
                                         const struct qdrant_known *points, size_t count,
                                         struct db_rows *rows, int64_t *compared_number,
                                         struct fault *fault)
{
    if (!db_query(db, &differences_statement,
                  DB_VALUES(db_int(generation->generation), db_int(after_number),
                            db_int(last_number), db_int(QDRANT_PAGE),
                            DB_MEMBERS(DB_INT, points, count, number),
                            DB_MEMBERS(DB_INT, points, count, revision)),
                  rows, fault))
        return false;
    *compared_number = db_get_int(rows, 0, 0);
    return true;
}

bool synchroniser_store_read_difference(const struct db_rows *rows, int row,
                                        struct sync_difference *out)
{
    *out = (struct sync_difference){.number = db_get_int(rows, row, 1),
                                    .ours = db_get_int(rows, row, 2),
                                    .theirs = db_get_int(rows, row, 3),
                                    .has_point = db_get_bool(rows, row, 4)};
    return out->number != FIELD_ABSENT;
}

bool synchroniser_store_count_vectors(struct db *db, const struct sync_generation *generation,
                                      int64_t *out, struct fault *fault)
{
    return db_query_number(db, &count_statement, DB_VALUES(db_int(generation->generation)), out,
                           fault);
}
