// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "api/deliver_private.h"

// clang-format off
/* Running calls of receiver r, and their limit. */
#define IN_FLIGHT                                                                                     \
    "(SELECT count(*) FROM delivery_lane f"                                                        \
    "  WHERE f.receiver_id = r.id AND f.leased_by IS NOT NULL AND f.due_at > now())"
#define CALLS_OF "CASE WHEN r.failing_since IS NULL THEN {calls} ELSE 1 END"
#define READY                                                                                      \
    " r.disabled_at IS NULL AND (r.rests_until IS NULL OR r.rests_until <= now())"                 \
    " AND " IN_FLIGHT " < " CALLS_OF

/* --- receivers --- */

static const struct db_statement receiver_statement = {
    .name = "deliver_receiver",
    .parameters = "id uuid, url text, key bytea",
    .sql = "INSERT INTO receiver (id, url, key) VALUES ({id}, {url}, {key})",
};

/* The first statement blocks concurrent inserts of items, which then find no receiver. Lock order
 * of all transactions: receiver, lanes by id, items. */
static const struct db_statement remove_statements[] = {
    {.name = "deliver_remove_hold", .parameters = "id uuid",
     .sql = "SELECT FROM receiver WHERE id = {id} FOR UPDATE"},
    {.name = "deliver_remove_hold_lanes", .parameters = "id uuid",
     .sql = "SELECT FROM delivery_lane WHERE receiver_id = {id} ORDER BY id FOR UPDATE"},
    {.name = "deliver_remove_items", .parameters = "id uuid",
     .sql = "DELETE FROM delivery WHERE receiver_id = {id}"},
    {.name = "deliver_remove_lanes", .parameters = "id uuid",
     .sql = "DELETE FROM delivery_lane WHERE receiver_id = {id}"},
    {.name = "deliver_remove", .parameters = "id uuid",
     .sql = "DELETE FROM receiver WHERE id = {id}"},
};
enum { REMOVE_STATEMENTS = ARRAY_LEN(remove_statements) };

/* --- items --- */

/* An insert locks its lanes, so that they are not removed meanwhile, in the order of receivers, so
 * that concurrent inserts into the same lanes do not deadlock. */
static const struct db_statement place_statement = {
    .name = "deliver_place",
    .parameters = "receivers text, item uuid, lane text, key text, body bytea",
    .sql = "WITH wanted AS MATERIALIZED ("
           "  SELECT r.id AS receiver_id,"
           "   left(encode(sha256(uuid_send(r.id) || uuid_send({item})), 'hex'), 32)::uuid AS id"
           "  FROM receiver r WHERE r.id = ANY ({receivers}::uuid[]) AND r.disabled_at IS NULL"
           "  FOR KEY SHARE),"
           " lanes AS (INSERT INTO delivery_lane AS l (receiver_id, key, due_at)"
           "  SELECT w.receiver_id, {lane}, now() FROM wanted w"
           "  WHERE NOT EXISTS (SELECT FROM delivery d WHERE d.id = w.id) ORDER BY w.receiver_id"
           "  ON CONFLICT ON CONSTRAINT delivery_lane_once DO UPDATE SET key = EXCLUDED.key"
           "  RETURNING l.id, l.receiver_id)"
           " INSERT INTO delivery (id, receiver_id, lane_id, item_id, idempotency_key, body)"
           " SELECT w.id, w.receiver_id, l.id, {item}, {key}, {body}"
           " FROM lanes l JOIN wanted w ON w.receiver_id = l.receiver_id",
};

