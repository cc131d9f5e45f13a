// SPDX-License-Identifier: MIT
#include "documents/document_store.h"

#include <assert.h>

#include "base/language.h"

#include "text/words.h"

// clang-format off
/* The key of the advisory lock of document_store_lock(): an arbitrary number. */
#define LOCK "7030000000000001"

static const struct db_statement share_statement = {
    .name = "document_share",
    .sql = "SELECT pg_advisory_xact_lock_shared(" LOCK ")",
};

static const struct db_statement lock_statement = {
    .name = "document_lock",
    .sql = "SELECT pg_advisory_xact_lock(" LOCK ")",
};

/* Writes documents in the order of ids, so that concurrent writers of the same documents lock them
 * in one order. */
static const struct db_statement write_statement = {
    .name = "document_write",
    .parameters = "source text, normaliser bigint, tenants uuid[], ids text[], versions bigint[],"
                  " bots text[], chats bigint[], users bigint[], languages text[], texts text[],"
                  " times bigint[], lengths bigint[], terms text[]",
    .sql = "INSERT INTO document AS d (tenant_id, id, source, version, bot, chat_id, user_id,"
           "  language, text, sent_at, length, normaliser, terms)"
           " SELECT DISTINCT ON (g.tenant_id, g.id) g.tenant_id, g.id, {source}, g.version, g.bot,"
           "  g.chat_id, g.user_id, g.language, g.text,"
           "  timestamptz 'epoch' + g.sent_at * interval '1 microsecond', g.length::smallint,"
           "  {normaliser}::smallint, g.terms::tsvector"
           " FROM unnest({tenants}, {ids}, {versions}, {bots}, {chats}, {users}, {languages}, {texts},"
           "   {times}, {lengths}, {terms})"
           "  AS g (tenant_id, id, version, bot, chat_id, user_id, language, text, sent_at, length,"
           "   terms)"
           " WHERE NOT EXISTS (SELECT FROM document_tombstone t"
           "  WHERE t.tenant_id = g.tenant_id AND t.id = g.id AND t.version >= g.version)"
           " ORDER BY g.tenant_id, g.id, g.version DESC"
           " ON CONFLICT ON CONSTRAINT document_once DO UPDATE SET version = EXCLUDED.version,"
           "  bot = EXCLUDED.bot, chat_id = EXCLUDED.chat_id, user_id = EXCLUDED.user_id,"
           "  language = EXCLUDED.language, text = EXCLUDED.text, sent_at = EXCLUDED.sent_at,"
           "  length = EXCLUDED.length, normaliser = EXCLUDED.normaliser, terms = EXCLUDED.terms,"
           "  tx = pg_current_xact_id()"
           " WHERE d.source = EXCLUDED.source AND d.version < EXCLUDED.version",
};

static const struct db_statement bury_statement = {
    .name = "document_bury",
    .parameters = "tenants uuid[], ids text[]",
    .sql = "WITH named AS (SELECT DISTINCT * FROM unnest({tenants}, {ids}) AS n (tenant_id, id)),"
           " gone AS (DELETE FROM document d USING named n"
           "  WHERE d.tenant_id = n.tenant_id AND d.id = n.id AND d.source = 'bot-gateway')"
           " INSERT INTO document_tombstone AS t (tenant_id, id, version)"
           " SELECT tenant_id, id, 9223372036854775807 FROM named n WHERE NOT EXISTS ("
           "  SELECT FROM document d WHERE d.tenant_id = n.tenant_id AND d.id = n.id"
           "   AND d.source <> 'bot-gateway')"
           " ON CONFLICT ON CONSTRAINT document_tombstone_once DO UPDATE"
           "  SET version = EXCLUDED.version, tx = pg_current_xact_id(), deleted_at = now()"
           "  WHERE t.version < EXCLUDED.version",
};

