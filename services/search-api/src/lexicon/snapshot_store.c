// SPDX-License-Identifier: MIT
#include "lexicon/snapshot_store.h"

#include "lexicon/lexicon_chunk.h"

// clang-format off
#define CLUSTER "(SELECT system_identifier FROM pg_control_system())"

/* Ignores snapshots from before a restore of the database, whose transaction numbers are
 * meaningless: they belong to another cluster, or lie in the future. */
static const struct db_statement latest_statement = {
    .name = "snapshot_latest",
    .parameters = "normaliser bigint, format bigint, kept bigint, erasures bigint",
    .sql = "SELECT number, tx, document, deleted_tx, deleted, erasures, changed, documents, words,"
           "  grams, terms, pieces FROM lexicon_snapshot"
           " WHERE saved_at > now() - make_interval(secs => {kept}::double precision)"
           "  AND cluster = " CLUSTER " AND normaliser = {normaliser} AND format = {format}"
           "  AND erasures = {erasures} AND greatest(tx, deleted_tx) < pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
           " ORDER BY number DESC LIMIT 1",
};

static const struct db_statement chunk_statement = {
    .name = "snapshot_chunk",
    .parameters = "snapshot bigint, number bigint",
    .sql = "SELECT bytes FROM lexicon_piece WHERE snapshot = {snapshot} AND number = {number}",
};

/* The key of the advisory lock of snapshots: an arbitrary number. */
static const struct db_statement lock_statement = {
    .name = "snapshot_lock",
    .sql = "SELECT pg_advisory_xact_lock(7030000000000002)",
};

/* Inserts nothing if an existing snapshot is nearly as good: it lacks few documents, and its number
 * of outdated documents (`changed`) is not higher than that of the new snapshot. */
static const struct db_statement begin_statement = {
    .name = "snapshot_begin",
    .parameters = "normaliser bigint, format bigint, pause bigint, renewed bigint, behind bigint,"
                  " tx bigint, document bigint, deleted_tx bigint, deleted bigint, erasures bigint, changed bigint,"
                  " documents bigint, words bigint, grams bigint, terms bigint",
    .sql = "INSERT INTO lexicon_snapshot (cluster, normaliser, format, tx, document, deleted_tx,"
           "  deleted, erasures, changed, documents, words, grams, terms)"
           " SELECT " CLUSTER ", {normaliser}, {format}, {tx}, {document}, {deleted_tx}, {deleted},"
           "  {erasures}, {changed}, {documents}, {words}, {grams}, {terms}"
           " WHERE {erasures} = (SELECT CASE WHEN is_called THEN last_value ELSE 0 END"
           "   FROM document_erasures)"
           "  AND NOT EXISTS (SELECT FROM lexicon_snapshot"
           "   WHERE begun_at BETWEEN now() - make_interval(secs => {pause}::double precision) AND now()"
           "    AND (saved_at IS NOT NULL OR begun_at > now() - interval '2 minutes'))"
           "  AND NOT EXISTS (SELECT FROM lexicon_snapshot"
           "   WHERE saved_at BETWEEN now() - make_interval(secs => {renewed}::double precision) AND now()"
           "    AND cluster = " CLUSTER " AND normaliser = {normaliser} AND format = {format}"
           "    AND tx <= {tx} AND changed <= {changed}"
           "    AND documents + changed > {documents} + {changed} - {behind})"
           " RETURNING number",
};

static const struct db_constraint gone[] = {
    {"lexicon_piece_snapshot_fkey", FAULT_CONFLICT, "snapshot_gone", NULL,
     "Another instance has stored a newer lexicon."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL}
};

static const struct db_statement put_statement = {
    .name = "snapshot_put",
    .parameters = "snapshot bigint, number bigint, bytes bytea",
    .sql = "INSERT INTO lexicon_piece (snapshot, number, bytes)"
           " VALUES ({snapshot}, {number}::integer, {bytes})",
    .constraints = gone,
};

static const struct db_statement end_statement = {
    .name = "snapshot_end",
    .parameters = "snapshot bigint, pieces bigint",
    .sql = "WITH older AS (DELETE FROM lexicon_snapshot WHERE number < {snapshot})"
           " UPDATE lexicon_snapshot SET pieces = {pieces}, saved_at = now()"
           " WHERE number = {snapshot}",
};

