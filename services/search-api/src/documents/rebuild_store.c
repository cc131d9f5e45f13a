// SPDX-License-Identifier: MIT
#include "documents/rebuild_store.h"

#include "documents/document_store.h"
#include "text/words.h"

// clang-format off
static const struct db_statement look_statement = {
    .name = "rebuild_look",
    .parameters = "normaliser bigint",
    .sql = "SELECT EXISTS (SELECT FROM document WHERE normaliser < {normaliser}::smallint),"
           " EXISTS (SELECT FROM document WHERE normaliser > {normaliser}::smallint),"
           " EXISTS (SELECT FROM rebuild WHERE ended_at IS NULL)",
};

#define PAGE_OF                                                                                    \
    "SELECT number, text, id, found, normaliser FROM ("                                            \
    " SELECT *, count(*) OVER () AS found,"                                                        \
    "  sum(octet_length(text)) OVER (ROWS UNBOUNDED PRECEDING) AS bytes FROM ("
#define PAGE_CUT                                                                                   \
    ") page) cut WHERE bytes <= {room} OR bytes = octet_length(text)"

static const struct db_statement older_statement = {
    .name = "rebuild_older",
    .parameters = "normaliser bigint, rules bigint, number bigint, limit bigint, room bigint",
    .sql = PAGE_OF
           "SELECT number, text, id, normaliser FROM document WHERE normaliser < {normaliser}::smallint"
           "  AND (normaliser, number) > ({rules}::smallint, {number})"
           " ORDER BY normaliser, number LIMIT {limit} FOR UPDATE SKIP LOCKED"
           PAGE_CUT,
};

static const struct db_statement first_statement = {
    .name = "rebuild_first",
    .sql = "SELECT tenant_id, place FROM rebuild WHERE ended_at IS NULL"
           " ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED",
};

static const struct db_statement asked_statement = {
    .name = "rebuild_asked",
    .parameters = "tenant uuid, place text, limit bigint, room bigint",
    .sql = PAGE_OF
           "SELECT number, text, id, normaliser FROM document WHERE tenant_id = {tenant} AND id > {place}"
           " ORDER BY id LIMIT {limit} FOR UPDATE"
           PAGE_CUT,
};

static const struct db_statement write_statement = {
    .name = "rebuild_write",
    .parameters = "normaliser bigint, numbers bigint[], lengths bigint[], terms text[]",
    .sql = "UPDATE document d SET length = g.length::smallint, terms = g.terms::tsvector,"
           "  normaliser = {normaliser}::smallint"
           " FROM unnest({numbers}, {lengths}, {terms}) AS g (number, length, terms)"
           " WHERE d.number = g.number AND d.normaliser <= {normaliser}::smallint",
};

/* `done` also counts documents that were inserted during the rebuild, so `total` must not fall
 * below it. */
static const struct db_statement move_statement = {
    .name = "rebuild_move",
    .parameters = "tenant uuid, place text, count bigint, more boolean",
    .sql = "UPDATE rebuild SET place = coalesce({place}, place), done = done + {count},"
           "  total = CASE WHEN {more} THEN greatest(total, done + {count}) ELSE done + {count} END,"
           "  ended_at = CASE WHEN NOT {more} THEN now() END"
           " WHERE tenant_id = {tenant}",
};

static const struct db_statement ask_statement = {
    .name = "rebuild_ask",
    .parameters = "tenant uuid, limit bigint",
    .sql = "INSERT INTO rebuild AS r (tenant_id, total) SELECT {tenant}, count(*)"
           " FROM (SELECT FROM document WHERE tenant_id = {tenant} LIMIT {limit}) counted"
           " ON CONFLICT (tenant_id) DO UPDATE SET total = EXCLUDED.total, done = 0, place = '',"
           "  asked_at = now(), ended_at = NULL"
           " WHERE r.ended_at IS NOT NULL",
};

static const struct db_statement progress_statement = {
    .name = "rebuild_progress",
    .parameters = "tenant uuid, normaliser bigint, limit bigint",
    .sql = "SELECT r.done, r.total, r.ended_at IS NULL, (SELECT count(*) FROM (SELECT FROM document"
           "   WHERE tenant_id = {tenant} AND normaliser < {normaliser}::smallint LIMIT {limit}) counted)"
           " FROM (SELECT) one LEFT JOIN rebuild r ON r.tenant_id = {tenant}",
};
// clang-format on