#define AT(member) .offset = offsetof(struct document, member)
/* The columns of the array parameters of write_statement, in their order. */
static const struct db_column columns[] = {
    {DB_UUID, AT(tenant_id)},
    {DB_TEXT, AT(id)},
    {DB_INT,  AT(version)},
    {DB_TEXT, AT(bot)},
    {DB_INT,  AT(chat_id)},
    {DB_INT,  AT(user_id)},
    {DB_NAME, AT(language), .names = language_names},
    {DB_TEXT, AT(text)},
    {DB_INT,  AT(sent_at)},
    {DB_INT,  AT(length)},
    {DB_TEXT, AT(terms)},
};
enum { COLUMNS = ARRAY_LEN(columns) };

static const struct db_part persons[] = {
    {"theirs",
     "tenant_id = {tenant} AND user_id = {person}"
     " AND ({bot} IS NULL OR bot = {bot} OR ({without_bot} AND bot IS NULL))"},
    /* OFFSET 0 keeps PostgreSQL from scanning all persons' documents in the order of numbers. */
    {"page",
     "SELECT number FROM (SELECT number FROM document WHERE {theirs} OFFSET 0) one"
     " ORDER BY number LIMIT {limit}"},
    {NULL, NULL}
};

static const struct db_statement erase_statement = {
    .name = "document_erase",
    .parameters = "tenant uuid, person bigint, bot text, without_bot boolean, limit bigint",
    .parts = {persons},
    .sql = "WITH gone AS (DELETE FROM document WHERE number IN ({page})"
           "  RETURNING tenant_id, id, version),"
           " buried AS (INSERT INTO document_tombstone AS t (tenant_id, id, version)"
           "  SELECT tenant_id, id, version FROM gone"
           "  ON CONFLICT ON CONSTRAINT document_tombstone_once DO UPDATE"
           "   SET version = EXCLUDED.version, tx = pg_current_xact_id(), deleted_at = now()"
           "   WHERE t.version < EXCLUDED.version)"
           " SELECT count(*) FROM gone",
};

/* Locks the documents before their vectors, as the writer of vectors does (embeddings/vector_store.c):
 * otherwise both wait for each other. */
static const struct db_statement lock_page_statement = {
    .name = "document_lock_page",
    .parameters = "tenant uuid, person bigint, bot text, without_bot boolean, limit bigint",
    .parts = {persons},
    .sql = "SELECT FROM document WHERE number IN ({page}) ORDER BY number FOR UPDATE",
};

/* Deletes vectors by a statement of their own, before the documents, so that the triggers of the
 * table of vectors see all deleted rows at once. */
static const struct db_statement erase_vectors_statement = {
    .name = "document_erase_vectors",
    .parameters = "tenant uuid, person bigint, bot text, without_bot boolean, limit bigint",
    .parts = {persons},
    .sql = "WITH theirs AS MATERIALIZED ({page}),"
           " due AS (DELETE FROM vector_due v USING theirs t WHERE v.number = t.number)"
           " DELETE FROM document_vector v USING theirs t WHERE v.number = t.number",
};

static const struct db_statement persons_statement = {
    .name = "document_persons",
    .parameters = "tenant uuid, person bigint, bot text, without_bot boolean",
    .parts = {persons},
    .sql = "SELECT count(*) FROM document WHERE {theirs}",
};

/* The number of this transaction if it has one, which it gets with its first write; otherwise the
 * last number that any transaction had got when the snapshot was taken. */
static const struct db_statement latest_statement = {
    .name = "document_latest",
    .sql = "SELECT greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1,"
           "  pg_current_xact_id_if_assigned()::text::bigint)",
};

static const struct db_statement erased_statement = {
    .name = "document_erased",
    .parameters = "tenant uuid",
    .sql = "WITH counts AS (UPDATE document_removal SET erased = removed"
           "  WHERE tenant_id = {tenant} AND erased < removed RETURNING tenant_id)"
           " SELECT nextval('document_erasures') FROM counts",
};

static const struct db_statement erasures_statement = {
    .name = "document_erasures",
    .sql = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM document_erasures",
};

static const struct db_statement own_statement = {
    .name = "document_own",
    .parameters = "tenant uuid",
    .sql = "SELECT coalesce((SELECT documents FROM document_count WHERE tenant_id = {tenant}), 0)",
};

