// SPDX-License-Identifier: MIT
#include "embeddings/vector_store.h"

#include <assert.h>

// clang-format off
#define TODAY  "(now() AT TIME ZONE 'UTC')::date"
#define MINUTE "date_trunc('minute', now())"
#define KEPT_DAYS "31" /* rows of embedding_use are deleted after so many days */

/* A lease that ends later than any lease can end is of a clock that was ahead, and does not hold.
 * The tolerance is for a transaction that waits for that of another instance: its now() is older. */
static const struct db_statement lease_statement = {
    .name = "vector_lease",
    .parameters = "who uuid, seconds bigint",
    .sql = "INSERT INTO embedding_work AS w (leased_by, leased_until, minute, texts)"
           " VALUES ({who}, now() + {seconds} * interval '1 second', " MINUTE ", 0)"
           " ON CONFLICT (single) DO UPDATE SET leased_by = EXCLUDED.leased_by,"
           "  leased_until = EXCLUDED.leased_until,"
           "  texts = CASE WHEN w.minute < EXCLUDED.minute THEN 0 ELSE w.texts END,"
           "  minute = EXCLUDED.minute"
           "  WHERE w.leased_by = {who} OR w.leased_until < now()"
           "   OR w.leased_until > now() + {seconds} * interval '2 seconds'"
           " RETURNING texts",
};

static const struct db_statement charge_statement = {
    .name = "vector_charge",
    .parameters = "who uuid, texts bigint, done boolean",
    .sql = "UPDATE embedding_work SET texts = texts + {texts},"
           "  leased_until = CASE WHEN {done} THEN '-infinity' ELSE leased_until END"
           " WHERE leased_by = {who}",
};

/* Writes in the order of tenants, so that concurrent writers lock in one order. */
static const struct db_statement spend_statement = {
    .name = "vector_spend",
    .parameters = "tenants uuid[], tokens bigint[]",
    .sql = "WITH old AS (DELETE FROM embedding_use WHERE day < " TODAY " - " KEPT_DAYS ")"
           " INSERT INTO embedding_use AS u (day, tenant_id, tokens)"
           " SELECT " TODAY ", g.tenant_id, sum(g.tokens)::bigint"
           " FROM unnest({tenants}, {tokens}) AS g (tenant_id, tokens)"
           " GROUP BY g.tenant_id ORDER BY g.tenant_id"
           " ON CONFLICT (day, tenant_id) DO UPDATE SET tokens = u.tokens + EXCLUDED.tokens",
};

/* Finds each distinct tenant by one index scan, however many documents the tenant has. */
static const struct db_statement budget_statement = {
    .name = "vector_budget",
    .sql = "WITH RECURSIVE tenant (id) AS ("
           "  (SELECT tenant_id FROM document ORDER BY tenant_id LIMIT 1)"
           "  UNION ALL SELECT (SELECT d.tenant_id FROM document d WHERE d.tenant_id > t.id"
           "   ORDER BY d.tenant_id LIMIT 1) FROM tenant t WHERE t.id IS NOT NULL)"
           " SELECT coalesce((SELECT sum(tokens) FROM embedding_use WHERE day = " TODAY "), 0)::bigint,"
           "  (SELECT count(id) FROM tenant)",
};

/* Skips documents being deleted, and stops above the highest of them, because its deletion may be
 * rolled back. Unnamed, so that PostgreSQL plans the statement for the given limits: a generic plan
 * reads whole tables. */
static const struct db_statement queue_statement = {
    .parameters = "generation bigint, limit bigint",
    .sql = "WITH page AS (SELECT d.number FROM document d WHERE d.number <"
           "   (SELECT queued_below FROM generation WHERE number = {generation})"
           "  ORDER BY d.number DESC LIMIT {limit}),"
           " held AS (SELECT d.number, d.sent_at FROM page p JOIN document d ON d.number = p.number"
           "  FOR KEY SHARE OF d SKIP LOCKED),"
           " queued AS (INSERT INTO vector_due (generation, number, sent_at)"
           "  SELECT {generation}, h.number, h.sent_at FROM held h WHERE NOT EXISTS ("
           "   SELECT FROM document_vector v WHERE v.number = h.number AND v.generation = {generation})"
           "  ON CONFLICT DO NOTHING)"
           " UPDATE generation SET queued_below = coalesce("
           "  (SELECT max(p.number) + 1 FROM page p"
           "   WHERE NOT EXISTS (SELECT FROM held h WHERE h.number = p.number)),"
           "  (SELECT min(number) FROM page), 0)"
           " WHERE number = {generation} AND queued_below > 0 RETURNING queued_below",
};

/* The hash of a text, as the column document_vector.hash has it. */
#define HASH "substr(sha256(convert_to(d.text, 'UTF8')), 1, 16)"

/* Unnamed, so that PostgreSQL plans the statement for the given limits. Tenants with an exhausted
 * budget come last. They are read too, because some of their documents may need no tokens. */
