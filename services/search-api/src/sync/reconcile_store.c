// SPDX-License-Identifier: MIT
#include "sync/reconcile_store.h"

static const char *const phase_names[] = {"feed", "documents", "orphans", "ended", NULL};

// clang-format off
#define STATE                                                                                      \
    "phase, epoch, tx, id, number, of_epoch, documents, orphans, began_at, ended_at, stopped"
static const struct db_statement state_statement = {
    .name = "reconcile_state",
    .sql = "SELECT " STATE " FROM feed_check WHERE feed = 'bot.messages'",
};

static const struct db_statement begin_statement = {
    .name = "reconcile_begin",
    .sql = "INSERT INTO feed_check (feed, " STATE ")"
           " VALUES ('bot.messages', 'ended', 0, 0, '00000000-0000-0000-0000-000000000000', 0, 0, 0,"
           "  0, 'epoch', NULL, false)"
           " ON CONFLICT DO NOTHING",
};

static const struct db_statement lock_statement = {
    .name = "reconcile_lock",
    .sql = "SELECT " STATE " FROM feed_check WHERE feed = 'bot.messages' FOR UPDATE",
};

static const struct db_statement set_statement = {
    .name = "reconcile_set",
    .parameters = "phase text, epoch bigint, tx bigint, id text, number bigint, of_epoch bigint,"
                  " documents bigint, orphans bigint, began_at timestamptz, ended_at timestamptz,"
                  " stopped boolean",
    .sql = "UPDATE feed_check SET phase = {phase}, epoch = {epoch}, tx = {tx}, id = {id}::uuid,"
           "  number = {number}, of_epoch = {of_epoch}, documents = {documents},"
           "  orphans = {orphans}, began_at = {began_at}, ended_at = {ended_at},"
           "  stopped = {stopped}"
           " WHERE feed = 'bot.messages'",
};

/* The limit is a constant, so that a generic plan expects few rows. The cursors are in SELECTs, so
 * that the planner does not know their values. If it knew them, it would expect few rows after the
 * cursor, because all rows share the epoch, and would sort all rows. */
static const struct db_statement compare_statement = {
    .name = "reconcile_compare",
    .parameters = "epoch bigint, tx bigint, id text, end_epoch bigint, end_tx bigint, end_id text",
    .sql = "SELECT epoch::bigint, tx::text::bigint, id, differs FROM ("
           " SELECT p.*, row_number() OVER (ORDER BY p.epoch, p.tx, p.id) AS place,"
           "   count(*) OVER () AS whole,"
           "   CASE WHEN p.deleted THEN coalesce(d.source = 'bot-gateway', false)"
           "   WHEN d.number IS NULL THEN NOT EXISTS (SELECT FROM document_tombstone t"
           "    WHERE t.tenant_id = p.tenant_id AND t.id = p.id::text AND t.version >= p.version)"
           "   ELSE d.source = 'bot-gateway' AND d.version < p.version END AS differs"
           "  FROM (SELECT feed.epoch, feed.tx, feed.id, feed.tenant_id, feed.deleted, feed.version"
           "    FROM bot.feed_messages feed"
           "    WHERE (feed.epoch, feed.tx, feed.id) >"
           "      ((SELECT {epoch}::integer), (SELECT {tx}::text::xid8), (SELECT {id}::text::uuid))"
           "     AND (feed.epoch, feed.tx, feed.id) <="
           "      ((SELECT {end_epoch}::integer), (SELECT {end_tx}::text::xid8), (SELECT {end_id}::text::uuid))"
           "    ORDER BY feed.epoch, feed.tx, feed.id LIMIT 1000) p"
           "   LEFT JOIN document d ON d.tenant_id = p.tenant_id AND d.id = p.id::text) page"
           " WHERE differs OR place = whole ORDER BY place",
};

#define MISSING                                                                                    \
    "missing AS MATERIALIZED (SELECT p.number, p.version FROM page p WHERE p.fed"                  \
    "  AND NOT EXISTS (SELECT FROM known k WHERE k.id = p.id AND k.tenant_id = p.tenant_id))"

static const struct db_statement find_statement = {
    .name = "reconcile_find",
    .parameters = "after bigint",
    .sql = "WITH page AS MATERIALIZED (SELECT number, version, tenant_id,"
           "   source = 'bot-gateway' AS fed, " FEED_MESSAGE_ID " AS id"
           "  FROM document WHERE number > {after} ORDER BY number LIMIT 1000),"
           " " FEED_KNOWN ", " MISSING ","
           " added AS (INSERT INTO feed_orphan (number) SELECT number FROM missing"
           "  ON CONFLICT DO NOTHING)"
           " SELECT max(number), count(*) FILTER (WHERE fed), (SELECT count(*) FROM missing) FROM page",
};

/* The tombstone informs the lexicon and other readers of deletions. Its version is -1, so that any
 * version restores the document. */
static const struct db_statement delete_statement = {
    .name = "reconcile_delete",
    .sql = "WITH page AS MATERIALIZED (SELECT o.number, d.version, d.tenant_id,"
           "   d.source = 'bot-gateway' AS fed, " FEED_MESSAGE_ID " AS id"
           "  FROM (SELECT number FROM feed_orphan ORDER BY number LIMIT 300) o"
           "  LEFT JOIN document d ON d.number = o.number),"
           " " FEED_KNOWN ", " MISSING ","
           " gone AS (DELETE FROM document d USING missing m"
           "  WHERE d.number = m.number AND d.version = m.version RETURNING d.tenant_id, d.id),"
           " told AS (INSERT INTO document_tombstone AS t (tenant_id, id, version)"
           "  SELECT tenant_id, id, -1 FROM gone"
           "  ON CONFLICT ON CONSTRAINT document_tombstone_once DO UPDATE"
           "   SET tx = pg_current_xact_id(), deleted_at = now()),"
           " checked AS (DELETE FROM feed_orphan o USING page p WHERE o.number = p.number)"
           " SELECT count(*) FROM page",
};