bool rebuild_store_check_for_work(struct db *db, struct rebuild_work *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &look_statement, DB_VALUES(db_int(WORDS_VERSION)), &rows, fault))
        return false;
    *out = (struct rebuild_work){.older = db_get_bool(&rows, 0, 0),
                                 .newer = db_get_bool(&rows, 0, 1),
                                 .requested = db_get_bool(&rows, 0, 2)};
    return true;
}

/* Fills the page from the rows, whose memory then belongs to the arena. */
static bool read_page(struct db_rows *rows, struct arena *arena, struct rebuild_page *page,
                      struct fault *fault)
{
    const size_t count = (size_t)rows->count;

    page->numbers = arena_alloc(arena, (count + 1) * sizeof *page->numbers);
    page->documents = arena_alloc(arena, (count + 1) * sizeof *page->documents);
    if (page->numbers == NULL || page->documents == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < count; i++) {
        page->numbers[i] = db_get_int(rows, (int)i, 0);
        page->documents[i] = (struct document){.text = db_get_text(rows, (int)i, 1)};
        page->last = db_get_text(rows, (int)i, 2);
        page->cursor =
            (struct rebuild_cursor){db_get_int(rows, (int)i, 4), db_get_int(rows, (int)i, 0)};
    }
    page->count = count;
    page->more = count > 0 && (db_get_int(rows, 0, 3) > rows->count || count == REBUILD_ROWS_MAX);
    return db_rows_keep(rows, arena, fault);
}

bool rebuild_store_read_outdated_page(struct db *tx, const struct rebuild_cursor *cursor,
                                      struct arena *arena, struct rebuild_page *out,
                                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    *out = (struct rebuild_page){.count = 0};
    return db_query(tx, &older_statement,
                    DB_VALUES(db_int(WORDS_VERSION), db_int(cursor->rules), db_int(cursor->number),
                              db_int(REBUILD_ROWS_MAX), db_int(REBUILD_BYTES_MAX)),
                    &rows, fault) &&
           read_page(&rows, arena, out, fault);
}

bool rebuild_store_read_page_of_oldest_request(struct db *tx, struct arena *arena,
                                               struct rebuild_page *out, struct fault *fault)
{
    auto_rows struct db_rows first = {0};
    auto_rows struct db_rows rows = {0};

    *out = (struct rebuild_page){.count = 0};
    if (!db_query(tx, &first_statement, DB_NO_VALUES, &first, fault))
        return false;
    if (first.count == 0)
        return true;
    out->tenant_id = db_get_uuid(&first, 0, 0);
    return db_query(tx, &asked_statement,
                    DB_VALUES(db_uuid(&out->tenant_id), db_text(db_get_text(&first, 0, 1)),
                              db_int(REBUILD_ROWS_MAX), db_int(REBUILD_BYTES_MAX)),
                    &rows, fault) &&
           read_page(&rows, arena, out, fault);
}

bool rebuild_store_write_terms(struct db *tx, const struct rebuild_page *page, struct fault *fault)
{
    return db_query(tx, &write_statement,
                    DB_VALUES(db_int(WORDS_VERSION), DB_ITEMS(DB_INT, page->numbers, page->count),
                              DB_MEMBERS(DB_INT, page->documents, page->count, length),
                              DB_MEMBERS(DB_TEXT, page->documents, page->count, terms)),
                    NULL, fault);
}

bool rebuild_store_write_progress(struct db *tx, const struct rebuild_page *page,
                                  struct fault *fault)
{
    return db_query(tx, &move_statement,
                    DB_VALUES(db_uuid(&page->tenant_id), db_text(page->last),
                              db_int((int64_t)page->count), db_bool(page->more)),
                    NULL, fault);
}

bool rebuild_store_request(struct db *tx, const struct uuid *tenant_id, bool *begun,
                           struct fault *fault)
{
    return db_query_one(tx, &ask_statement,
                        DB_VALUES(db_uuid(tenant_id), db_int(DOCUMENTS_COUNTED_MAX)), begun, fault);
}

bool rebuild_store_read_progress(struct db *db, const struct uuid *tenant_id,
                                 struct rebuild_progress *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(
            db, &progress_statement,
            DB_VALUES(db_uuid(tenant_id), db_int(WORDS_VERSION), db_int(DOCUMENTS_COUNTED_MAX)),
            &rows, fault))
        return false;
    *out = (struct rebuild_progress){.older = db_get_int(&rows, 0, 3)};
    if (db_is_null(&rows, 0, 0))
        return true;
    out->done = db_get_int(&rows, 0, 0);
    out->total = db_get_int(&rows, 0, 1);
    out->state = db_get_bool(&rows, 0, 2) ? REBUILD_RUNNING : REBUILD_DONE;
    return true;
}
