// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "api/deliver_private.h"

// clang-format off
/* --- receivers --- */

static const struct db_statement receiver_statement = {
    .name = "deliver_receiver",
    .parameters = "id uuid, url text, key bytea",
    .sql = "INSERT INTO receiver (id, url, key) VALUES ({id}, {url}, {key})",
};

static const struct db_statement update_receiver_statement = {
    .name = "deliver_receiver_update",
    .parameters = "id uuid, url text, key bytea",
    .sql = "UPDATE receiver SET url = {url}, key = {key}, failing_since = NULL, last_error = NULL, failures = 0,"
           " rests_until = NULL"
           " WHERE id = {id} AND (url, key) IS DISTINCT FROM ({url}, {key})",
};
static const struct db_statement try_receiver_statement = {
    .name = "deliver_receiver_try",
    .parameters = "id uuid, revives boolean",
    .sql = "UPDATE receiver SET failures = 0, rests_until = NULL,"
           "  failing_since = CASE WHEN NOT {revives} THEN failing_since END,"
           "  last_error = CASE WHEN NOT {revives} THEN last_error END,"
           "  disabled_at = CASE WHEN NOT {revives} THEN disabled_at END"
           " WHERE id = {id}",
};
/* Lanes with a running call stay leased. */
static const struct db_statement try_lanes_statement = {
    .name = "deliver_lanes_try",
    .parameters = "id uuid, revives boolean",
    .sql = "UPDATE delivery_lane SET due_at = now() WHERE id IN (SELECT id FROM delivery_lane"
           "  WHERE receiver_id = {id} AND leased_by IS NULL AND due_at > now() ORDER BY id FOR UPDATE)",
};
static const struct db_statement key_statement = {
    .name = "deliver_receiver_key",
    .parameters = "id uuid",
    .sql = "SELECT key FROM receiver WHERE id = {id}",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such receiver."},
};
static const struct db_statement remove_dead_statement = {
    .name = "deliver_remove_dead",
    .parameters = "id uuid",
    .sql = "DELETE FROM delivery WHERE receiver_id = {id} AND status = 'dead'",
};

/* Deletes a receiver. The first statement blocks concurrent inserts of items, which then find no
 * receiver. All transactions lock in this order: receiver, lanes by id, items. */
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

/* Inserts an item for its receivers. Locks its lanes, so that they are not removed meanwhile. */
static const struct db_statement place_statement = {
    .name = "deliver_place",
    .parameters = "receivers uuid[], item uuid, lane text, key text, position bigint, body bytea",
    .sql = "WITH item AS (SELECT r.id AS receiver_id, {item} AS item_id, {lane} AS lane, {key} AS key,"
           "  {position} AS position, {body} AS body FROM unnest({receivers}) r (id))"
           DELIVER_ENQUEUE_SQL " SELECT FROM placed",
};

/* The ids of deliveries, computed as in place_statement. */
static const struct db_part dropped_ids[] = {
    {"ids", "(SELECT left(encode(sha256(uuid_send(r.id) || uuid_send(i.id)), 'hex'), 32)::uuid"
            "  FROM unnest({receivers}::uuid[]) r (id), unnest({items}::uuid[]) i (id))"},
    {NULL, NULL},
};
/* Locks the lanes of the deliveries that drop_statement deletes, and returns their ids. The order
 * is that of place_statement, by receiver, which prevents deadlocks. */