/* The ids of deliveries, computed as above. */
static const struct db_part dropped_ids[] = {
    {"ids", "(SELECT left(encode(sha256(uuid_send(r.id) || uuid_send(i.id)), 'hex'), 32)::uuid"
            "  FROM unnest({receivers}::uuid[]) r (id), unnest({items}::uuid[]) i (id))"},
    {NULL, NULL},
};
/* Locks lanes in the order of inserts. */
static const struct db_statement drop_lanes_statement = {
    .name = "deliver_drop_lanes",
    .parameters = "receivers text, items text",
    .parts = {dropped_ids},
    .sql = "WITH held AS MATERIALIZED (SELECT l.id FROM delivery_lane l"
           "  WHERE l.id IN (SELECT d.lane_id FROM delivery d WHERE d.id IN {ids})"
           "  ORDER BY l.receiver_id, l.id FOR UPDATE)"
           " SELECT coalesce(array_agg(id), '{}')::text FROM held",
};
static const struct db_statement drop_statement = {
    .name = "deliver_drop",
    .parameters = "receivers text, items text",
    .parts = {dropped_ids},
    .sql = "DELETE FROM delivery d WHERE d.id IN {ids}",
};

/* --- taking --- */

static const struct db_statement due_statement = {
    .name = "deliver_due",
    .parameters = "calls integer",
    .sql = "SELECT ceil(extract(epoch FROM min(greatest(next.due_at, r.rests_until)) - now()) * 1000)::bigint"
           " FROM receiver r CROSS JOIN LATERAL ("
           "  SELECT min(l.due_at) AS due_at FROM delivery_lane l WHERE l.receiver_id = r.id) next"
           " WHERE r.disabled_at IS NULL AND next.due_at IS NOT NULL AND " IN_FLIGHT " < " CALLS_OF,
};

/* Not FOR UPDATE: inserts of items only need the receiver to exist. */
static const struct db_statement lock_statement = {
    .name = "deliver_lock",
    .parameters = "calls integer, most bigint",
    .sql = "WITH free AS MATERIALIZED ("
           "  SELECT r.id FROM receiver r CROSS JOIN LATERAL ("
           "   SELECT l.due_at FROM delivery_lane l WHERE l.receiver_id = r.id AND l.due_at <= now()"
           "   ORDER BY l.due_at LIMIT 1) head"
           "  WHERE" READY
           "  ORDER BY r.failing_since IS NOT NULL, r.served_at NULLS FIRST, head.due_at LIMIT {most} FOR NO KEY UPDATE OF r SKIP LOCKED)"
           " SELECT coalesce(array_agg(id), '{}')::text FROM free",
};

#define AT(member) offsetof(struct deliver_call, member)
static const struct db_column columns[] = {
    {DB_UUID,  AT(id),              .name = "id"},
    {DB_UUID,  AT(receiver_id),     .name = "receiver_id"},
    {DB_UUID,  AT(lane_id),         .name = "lane_id"},
    {DB_INT,   AT(history.tries),      .name = "tries"},
    {DB_INT,   AT(history.refusals),   .name = "refusals"},
    {DB_INT,   AT(history.failures),   .sql = "r.failures"},
    {DB_BOOL,  AT(failing),         .sql = "r.failing_since IS NOT NULL"},
    {DB_TEXT,  AT(idempotency_key), .name = "idempotency_key"},
    {DB_TEXT,  AT(url),             .sql = "r.url"},
    {DB_BYTES, AT(key),             .sql = "r.key"},
    {DB_BYTES, AT(body),            .name = "body"},
};
#undef AT
enum { COLUMNS = ARRAY_LEN(columns) };
static const struct db_shape shape = DB_SHAPE(columns, "d");