static const struct db_statement due_statement = {
    .parameters = "generation bigint, limit bigint, room bigint, budget bigint",
    .sql = "WITH RECURSIVE tenant (id) AS ("
           "  (SELECT tenant_id FROM vector_due WHERE generation = {generation}"
           "   ORDER BY tenant_id LIMIT 1)"
           "  UNION ALL SELECT (SELECT v.tenant_id FROM vector_due v"
           "   WHERE v.generation = {generation} AND v.tenant_id > t.id"
           "   ORDER BY v.tenant_id LIMIT 1) FROM tenant t WHERE t.id IS NOT NULL),"
           " page AS (SELECT due.number, t.id AS tenant_id, coalesce(u.tokens, 0) AS used,"
           "   row_number() OVER (ORDER BY coalesce(u.tokens, 0) >= {budget}, due.turn,"
           "    due.sent_at DESC, due.number DESC) AS place"
           "  FROM tenant t"
           "  LEFT JOIN embedding_use u ON u.day = " TODAY " AND u.tenant_id = t.id"
           "  CROSS JOIN LATERAL (SELECT number, sent_at,"
           "    row_number() OVER (ORDER BY sent_at DESC, number DESC) AS turn FROM vector_due"
           "   WHERE generation = {generation} AND tenant_id = t.id AND next_at <= now()"
           "   ORDER BY sent_at DESC, number DESC LIMIT {limit}) due"
           "  WHERE t.id IS NOT NULL ORDER BY place LIMIT {limit})"
           " SELECT d.number, d.length, d.text, d.hash, v.vector, v.truncated, d.tenant_id, d.used"
           " FROM (SELECT d.number, d.length, d.text, " HASH " AS hash, p.tenant_id, p.used, p.place,"
           "   sum(octet_length(d.text)) OVER (ORDER BY p.place) AS bytes"
           "  FROM page p JOIN document d ON d.number = p.number) d"
           " LEFT JOIN LATERAL (SELECT vector, truncated FROM document_vector v"
           "  WHERE v.generation = {generation} AND v.hash = d.hash LIMIT 1) v ON true"
           " WHERE d.bytes <= {room} OR d.bytes = octet_length(d.text)"
           " ORDER BY d.place",
};

/* Skips documents being changed. The share lock delays an edit of the text until the vector is
 * written, because the edit must delete the vector. */
static const struct db_statement write_statement = {
    .name = "vector_write",
    .parameters = "generation bigint, numbers bigint[], hashes bytea[], vectors bytea[],"
                  " truncated boolean[]",
    .sql = "WITH held AS (SELECT d.number, g.hash, g.vector, g.truncated"
           "  FROM unnest({numbers}, {hashes}, {vectors}, {truncated})"
           "   AS g (number, hash, vector, truncated)"
           "  JOIN document d ON d.number = g.number"
           "  WHERE " HASH " = g.hash FOR SHARE OF d SKIP LOCKED),"
           " written AS (INSERT INTO document_vector (generation, number, hash, vector, truncated)"
           "  SELECT {generation}, number, hash, vector, truncated FROM held"
           "  WHERE vector IS NOT NULL ON CONFLICT DO NOTHING)"
           " DELETE FROM vector_due v USING held h"
           " WHERE v.generation = {generation} AND v.number = h.number",
};

static const struct db_statement postpone_statement = {
    .name = "vector_postpone",
    .parameters = "generation bigint, numbers bigint[]",
    .sql = "WITH late AS (UPDATE vector_due SET tries = tries + 1,"
           "   next_at = now() + (tries + 1) * interval '1 hour'"
           "  WHERE generation = {generation} AND number = ANY ({numbers}) AND tries < 2)"
           " DELETE FROM vector_due"
           " WHERE generation = {generation} AND number = ANY ({numbers}) AND tries >= 2",
};

static const struct db_statement due_count_statement = {
    .name = "vector_due_count",
    .parameters = "generation bigint, limit bigint",
    .sql = "SELECT count(*) FROM (SELECT FROM vector_due WHERE generation = {generation}"
           " LIMIT {limit}) due",
};

static const struct db_statement tenant_due_statement = {
    .name = "vector_tenant_due",
    .parameters = "generation bigint, tenant uuid",
    .sql = "SELECT count(*) FROM (SELECT FROM generation"
           "  WHERE number = {generation} AND queued_below > 0"
           " UNION ALL (SELECT FROM vector_due"
           "  WHERE generation = {generation} AND tenant_id = {tenant} LIMIT 1)) due",
};

static const struct db_statement tokens_statement = {
    .name = "vector_tokens",
    .parameters = "tenant uuid",
    .sql = "SELECT coalesce(sum(tokens), 0)::bigint,"
           "  coalesce(sum(tokens) FILTER (WHERE tenant_id = {tenant}), 0)::bigint"
           " FROM embedding_use WHERE day = " TODAY,
};
// clang-format on