static const struct db_statement count_statement = {
    .name = "document_count",
    .parameters = "tenant uuid, limit bigint",
    .sql = "SELECT count(*) FROM"
           " (SELECT FROM document WHERE tenant_id = {tenant} LIMIT {limit}) counted",
};
// clang-format on

bool document_store_lock(struct db *tx, bool exclusive, struct fault *fault)
{
    return db_query(tx, exclusive ? &lock_statement : &share_statement, DB_NO_VALUES, NULL, fault);
}

bool document_store_write_newer(struct db *tx, enum document_source source,
                                const struct document *list, size_t count, int64_t *written,
                                struct fault *fault)
{
    assert(count <= DOCUMENTS_MAX);
    struct db_value values[2 + COLUMNS] = {db_str(document_source_names[source]),
                                           db_int(WORDS_VERSION)};
    auto_rows struct db_rows rows = {0};

    for (size_t i = 0; i < COLUMNS; i++)
        values[2 + i] = db_array_of(&columns[i], list, sizeof *list, count);
    if (!db_query(tx, &write_statement, values, 2 + COLUMNS, &rows, fault))
        return false;
    *written = rows.affected;
    return true;
}

bool document_store_delete_feed_documents(struct db *tx, const struct document *list, size_t count,
                                          struct fault *fault)
{
    assert(count <= DOCUMENTS_MAX);
    return db_query(tx, &bury_statement,
                    DB_VALUES(DB_MEMBERS(DB_UUID, list, count, tenant_id),
                              DB_MEMBERS(DB_TEXT, list, count, id)),
                    NULL, fault);
}

bool document_store_erase_page_of_person(struct db *tx, const struct uuid *tenant_id,
                                         const struct document_person *person, int64_t *erased,
                                         struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    const struct db_value values[] = {db_uuid(tenant_id), db_int(person->user_id),
                                      db_text(person->bot), db_bool(person->without_bot),
                                      db_int(DOCUMENTS_ERASED_MAX)};
    const struct db_call calls[] = {
        {&lock_page_statement,     values, 5, NULL },
        {&erase_vectors_statement, values, 5, NULL },
        {&erase_statement,         values, 5, &rows},
    };

    if (!db_query_all(tx, calls, ARRAY_LEN(calls), fault))
        return false;
    *erased = db_get_int(&rows, 0, 0);
    return true;
}

bool document_store_count_of_person(struct db *db, const struct uuid *tenant_id,
                                    const struct document_person *person, int64_t *count,
                                    struct fault *fault)
{
    return db_query_number(db, &persons_statement,
                           DB_VALUES(db_uuid(tenant_id), db_int(person->user_id),
                                     db_text(person->bot), db_bool(person->without_bot)),
                           count, fault);
}

bool document_store_read_latest_tx(struct db *tx, int64_t *latest_tx, struct fault *fault)
{
    return db_query_number(tx, &latest_statement, DB_NO_VALUES, latest_tx, fault);
}

bool document_store_increment_erasure_count(struct db *tx, const struct uuid *tenant_id,
                                            struct fault *fault)
{
    return db_query(tx, &erased_statement, DB_VALUES(db_uuid(tenant_id)), NULL, fault);
}

bool document_store_read_erasure_count(struct db *db, int64_t *count, struct fault *fault)
{
    return db_query_number(db, &erasures_statement, DB_NO_VALUES, count, fault);
}

bool document_store_count_uploaded(struct db *tx, const struct uuid *tenant_id, int64_t *count,
                                   struct fault *fault)
{
    return db_query_number(tx, &own_statement, DB_VALUES(db_uuid(tenant_id)), count, fault);
}

bool document_store_count_capped(struct db *db, const struct uuid *tenant_id, int64_t *count,
                                 struct fault *fault)
{
    return db_query_number(db, &count_statement,
                           DB_VALUES(db_uuid(tenant_id), db_int(DOCUMENTS_COUNTED_MAX)), count,
                           fault);
}