/* One head of each receiver, least recently served first; then their second ones. */
#define IN_TURN "turn, served_at NULLS FIRST, due_at, lane_id"
static const struct db_statement take_statement = {
    .name = "deliver_take",
    .parameters = "calls integer, receivers text, lease uuid, lease_ms bigint, room bigint, failing bigint,"
                  " bytes bigint, alone boolean",
    .shape = &shape,
    .sql = "WITH heads AS MATERIALIZED ("
           "  SELECT r.id AS receiver_id, r.served_at, l.id AS lane_id, l.due_at, head.id, head.size,"
           "   r.failing_since IS NOT NULL AS failing"
           "  FROM receiver r"
           "   CROSS JOIN LATERAL (SELECT id, due_at FROM delivery_lane"
           "    WHERE receiver_id = r.id AND due_at <= now() ORDER BY due_at"
           "    LIMIT greatest(0, " CALLS_OF " - " IN_FLIGHT ") FOR UPDATE SKIP LOCKED) l"
           "   CROSS JOIN LATERAL (SELECT id, octet_length(body) AS size FROM delivery"
           "    WHERE lane_id = l.id ORDER BY item_id LIMIT 1) head"
           "  WHERE r.id = ANY ({receivers}::uuid[])),"
           " turns AS (SELECT *, row_number() OVER (PARTITION BY receiver_id ORDER BY due_at, lane_id) AS turn FROM heads),"
           " ranked AS (SELECT *, row_number() OVER (PARTITION BY failing ORDER BY " IN_TURN ") AS nth FROM turns),"
           " fair AS (SELECT *, row_number() OVER (ORDER BY failing, " IN_TURN ") AS place,"
           "   sum(size) OVER (ORDER BY failing, " IN_TURN ") AS bytes"
           "  FROM ranked WHERE NOT failing OR nth <= {failing}),"
           " taken AS (UPDATE delivery_lane l"
           "  SET leased_by = {lease}, due_at = now() + {lease_ms} * interval '1 millisecond'"
           "  FROM fair f WHERE l.id = f.lane_id AND f.place <= {room}"
           "   AND (f.bytes <= {bytes} OR {alone} AND f.place = 1)"
           "  RETURNING f.id, f.receiver_id),"
           " served AS (UPDATE receiver SET served_at = clock_timestamp()"
           "  WHERE id IN (SELECT receiver_id FROM taken))"
           " SELECT {columns} FROM taken t JOIN delivery d ON d.id = t.id JOIN receiver r ON r.id = d.receiver_id",
};

/* --- results of calls --- */

#define MINE " d.id = {id} AND EXISTS (SELECT FROM delivery_lane l WHERE l.id = {lane} AND l.leased_by = {lease})"
#define LANE "id = {lane} AND leased_by = {lease}"
#define SETTLED "id uuid, lane uuid, lease uuid, dead boolean, refused boolean, reason text, lane_ms bigint"

/* Separate statements, so that they see items inserted during the wait for the lane's lock. */
static const struct db_statement hold_statement = {
    .name = "deliver_hold",
    .parameters = SETTLED,
    .sql = "SELECT FROM delivery_lane WHERE " LANE " FOR UPDATE",
};
static const struct db_statement done_statement = {
    .name = "deliver_done",
    .parameters = SETTLED,
    .sql = "DELETE FROM delivery d WHERE" MINE,
};
static const struct db_statement failed_statement = {
    .name = "deliver_failed",
    .parameters = SETTLED,
    .sql = "UPDATE delivery d SET tries = tries + 1, refusals = refusals + {refused}::integer, reason = {reason},"
           "  status = CASE WHEN {dead} THEN 'dead' ELSE status END,"
           "  lane_id = CASE WHEN {dead} THEN NULL ELSE lane_id END,"
           "  body = CASE WHEN {dead} THEN '' ELSE body END"
           " WHERE" MINE,
};
static const struct db_statement renew_statement = {
    .name = "deliver_renew",
    .parameters = SETTLED,
    .sql = "UPDATE delivery_lane SET leased_by = NULL, due_at = now() + {lane_ms} * interval '1 millisecond'"
           " WHERE " LANE " AND EXISTS (SELECT FROM delivery WHERE lane_id = {lane})",
};
static const struct db_statement leave_statement = {
    .name = "deliver_leave",
    .parameters = SETTLED,
    .sql = "DELETE FROM delivery_lane WHERE " LANE,
};

/* For the following statements: the receiver is locked before the lane. */
static const struct db_statement receiver_hold_statement = {
    .name = "deliver_receiver_hold",
    .parameters = "receiver uuid",
    .sql = "SELECT FROM receiver WHERE id = {receiver} FOR NO KEY UPDATE",
};
static const struct db_statement works_statement = {
    .name = "deliver_works",
    .parameters = "receiver uuid",
    .sql = "UPDATE receiver SET failing_since = NULL, last_error = NULL, failures = 0, rests_until = NULL"
           " WHERE id = {receiver} AND failing_since IS NOT NULL",
};
/* Of concurrent calls only one counts as a failure of the receiver: the others started with the
 * same `failures`. */