static const struct db_statement drop_hold_lanes_statement = {
    .name = "deliver_drop_hold_lanes",
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

/* --- taking items --- */

static const struct db_statement due_statement = {
    .name = "deliver_due",
    .sql = "SELECT EXISTS (SELECT FROM receiver r"
           "  WHERE r.disabled_at IS NULL AND (r.rests_until IS NULL OR r.rests_until <= now())"
           "   AND EXISTS (SELECT FROM delivery_lane l WHERE l.receiver_id = r.id AND l.due_at <= now()))",
};

#define AT(member) offsetof(struct deliver_call, member)
static const struct db_column columns[] = {
    {DB_UUID,  AT(id),               .name = "id"},
    {DB_UUID,  AT(webhook_id),       .sql = "{named}"},
    {DB_UUID,  AT(receiver_id),      .name = "receiver_id"},
    {DB_UUID,  AT(lane_id),          .name = "lane_id"},
    {DB_INT,   AT(history.tries),    .name = "tries"},
    {DB_INT,   AT(history.refusals), .name = "refusals"},
    {DB_INT,   AT(history.failures), .sql = "r.failures"},
    {DB_BOOL,  AT(failing),          .sql = "r.failing_since IS NOT NULL"},
    {DB_TEXT,  AT(idempotency_key),  .name = "idempotency_key"},
    {DB_TEXT,  AT(url),              .sql = "r.url"},
    {DB_BYTES, AT(key),              .sql = "r.key"},
    {DB_INT,   AT(at_s),             .sql = "{at}"},
    {DB_BYTES, AT(content),          .sql = "convert_to({named} || '.' || {at} || '.', 'UTF8') || d.body"},
    {DB_INT,   AT(body_len),         .sql = "octet_length(d.body)"},
};
#undef AT
static const struct db_shape shape = DB_SHAPE(columns, "d");

static const struct db_part take_parts[] = {
    {"at", "floor(extract(epoch FROM now()))::bigint"},
    {"named", "CASE WHEN {by_item} THEN d.item_id ELSE d.id END"},
    {"head", "SELECT * FROM delivery WHERE lane_id = l.id ORDER BY position, item_id LIMIT 1"},
    {NULL, NULL},
};
/* Takes the first item of one lane of each receiver, the least recently served receiver first; then
 * the first items of second lanes, and so on. A receiver is locked before its lanes, but not by FOR
 * UPDATE, because concurrent inserts of items only need the receiver to exist. */
static const struct db_statement take_statement = {
    .name = "deliver_take",
    .parameters = "running uuid[], most bigint, calls bigint, failing bigint, bytes bigint,"
                  " lease uuid, lease_ms bigint, by_item boolean",
    .shape = &shape,
    .parts = {take_parts},
    .sql = "WITH next AS MATERIALIZED ("
           "  SELECT r.id, r.served_at, r.failing_since IS NOT NULL AS failing, free.calls"
           "  FROM receiver r CROSS JOIN LATERAL ("
           "   SELECT CASE WHEN r.failing_since IS NULL THEN {most} ELSE 1 END - count(*) AS calls"
           "   FROM unnest({running}) running (id) WHERE running.id = r.id) free"
           "  WHERE r.disabled_at IS NULL AND (r.rests_until IS NULL OR r.rests_until <= now()) AND free.calls > 0"
           "   AND EXISTS (SELECT FROM delivery_lane l WHERE l.receiver_id = r.id AND l.due_at <= now())"
           "  ORDER BY failing, r.served_at NULLS FIRST LIMIT {calls} FOR NO KEY UPDATE OF r SKIP LOCKED),"
           " heads AS MATERIALIZED ("
           "  SELECT l.id AS lane_id, next.failing, next.served_at, octet_length(head.body) AS size,"
           "   row_number() OVER (PARTITION BY next.id ORDER BY l.due_at) AS turn"
           "  FROM next CROSS JOIN LATERAL (SELECT id, due_at FROM delivery_lane"
           "    WHERE receiver_id = next.id AND due_at <= now() ORDER BY due_at LIMIT next.calls FOR UPDATE SKIP LOCKED) l"
           "   CROSS JOIN LATERAL ({head}) head),"
           " ranked AS (SELECT lane_id, failing, row_number() OVER turns AS nth, sum(size) OVER turns - size AS before,"
           "   count(*) FILTER (WHERE failing) OVER turns AS nth_failing"
           "  FROM heads WINDOW turns AS (ORDER BY failing, turn, served_at NULLS FIRST, lane_id)),"
           " taken AS (UPDATE delivery_lane l"
           "  SET leased_by = {lease}, due_at = now() + {lease_ms} * interval '1 millisecond'"
           "  FROM ranked k WHERE l.id = k.lane_id AND k.nth <= {calls} AND k.before < {bytes}"
           "   AND (NOT k.failing OR k.nth_failing <= {failing})"
           "  RETURNING l.id, l.receiver_id),"
           " served AS (UPDATE receiver SET served_at = clock_timestamp() WHERE id IN (SELECT receiver_id FROM taken))"
           " SELECT {columns} FROM taken l CROSS JOIN LATERAL ({head}) d JOIN receiver r ON r.id = d.receiver_id",
};

/* --- results of calls --- */

#define LEASED " AND EXISTS (SELECT FROM delivery_lane l WHERE l.id = {lane} AND l.leased_by = {lease})"
#define LANE "id = {lane} AND leased_by = {lease}"
#define SETTLED                                                                                    \
    "id uuid, lane uuid, lease uuid, receiver uuid, dead boolean, refused boolean, gone boolean,"  \
    " reason text, lane_ms bigint, rest_ms bigint, failures integer"

/* Separate statements, so that each sees items that were inserted while the previous statement
 * waited for a lock. The receiver is locked before the lane. */
static const struct db_statement receiver_hold_statement = {
    .name = "deliver_receiver_hold",
    .parameters = SETTLED,
    .sql = "SELECT FROM receiver WHERE id = {receiver} FOR NO KEY UPDATE",
};
static const struct db_statement hold_statement = {
    .name = "deliver_hold",
    .parameters = SETTLED,
    .sql = "SELECT FROM delivery_lane WHERE " LANE " FOR UPDATE",
};
static const struct db_statement done_statement = {
    .name = "deliver_done",
    .parameters = SETTLED,
    .sql = "DELETE FROM delivery d WHERE d.id = {id}" LEASED,
};
static const struct db_statement failed_statement = {
    .name = "deliver_failed",
    .parameters = SETTLED,
    .sql = "UPDATE delivery d SET tries = tries + 1, refusals = refusals + {refused}::integer, reason = {reason},"
           "  status = CASE WHEN {dead} THEN 'dead' ELSE status END,"
           "  lane_id = CASE WHEN {dead} THEN NULL ELSE lane_id END,"
           "  body = CASE WHEN {dead} THEN '' ELSE body END"
           " WHERE d.id = {id}" LEASED,
};
static const struct db_statement works_statement = {
    .name = "deliver_works",
    .parameters = SETTLED,
    .sql = "UPDATE receiver SET failing_since = NULL, last_error = NULL, failures = 0, rests_until = NULL"
           " WHERE id = {receiver} AND failing_since IS NOT NULL" LEASED,
};
/* Counts a failure of the receiver. Of concurrent failed calls only the first counts: the others
 * began with the same number of `failures`, which no longer matches. */
static const struct db_statement fails_statement = {
    .name = "deliver_fails",
    .parameters = SETTLED,
    .sql = "UPDATE receiver"
           " SET failing_since = coalesce(failing_since, now()), last_error = {reason},"
           "  disabled_at = CASE WHEN {gone} THEN coalesce(disabled_at, now()) ELSE disabled_at END,"
           "  rests_until = CASE WHEN {rest_ms} > 0 AND failures = {failures}"
           "   THEN now() + {rest_ms} * interval '1 millisecond' ELSE rests_until END,"
           "  failures = CASE WHEN {rest_ms} = 0 THEN 0 WHEN failures = {failures} THEN failures + 1 ELSE failures END"
           " WHERE id = {receiver}" LEASED,
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

/* --- expired items --- */

#define OVER_NUMBERS "age_s bigint, most bigint, limit bigint"
/* CUTS: computes once for each receiver the time `before`: items that were enqueued at that time or
 * earlier are expired, because they are too old, or because {most} newer items wait. All items of a
 * disabled receiver are expired. OVER: the expired items of each receiver, as d, the oldest first,
 * at most {limit}. */
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

static const struct db_statement oldest_statement = {
    .name = "deliver_oldest",
    .sql = "SELECT coalesce(extract(epoch FROM now() - min(d.placed_at)), 0)::double precision"
           " FROM receiver r CROSS JOIN LATERAL (SELECT placed_at FROM delivery"
           "  WHERE receiver_id = r.id AND status = 'waiting' ORDER BY placed_at LIMIT 1) d",
};
/* Locks the lanes of expired items, except those with a running call. */
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
static const struct db_statement disable_statement = {
    .name = "deliver_disable",
    .parameters = "after_s bigint",
    .sql = "UPDATE receiver SET disabled_at = now() WHERE id IN (SELECT id FROM receiver"
           "  WHERE disabled_at IS NULL AND failing_since < now() - {after_s} * interval '1 second'"
           "  ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)",
};
const struct db_statement deliver_store_delete_old = {
    .name = "deliver_forget",
    .parameters = "limit bigint",
    .sql = "DELETE FROM delivery WHERE id IN (SELECT dead.id FROM receiver r CROSS JOIN LATERAL ("
           "  SELECT d.id FROM delivery d WHERE d.receiver_id = r.id AND d.status = 'dead'"
           "   AND d.placed_at < now() - interval '8 days' LIMIT {limit}) dead LIMIT {limit})",
};
// clang-format on

bool deliver_store_add_receiver(struct db *tx, const struct uuid *id, struct slice url,
                                const struct deliver_key *key, struct fault *fault)
{
    const struct slice bytes = {(const char *)key->bytes, key->len};

    return db_query(tx, &receiver_statement, DB_VALUES(db_uuid(id), db_text(url), db_bytes(bytes)),
                    NULL, fault);
}

bool deliver_store_update_receiver(struct db *tx, const struct uuid *id, struct slice url,
                                   const struct deliver_key *key, struct fault *fault)
{
    const struct slice bytes = {(const char *)key->bytes, key->len};

    return db_query(tx, &update_receiver_statement,
                    DB_VALUES(db_uuid(id), db_text(url), db_bytes(bytes)), NULL, fault);
}

bool deliver_store_try_receiver(struct db *tx, const struct uuid *id, bool revives,
                                struct fault *fault)
{
    const struct db_value values[] = {db_uuid(id), db_bool(revives)};
    const struct db_call calls[] = {
        {&try_receiver_statement, values, 2, NULL},
        {&try_lanes_statement,    values, 2, NULL},
    };

    return db_query_all(tx, calls, 2, fault);
}

bool deliver_store_read_key(struct db *db, const struct uuid *id, struct deliver_key *out,
                            struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(db, &key_statement, DB_VALUES(db_uuid(id)), &rows, fault))
        return false;
    const struct slice bytes = db_get_bytes(&rows, 0, 0);
    out->len = bytes.len < sizeof out->bytes ? bytes.len : sizeof out->bytes;
    memcpy(out->bytes, bytes.at, out->len);
    return true;
}

bool deliver_store_remove_dead(struct db *tx, const struct uuid *id, struct fault *fault)
{
    return db_query(tx, &remove_dead_statement, DB_VALUES(db_uuid(id)), NULL, fault);
}

/* Runs the first `count` of the statements that remove a receiver. */
static bool remove_parts(struct db *tx, const struct uuid *id, size_t count, struct fault *fault)
{
    const struct db_value values[] = {db_uuid(id)};
    struct db_call calls[REMOVE_STATEMENTS];

    for (size_t i = 0; i < count; i++)
        calls[i] = (struct db_call){&remove_statements[i], values, 1, NULL};
    return db_query_all(tx, calls, count, fault);
}

bool deliver_store_remove_receiver(struct db *tx, const struct uuid *id, struct fault *fault)
{
    return remove_parts(tx, id, REMOVE_STATEMENTS, fault);
}

bool deliver_store_clear_receiver(struct db *tx, const struct uuid *id, struct fault *fault)
{
    return remove_parts(tx, id, REMOVE_STATEMENTS - 1, fault);
}

bool deliver_store_enqueue(struct db *tx, const struct deliver_item *item,
                           const struct uuid *receivers, size_t count, struct fault *fault)
{
    return db_query(tx, &place_statement,
                    DB_VALUES(DB_ITEMS(DB_UUID, receivers, count), db_uuid(&item->id),
                              db_text(item->lane), db_text(item->idempotency_key),
                              db_int(item->position), db_bytes(item->body)),
                    NULL, fault);
}

bool deliver_store_remove_items(struct db *tx, struct slice receivers, struct slice items,
                                int64_t *deleted_count, struct fault *fault)
{
    auto_rows struct db_rows lanes = {0};
    auto_rows struct db_rows rows = {0};
    const struct db_value values[] = {db_text(receivers), db_text(items)};

    if (!db_query(tx, &drop_hold_lanes_statement, values, 2, &lanes, fault))
        return false;
    const struct db_value held[] = {db_text(db_get_text(&lanes, 0, 0))};
    const struct db_call calls[] = {
        {&drop_statement,  values, 2, &rows},
        {&clear_statement, held,   1, NULL },
    };
    if (!db_query_all(tx, calls, 2, fault))
        return false;
    *deleted_count = rows.affected;
    return true;
}

/* --- taking items --- */

bool deliver_store_has_due(struct db *db, bool *has_due, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &due_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *has_due = db_get_bool(&rows, 0, 0);
    return true;
}

bool deliver_store_lease_due(struct db *tx, const struct deliver_capacity *capacity,
                             struct db_rows *rows, struct fault *fault)
{
    return db_query(tx, &take_statement,
                    DB_VALUES(db_array(DB_UUID, capacity->running, capacity->running_count),
                              db_int(DELIVER_RECEIVER_CALLS), db_int(capacity->calls),
                              db_int(capacity->failing), db_int(capacity->bytes),
                              db_uuid(&capacity->lease), db_int(DELIVER_LEASE_MS),
                              db_bool(capacity->id_is_item)),
                    rows, fault);
}

bool deliver_store_read_call(const struct db_rows *rows, int row, struct deliver_call *call,
                             struct fault *fault)
{
    struct slice *const texts[] = {&call->idempotency_key, &call->url, &call->key, &call->content};

    db_row_read(rows, row, 0, columns, ARRAY_LEN(columns), call);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (!arena_keep(&call->base.arena, *texts[i], texts[i], fault))
            return false;
    return true;
}

/* --- results of calls --- */

bool deliver_store_write_result(struct db *tx, const struct deliver_settled *settled,
                                struct fault *fault)
{
    const struct deliver_decision *decision = settled->decision;
    const struct deliver_call *call = settled->call;
    const bool done = decision->outcome == DELIVER_DONE;
    const bool changes_receiver = !done || call->failing;
    const struct db_value values[] = {
        db_uuid(&call->id),
        db_uuid(&call->lane_id),
        db_uuid(&call->lease),
        db_uuid(&call->receiver_id),
        db_bool(decision->outcome == DELIVER_DEAD),
        db_bool(decision->refused),
        db_bool(decision->outcome == DELIVER_GONE),
        db_text(settled->reason),
        db_int(decision->lane_ms),
        db_int(decision->block_ms),
        db_int(call->history.failures),
    };
    const struct db_statement *const statements[] = {
        changes_receiver ? &receiver_hold_statement : NULL,
        &hold_statement,
        done ? &done_statement : &failed_statement,
        !changes_receiver ? NULL
        : done            ? &works_statement
                          : &fails_statement,
        &renew_statement,
        &leave_statement,
    };
    struct db_call calls[ARRAY_LEN(statements)];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(statements); i++)
        if (statements[i] != NULL)
            calls[count++] = (struct db_call){statements[i], values, ARRAY_LEN(values), NULL};
    return db_query_all(tx, calls, count, fault);
}

/* --- expired items --- */

bool deliver_store_disable_failing(struct db *tx, int64_t after_s, int64_t *disabled_count,
                                   struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &disable_statement, DB_VALUES(db_int(after_s)), &rows, fault))
        return false;
    *disabled_count = rows.affected;
    return true;
}

bool deliver_store_read_oldest_age(struct db *db, double *seconds, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &oldest_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *seconds = db_get_double(&rows, 0, 0);
    return true;
}

bool deliver_store_mark_expired_dead(struct db *tx, int64_t age_max_s, int64_t *dead_count,
                                     struct fault *fault)
{
    auto_rows struct db_rows lanes = {0}, rows = {0};
    struct db_value values[] = {db_int(age_max_s), db_int(DELIVER_WAITING_MAX),
                                db_int(DELIVER_SWEEP_MAX), db_null()};

    if (!db_query(tx, &end_lanes_statement, values, 3, &lanes, fault))
        return false;
    values[3] = db_text(db_get_text(&lanes, 0, 0));
    const struct db_call calls[] = {
        {&end_statement,   values,     4, &rows},
        {&clear_statement, values + 3, 1, NULL },
    };
    if (!db_query_all(tx, calls, 2, fault))
        return false;
    *dead_count = rows.affected;
    return true;
}