static const struct db_statement forget_statement = {
    .name = "reconcile_forget",
    .sql = "DELETE FROM feed_orphan"
           " WHERE number = ANY (ARRAY(SELECT number FROM feed_orphan ORDER BY number LIMIT 10000))",
};
// clang-format on

static void read_state(const struct db_rows *rows, struct reconcile_state *out)
{
    *out = (struct reconcile_state){
        .exists = true,
        .cursor = {.epoch = db_get_int(rows, 0, 1),
                   .tx = db_get_int(rows, 0, 2),
                   .id = db_get_uuid(rows, 0, 3)},
        .number = db_get_int(rows, 0, 4),
        .of_epoch = db_get_int(rows, 0, 5),
        .documents = db_get_int(rows, 0, 6),
        .orphans = db_get_int(rows, 0, 7),
        .began_at = db_get_time(rows, 0, 8),
        .ended_at = db_get_time(rows, 0, 9),
        .stopped = db_get_bool(rows, 0, 10),
    };
    while (!slice_is(db_get_text(rows, 0, 0), phase_names[out->phase]))
        out->phase++;
}

bool reconcile_store_read_state(struct db *db, struct reconcile_state *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &state_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *out = (struct reconcile_state){.phase = RECONCILE_ENDED, .ended_at = FIELD_ABSENT};
    if (rows.count > 0)
        read_state(&rows, out);
    return true;
}

bool reconcile_store_lock_state(struct db *tx, const struct reconcile_state *before,
                                struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    const struct db_call calls[] = {
        {&begin_statement, DB_NO_VALUES, NULL },
        {&lock_statement,  DB_NO_VALUES, &rows},
    };
    struct reconcile_state now;

    if (!db_query_all(tx, calls, 2, fault))
        return false;
    read_state(&rows, &now);
    if (!before->exists ||
        (now.phase == before->phase && now.number == before->number &&
         now.cursor.epoch == before->cursor.epoch && now.cursor.tx == before->cursor.tx &&
         uuid_equal(&now.cursor.id, &before->cursor.id) && now.began_at == before->began_at))
        return true;
    return fault_set(fault, FAULT_CONFLICT, "feed_moved",
                     "Another instance has compared the feed.");
}

bool reconcile_store_write_state(struct db *tx, const struct reconcile_state *after,
                                 struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&after->cursor.id, id);
    return db_query(tx, &set_statement,
                    DB_VALUES(db_str(phase_names[after->phase]), db_int(after->cursor.epoch),
                              db_int(after->cursor.tx), db_str(id), db_int(after->number),
                              db_int(after->of_epoch), db_int(after->documents),
                              db_int(after->orphans), db_time(after->began_at),
                              db_time(after->ended_at), db_bool(after->stopped)),
                    NULL, fault);
}

bool reconcile_store_compare_page(struct db *db, const struct feed_cursor *after,
                                  const struct feed_cursor *end, struct arena *arena,
                                  struct reconcile_differing *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    char id[UUID_TEXT_LEN + 1];
    char end_id[UUID_TEXT_LEN + 1];

    uuid_format(&after->id, id);
    uuid_format(&end->id, end_id);
    if (!db_query(db, &compare_statement,
                  DB_VALUES(db_int(after->epoch), db_int(after->tx), db_str(id), db_int(end->epoch),
                            db_int(end->tx), db_str(end_id)),
                  &rows, fault))
        return false;
    *out = (struct reconcile_differing){.any = rows.count > 0};
    out->ids = arena_alloc(arena, RECONCILE_REPAIR * sizeof *out->ids);
    if (out->ids == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows.count; i++) {
        out->cursor = (struct feed_cursor){.epoch = db_get_int(&rows, i, 0),
                                           .tx = db_get_int(&rows, i, 1),
                                           .id = db_get_uuid(&rows, i, 2)};
        if (!db_get_bool(&rows, i, 3))
            continue;
        if (out->count < RECONCILE_REPAIR)
            out->ids[out->count] = db_uuid(&out->cursor.id);
        out->count++;
    }
    return true;
}

bool reconcile_store_find_orphans_in_page(struct db *tx, struct reconcile_state *state,
                                          bool *page_has_documents, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &find_statement, DB_VALUES(db_int(state->number)), &rows, fault))
        return false;
    *page_has_documents = !db_is_null(&rows, 0, 0);
    if (*page_has_documents)
        state->number = db_get_int(&rows, 0, 0);
    state->documents += db_get_int(&rows, 0, 1);
    state->orphans += db_get_int(&rows, 0, 2);
    return true;
}

bool reconcile_store_delete_page_of_orphans(struct db *tx, bool *page_has_orphans,
                                            struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &delete_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *page_has_orphans = db_get_int(&rows, 0, 0) > 0;
    return true;
}

bool reconcile_store_forget_page_of_orphans(struct db *tx, bool *more, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &forget_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *more = rows.affected == RECONCILE_FORGET;
    return true;
}