static const struct db_statement fails_statement = {
    .name = "deliver_fails",
    .parameters = "receiver uuid, reason text, gone boolean, rest_ms bigint, failures integer",
    .sql = "UPDATE receiver"
           " SET failing_since = coalesce(failing_since, now()), last_error = {reason},"
           "  disabled_at = CASE WHEN {gone} THEN coalesce(disabled_at, now()) ELSE disabled_at END,"
           "  rests_until = CASE WHEN {rest_ms} > 0 AND failures = {failures}"
           "   THEN now() + {rest_ms} * interval '1 millisecond' ELSE rests_until END,"
           "  failures = CASE WHEN {rest_ms} = 0 THEN 0 WHEN failures = {failures} THEN failures + 1 ELSE failures END"
           " WHERE id = {receiver}",
};

/* --- expiry --- */

#define OVER_NUMBERS "age_s bigint, most bigint, limit bigint"
/* Items d that are too old, beyond the limit, or of a disabled receiver. Each receiver's limit is
 * computed once: after its newest {most} items. */
#define CUTS                                                                                       \
    "WITH cut AS MATERIALIZED (SELECT r.id, CASE WHEN r.disabled_at IS NOT NULL THEN 'infinity' ELSE greatest("    \
    "   now() - {age_s} * interval '1 second',"                                                    \
    "   (SELECT x.placed_at FROM delivery x WHERE x.receiver_id = r.id AND x.status = 'waiting'"   \
    "    ORDER BY x.placed_at DESC OFFSET {most} LIMIT 1)) END AS before"                          \
    "  FROM receiver r)"
#define OVER                                                                                       \
    " FROM cut c CROSS JOIN LATERAL (SELECT d.id, d.lane_id FROM delivery d"                       \
    "  WHERE d.receiver_id = c.id AND d.status = 'waiting' AND d.placed_at <= c.before"            \
    "  ORDER BY d.placed_at LIMIT {limit}) d"
#define FORGOTTEN                                                                                  \
    " FROM receiver r CROSS JOIN LATERAL (SELECT d.id FROM delivery d WHERE d.receiver_id = r.id"  \
    "  AND d.status = 'dead' AND d.placed_at < now() - interval '8 days' LIMIT {limit}) dead"

static const struct db_statement left_statement = {
    .name = "deliver_left",
    .parameters = OVER_NUMBERS,
    .sql = CUTS
           " SELECT EXISTS (SELECT" OVER ") OR EXISTS (SELECT" FORGOTTEN "),"
           " (SELECT extract(epoch FROM now() - min(d.placed_at))::double precision"
           "  FROM receiver r CROSS JOIN LATERAL (SELECT placed_at FROM delivery"
           "   WHERE receiver_id = r.id AND status = 'waiting' ORDER BY placed_at LIMIT 1) d)",
};
/* Skips lanes with a running call. */
static const struct db_statement end_lanes_statement = {
    .name = "deliver_end_lanes",
    .parameters = OVER_NUMBERS,
    .sql = CUTS ","
           " free AS MATERIALIZED (SELECT l.id FROM delivery_lane l"
           "  WHERE (l.leased_by IS NULL OR l.due_at <= now())"
           "   AND l.id IN (SELECT d.lane_id" OVER " LIMIT {limit})"
           "  FOR UPDATE SKIP LOCKED)"
           " SELECT coalesce(array_agg(id), '{}')::text FROM free",
};
static const struct db_statement end_statement = {
    .name = "deliver_end",
    .parameters = OVER_NUMBERS ", lanes text",
    .sql = CUTS
           " UPDATE delivery SET status = 'dead', lane_id = NULL, body = '', reason = coalesce(reason, 'not_tried')"
           " WHERE id IN (SELECT d.id" OVER " WHERE d.lane_id = ANY ({lanes}::uuid[]) LIMIT {limit})",
};
static const struct db_statement clear_statement = {
    .name = "deliver_clear",
    .parameters = "lanes text",
    .sql = "DELETE FROM delivery_lane l WHERE l.id = ANY ({lanes}::uuid[])"
           " AND NOT EXISTS (SELECT FROM delivery d WHERE d.lane_id = l.id)",
};
static const struct db_statement forget_statement = {
    .name = "deliver_forget",
    .parameters = OVER_NUMBERS,
    .sql = "DELETE FROM delivery WHERE id IN (SELECT dead.id" FORGOTTEN " LIMIT {limit})",
};
// clang-format on