bool vector_store_take_lease(struct db *tx, const struct uuid *instance, int64_t seconds,
                             bool *granted, int64_t *texts_in_minute, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &lease_statement, DB_VALUES(db_uuid(instance), db_int(seconds)), &rows,
                  fault))
        return false;
    *granted = rows.count == 1;
    if (*granted)
        *texts_in_minute = db_get_int(&rows, 0, 0);
    return true;
}

bool vector_store_charge_texts(struct db *tx, const struct uuid *instance, int64_t texts,
                               bool ends_lease, struct fault *fault)
{
    return db_query(tx, &charge_statement,
                    DB_VALUES(db_uuid(instance), db_int(texts), db_bool(ends_lease)), NULL, fault);
}

bool vector_store_add_used_tokens(struct db *tx, const struct vector_spent *list, size_t count,
                                  struct fault *fault)
{
    assert(count <= VECTORS_WRITTEN_MAX);
    return count == 0 || db_query(tx, &spend_statement,
                                  DB_VALUES(DB_MEMBERS(DB_UUID, list, count, tenant_id),
                                            DB_MEMBERS(DB_INT, list, count, tokens)),
                                  NULL, fault);
}

bool vector_store_read_budget(struct db *db, struct budget *budget, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &budget_statement, DB_NO_VALUES, &rows, fault))
        return false;
    budget->used = db_get_int(&rows, 0, 0);
    budget->tenants = db_get_int(&rows, 0, 1);
    return true;
}

bool vector_store_queue_documents(struct db_pool *pool, int64_t generation, int64_t limit,
                                  int64_t *queued_below, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_execute(pool, &queue_statement, DB_VALUES(db_int(generation), db_int(limit)), &rows,
                    fault))
        return false;
    *queued_below = rows.count == 1 ? db_get_int(&rows, 0, 0) : 0;
    return true;
}

bool vector_store_list_due(struct db *tx, int64_t generation, int64_t limit,
                           const struct budget *budget, struct db_rows *rows, struct fault *fault)
{
    assert(limit <= VECTORS_WRITTEN_MAX);
    return db_query(tx, &due_statement,
                    DB_VALUES(db_int(generation), db_int(limit), db_int(VECTOR_CLAIM_BYTES),
                              db_int(budget_tenant_token_limit(budget))),
                    rows, fault);
}

void vector_store_read_due_row(struct db_rows *rows, int row, struct vector_due *out)
{
    *out = (struct vector_due){.number = db_get_int(rows, row, 0),
                               .words = db_get_int(rows, row, 1),
                               .text = db_get_text(rows, row, 2),
                               .hash = db_get_bytes(rows, row, 3),
                               .vector = db_get_bytes(rows, row, 4),
                               .truncated = db_get_bool(rows, row, 5),
                               .tenant_id = db_get_uuid(rows, row, 6),
                               .used = db_get_int(rows, row, 7)};
}

bool vector_store_write_vectors(struct db *tx, int64_t generation, const struct vector_made *list,
                                size_t count, struct fault *fault)
{
    return db_query(tx, &write_statement,
                    DB_VALUES(db_int(generation), DB_MEMBERS(DB_INT, list, count, number),
                              DB_MEMBERS(DB_BYTES, list, count, hash),
                              DB_MEMBERS(DB_BYTES, list, count, vector),
                              DB_MEMBERS(DB_BOOL, list, count, truncated)),
                    NULL, fault);
}

bool vector_store_postpone_refused(struct db *tx, int64_t generation, const int64_t *numbers,
                                   size_t count, struct fault *fault)
{
    assert(count <= VECTORS_WRITTEN_MAX);
    return db_query(tx, &postpone_statement,
                    DB_VALUES(db_int(generation), DB_ITEMS(DB_INT, numbers, count)), NULL, fault);
}

bool vector_store_count_due(struct db *db, int64_t generation, int64_t limit, int64_t *count,
                            struct fault *fault)
{
    return db_query_number(db, &due_count_statement, DB_VALUES(db_int(generation), db_int(limit)),
                           count, fault);
}

bool vector_store_may_be_due(struct db *db, int64_t generation, const struct uuid *tenant_id,
                             bool *due, struct fault *fault)
{
    int64_t count;

    if (!db_query_number(db, &tenant_due_statement,
                         DB_VALUES(db_int(generation), db_uuid(tenant_id)), &count, fault))
        return false;
    *due = count > 0;
    return true;
}

bool vector_store_read_used_tokens(struct db *db, const struct uuid *tenant_id,
                                   int64_t *used_by_all, int64_t *used_by_tenant,
                                   struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &tokens_statement, DB_VALUES(db_uuid(tenant_id)), &rows, fault))
        return false;
    *used_by_all = db_get_int(&rows, 0, 0);
    *used_by_tenant = db_get_int(&rows, 0, 1);
    return true;
}