static const struct db_statement delete_erased_statement = {
    .name = "snapshot_delete_erased",
    .parameters = "erasures bigint",
    .sql = "DELETE FROM lexicon_snapshot WHERE erasures <> {erasures}",
};

static const struct db_statement delete_statement = {
    .name = "snapshot_delete",
    .parameters = "snapshot bigint",
    .sql = "DELETE FROM lexicon_snapshot WHERE number = {snapshot}",
};

#define AT(member) offsetof(struct snapshot_head, member)
static const struct db_column columns[] = {
    {DB_INT, AT(number),               .name = "number"},
    {DB_INT, AT(state.cursor.tx),      .name = "tx"},
    {DB_INT, AT(state.cursor.number),  .name = "document"},
    {DB_INT, AT(state.deleted.tx),     .name = "deleted_tx"},
    {DB_INT, AT(state.deleted.number), .name = "deleted"},
    {DB_INT, AT(state.erasures),       .name = "erasures"},
    {DB_INT, AT(state.changed),        .name = "changed"},
    {DB_INT, AT(sums.documents),       .name = "documents"},
    {DB_INT, AT(sums.words),           .name = "words"},
    {DB_INT, AT(sums.grams),           .name = "grams"},
    {DB_INT, AT(terms),                .name = "terms"},
    {DB_INT, AT(chunks),               .name = "pieces"},
};
/* Parameters of begin_statement: OWN ones, then all columns but the first and the last. */
enum { OWN = 5, WRITTEN = ARRAY_LEN(columns) - 2 };
// clang-format on

bool snapshot_store_find_latest(struct db *db, int64_t erasures, struct snapshot_head *out,
                                struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &latest_statement,
                  DB_VALUES(db_int(WORDS_VERSION), db_int(LEXICON_CHUNK_FORMAT),
                            db_int(SNAPSHOT_VALID_S), db_int(erasures)),
                  &rows, fault))
        return false;
    *out = (struct snapshot_head){.number = 0};
    if (rows.count > 0)
        db_row_read(&rows, 0, 0, columns, ARRAY_LEN(columns), out);
    return true;
}

bool snapshot_store_read_chunk(struct db *db, int64_t snapshot, int64_t chunk_number,
                               struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &chunk_statement, DB_VALUES(db_int(snapshot), db_int(chunk_number)), rows,
                    fault);
}

bool snapshot_store_begin_if_due(struct db *tx, struct snapshot_head *head, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct db_value values[OWN + WRITTEN] = {db_int(WORDS_VERSION), db_int(LEXICON_CHUNK_FORMAT),
                                             db_int(SNAPSHOT_PAUSE_S), db_int(SNAPSHOT_RENEWED_S),
                                             db_int(SNAPSHOT_DOCUMENTS)};
    const struct db_call calls[] = {
        {&lock_statement,  NULL,   0,                 NULL },
        {&begin_statement, values, ARRAY_LEN(values), &rows},
    };

    for (size_t i = 0; i < WRITTEN; i++)
        values[OWN + i] = db_row_get_value(&columns[1 + i], head);
    if (!db_query_all(tx, calls, 2, fault))
        return false;
    head->number = rows.count > 0 ? db_get_int(&rows, 0, 0) : 0;
    return true;
}

bool snapshot_store_insert_chunk(struct db_pool *pool, int64_t snapshot, int64_t chunk_number,
                                 struct slice chunk, struct fault *fault)
{
    return db_execute(pool, &put_statement,
                      DB_VALUES(db_int(snapshot), db_int(chunk_number), db_bytes(chunk)), NULL,
                      fault);
}

bool snapshot_store_complete_and_delete_older(struct db_pool *pool,
                                              const struct snapshot_head *head, struct fault *fault)
{
    return db_execute(pool, &end_statement, DB_VALUES(db_int(head->number), db_int(head->chunks)),
                      NULL, fault);
}

bool snapshot_store_delete(struct db_pool *pool, int64_t snapshot, struct fault *fault)
{
    return db_execute(pool, &delete_statement, DB_VALUES(db_int(snapshot)), NULL, fault);
}

bool snapshot_store_delete_before_erasure(struct db *tx, int64_t erasures, struct fault *fault)
{
    return db_query(tx, &delete_erased_statement, DB_VALUES(db_int(erasures)), NULL, fault);
}