bool deliver_store_receiver(struct db *tx, const struct uuid *id, struct slice url,
                            const struct deliver_key *key, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    const struct slice bytes = {(const char *)key->bytes, key->len};

    return db_query(tx, &receiver_statement, DB_VALUES(db_uuid(id), db_text(url), db_bytes(bytes)),
                    &rows, fault);
}

bool deliver_store_remove(struct db *tx, const struct uuid *id, struct fault *fault)
{
    const struct db_value values[] = {db_uuid(id)};
    struct db_call calls[REMOVE_STATEMENTS];

    for (size_t i = 0; i < REMOVE_STATEMENTS; i++)
        calls[i] = (struct db_call){&remove_statements[i], values, 1, NULL};
    return db_query_all(tx, calls, REMOVE_STATEMENTS, fault);
}

bool deliver_store_place(struct db *tx, const struct deliver_item *item,
                         const struct uuid *receivers, size_t count, struct fault *fault)
{
    char room[DELIVER_PLACES_MAX * (UUID_TEXT_LEN + 1) + 2];
    auto_rows struct db_rows rows = {0};
    char id[UUID_TEXT_LEN + 1];
    struct buf list;

    buf_init_over(&list, room, sizeof room);
    for (size_t i = 0; i < count; i++) {
        uuid_format(&receivers[i], id);
        buf_printf(&list, "%c%s", i == 0 ? '{' : ',', id);
    }
    buf_text(&list, count == 0 ? "{}" : "}");
    return buf_ok(&list, fault) &&
           db_query(tx, &place_statement,
                    DB_VALUES(db_text(buf_as_slice(&list)), db_uuid(&item->id), db_text(item->lane),
                              db_text(item->idempotency_key), db_bytes(item->body)),
                    &rows, fault);
}

bool deliver_store_drop(struct db *tx, struct slice receivers, struct slice items, int64_t *dropped,
                        struct fault *fault)
{
    auto_rows struct db_rows lanes = {0};
    auto_rows struct db_rows rows = {0};
    const struct db_value values[] = {db_text(receivers), db_text(items)};

    if (!db_query(tx, &drop_lanes_statement, values, 2, &lanes, fault))
        return false;
    const struct db_value held[] = {db_text(db_get_text(&lanes, 0, 0))};
    const struct db_call calls[] = {
        {&drop_statement,  values, 2, &rows},
        {&clear_statement, held,   1, NULL },
    };
    if (!db_query_all(tx, calls, 2, fault))
        return false;
    *dropped = rows.affected;
    return true;
}

/* --- taking --- */

bool deliver_store_due(struct db *db, int64_t *wait_ms, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &due_statement, DB_VALUES(db_int(DELIVER_RECEIVER_CALLS)), &rows, fault))
        return false;
    *wait_ms = db_get_int(&rows, 0, 0);
    return true;
}

bool deliver_store_take(struct db *tx, const struct deliver_capacity *capacity,
                        struct db_rows *rows, struct fault *fault)
{
    auto_rows struct db_rows locked = {0};

    if (!db_query(tx, &lock_statement,
                  DB_VALUES(db_int(DELIVER_RECEIVER_CALLS), db_int(2 * DELIVER_CALLS_MAX)), &locked,
                  fault))
        return false;
    return db_query(tx, &take_statement,
                    DB_VALUES(db_int(DELIVER_RECEIVER_CALLS), db_text(db_get_text(&locked, 0, 0)),
                              db_uuid(&capacity->lease), db_int(DELIVER_LEASE_MS),
                              db_int(capacity->calls), db_int(capacity->failing),
                              db_int(capacity->bytes), db_bool(capacity->any_size)),
                    rows, fault);
}

void deliver_store_call(const struct db_rows *rows, int row, struct deliver_call *out)
{
    *out = (struct deliver_call){0};
    db_row_read(rows, row, 0, columns, COLUMNS, out);
}

/* --- results of calls --- */

static bool settle_item(struct db *tx, const struct deliver_settled *settled, bool *mine,
                        struct fault *fault)
{
    const struct deliver_decision *decision = settled->decision;
    auto_rows struct db_rows held = {0};
    const struct db_value values[] = {
        db_uuid(&settled->call->id), db_uuid(&settled->call->lane_id),
        db_uuid(settled->lease),     db_bool(decision->outcome == DELIVER_DEAD),
        db_bool(decision->refused),  db_text(settled->reason),
        db_int(decision->lane_ms),
    };
    enum { VALUES = ARRAY_LEN(values) };
    const struct db_call calls[] = {
        {&hold_statement,                                                         values, VALUES, &held},
        {decision->outcome == DELIVER_DONE ? &done_statement : &failed_statement, values, VALUES,
         NULL                                                                                          },
        {&renew_statement,                                                        values, VALUES, NULL },
        {&leave_statement,                                                        values, VALUES, NULL },
    };

    if (!db_query_all(tx, calls, ARRAY_LEN(calls), fault))
        return false;
    *mine = held.count == 1;
    return true;
}

bool deliver_store_settle(struct db *tx, const struct deliver_settled *settled, struct fault *fault)
{
    const struct deliver_decision *decision = settled->decision;
    const struct deliver_call *call = settled->call;
    const bool changes_receiver = decision->outcome != DELIVER_DONE || call->failing;
    auto_rows struct db_rows rows = {0};
    bool mine;

    if (changes_receiver && !db_query(tx, &receiver_hold_statement,
                                      DB_VALUES(db_uuid(&call->receiver_id)), &rows, fault))
        return false;
    if (!settle_item(tx, settled, &mine, fault))
        return false;
    if (!mine || !changes_receiver)
        return true;
    db_rows_finish(&rows);
    if (decision->outcome == DELIVER_DONE)
        return db_query(tx, &works_statement, DB_VALUES(db_uuid(&call->receiver_id)), &rows, fault);
    return db_query(tx, &fails_statement,
                    DB_VALUES(db_uuid(&call->receiver_id), db_text(settled->reason),
                              db_bool(decision->outcome == DELIVER_GONE),
                              db_int(decision->block_ms), db_int(call->history.failures)),
                    &rows, fault);
}

/* --- expiry --- */

#define OVER_VALUES                                                                                \
    db_int(DELIVER_AGE_MAX_S), db_int(DELIVER_WAITING_MAX), db_int(DELIVER_SWEEP_MAX)

bool deliver_store_backlog(struct db *db, struct deliver_backlog *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &left_statement, DB_VALUES(OVER_VALUES), &rows, fault))
        return false;
    out->over = db_get_bool(&rows, 0, 0);
    out->oldest_s = db_is_null(&rows, 0, 1) ? 0 : db_get_double(&rows, 0, 1);
    return true;
}

bool deliver_store_end(struct db *tx, int64_t *ended, struct fault *fault)
{
    auto_rows struct db_rows lanes = {0};
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &end_lanes_statement, DB_VALUES(OVER_VALUES), &lanes, fault))
        return false;
    const struct db_value values[] = {OVER_VALUES, db_text(db_get_text(&lanes, 0, 0))};
    const struct db_call calls[] = {
        {&end_statement,   values,     4, &rows},
        {&clear_statement, values + 3, 1, NULL },
    };
    if (!db_query_all(tx, calls, 2, fault))
        return false;
    *ended = rows.affected;
    return true;
}

bool deliver_store_purge(struct db *tx, int64_t *forgotten, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &forget_statement, DB_VALUES(OVER_VALUES), &rows, fault))
        return false;
    *forgotten = rows.affected;
    return true;
}
