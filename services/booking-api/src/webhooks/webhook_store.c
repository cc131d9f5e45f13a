// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "api/list.h"

#include "webhooks/webhook.h"

enum { ROUND_WEBHOOKS = 32, ROUND_EVENTS = 100 }; /* of a transaction: webhooks, events of each */

// clang-format off
#define AT(member) offsetof(struct webhook, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),            .name = "id"},
    {DB_UUID, AT(tenant_id),     .name = "tenant_id"},
    {DB_TEXT, AT(url),           .sql = "r.url"},
    {DB_TEXT, AT(types.json),    .sql = "w.types::text"},
    {DB_NAME, AT(status),        .names = webhook_status_names,
     .sql = "CASE WHEN r.disabled_at IS NOT NULL THEN 'disabled' WHEN r.failing_since IS NOT NULL THEN 'failing' ELSE 'active' END"},
    {DB_TIME, AT(failing_since), .sql = "r.failing_since"},
    {DB_TEXT, AT(last_error),    .sql = "r.last_error"},
    {DB_INT,  AT(version),       .name = "version"},
    {DB_TIME, AT(created_at),    .name = "created_at"},
    {DB_TIME, AT(updated_at),    .name = "updated_at"},
};
#undef AT
static const struct db_shape shape = DB_SHAPE(columns, "w");

#define FROM_WEBHOOK " FROM webhook w JOIN receiver r ON r.id = w.id"
#define FIND(name_, lock_) {                                                                       \
    .name = name_,                                                                                 \
    .parameters = "tenant uuid, id uuid",                                                          \
    .shape = &shape,                                                                               \
    .sql = "SELECT {columns}" FROM_WEBHOOK " WHERE w.tenant_id = {tenant} AND w.id = {id}" lock_,  \
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such webhook."}}
static const struct db_statement find_statement = FIND("webhook_find", "");
static const struct db_statement lock_statement = FIND("webhook_lock", " FOR UPDATE OF w");

const struct db_statement webhook_list_statement = {
    .name = "webhook_list",
    .parameters = "tenant uuid, after uuid, limit bigint",
    .shape = &shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, octet_length(w.types::text) AS large" FROM_WEBHOOK
           " WHERE w.tenant_id = {tenant} AND w.id < {after} ORDER BY w.id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};

static const struct db_constraint constraints[] = {
    {"slot",              FAULT_CONFLICT, "too_many_webhooks", NULL, "There are 32 webhooks; delete one first."},
    {"webhook_slot_once", FAULT_CONFLICT, "changed_meanwhile", NULL, "Another webhook was made at the same moment."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};
#define POSITION "epoch integer, tx text, event bigint"
static const struct db_statement insert_statement = {
    .name = "webhook_insert",
    .parameters = "id uuid, tenant uuid, types jsonb, most integer, " POSITION,
    .sql = "INSERT INTO webhook (id, tenant_id, types, epoch, tx, event, slot)"
           " VALUES ({id}, {tenant}, {types}, {epoch}, {tx}::xid8, {event},"
           " (SELECT min(slot) FROM generate_series(1, {most}) slot"
           "  WHERE NOT EXISTS (SELECT FROM webhook w WHERE w.tenant_id = {tenant} AND w.slot = slot.slot)))",
    .constraints = constraints,
};
static const struct db_statement update_statement = {
    .name = "webhook_update",
    .parameters = "id uuid, types jsonb, " POSITION,
    .sql = "UPDATE webhook SET types = {types}, version = version + 1, updated_at = now(),"
           "  epoch = coalesce({epoch}, epoch), tx = coalesce({tx}::xid8, tx), event = coalesce({event}, event),"
           "  is_announced = is_announced AND {epoch} IS NULL"
           " WHERE id = {id}",
};
static const struct db_statement rewind_statement = {
    .name = "webhook_rewind",
    .parameters = "id uuid, " POSITION,
    .sql = "UPDATE webhook SET epoch = {epoch}, tx = {tx}::xid8, event = {event}"
           " WHERE id = {id} AND (epoch, tx, event) > ({epoch}, {tx}::xid8, {event})",
};
static const struct db_statement delete_statement = {
    .name = "webhook_delete",
    .parameters = "id uuid",
    .sql = "DELETE FROM webhook WHERE id = {id}",
};
static const struct db_statement touch_statement = {
    .name = "webhook_touch",
    .parameters = "id uuid",
    .sql = "UPDATE webhook SET version = version + 1, updated_at = now() WHERE id = {id}"
           " RETURNING version, updated_at",
};
static const struct db_statement has_test_statement = {
    .name = "webhook_has_test",
    .parameters = "id uuid",
    .sql = "SELECT EXISTS (SELECT FROM delivery_lane WHERE receiver_id = {id} AND key = 'test')",
};

/* --- the feeder --- */

/* {after}: the events after the position of w, that readers may see. {is_due}: w has such an event,
 * and not too many deliveries wait. */
static const struct db_part parts[] = {
    {"after", "(o.tenant_id, o.epoch, o.tx, o.id) > (w.tenant_id, w.epoch, w.tx, w.event)"
              " AND o.tenant_id <= w.tenant_id AND o.tx < pg_snapshot_xmin(pg_current_snapshot())"},
    {"is_due", "r.disabled_at IS NULL AND EXISTS (SELECT FROM outbox o WHERE {after})"
               " AND (SELECT count(*) FROM (SELECT FROM delivery d WHERE d.receiver_id = w.id"
               "   AND d.status = 'waiting' LIMIT {most}) d) < {most}"},
    {NULL, NULL},
};
static const struct db_statement has_due_statement = {
    .name = "webhook_has_due",
    .parameters = "most bigint",
    .parts = {parts},
    .sql = "SELECT EXISTS (SELECT" FROM_WEBHOOK " WHERE {is_due})"
           " OR EXISTS (SELECT" FROM_WEBHOOK " WHERE r.disabled_at IS NOT NULL AND NOT w.is_announced)",
};
/* A lane is a resource; the position in it is the number of the outbox row. */
static const struct db_statement enqueue_statement = {
    .name = "webhook_enqueue",
    .parameters = "most bigint, webhooks bigint, events bigint",
    .parts = {parts},
    .sql = "WITH w AS MATERIALIZED (SELECT w.*" FROM_WEBHOOK " WHERE {is_due}"
           "  ORDER BY w.id LIMIT {webhooks} FOR NO KEY UPDATE OF w SKIP LOCKED),"
           " page AS MATERIALIZED (SELECT w.id AS webhook, w.types, o.* FROM w CROSS JOIN LATERAL ("
           "   SELECT o AS event, o.epoch, o.tx, o.id FROM outbox o WHERE {after}"
           "   ORDER BY o.tenant_id, o.epoch, o.tx, o.id LIMIT {events}) o),"
           " moved AS (UPDATE webhook SET epoch = last.epoch, tx = last.tx, event = last.id"
           "  FROM (SELECT DISTINCT ON (webhook) webhook, epoch, tx, id FROM page"
           "   ORDER BY webhook, epoch DESC, tx DESC, id DESC) last"
           "  WHERE webhook.id = last.webhook RETURNING webhook.id),"
           " item AS (SELECT webhook AS receiver_id, (event).event_id AS item_id,"
           "   (event).resource_type || ':' || (event).resource_id AS lane, NULL::text AS key, id AS position,"
           "   convert_to(event_json(event), 'UTF8') AS body"
           "  FROM page WHERE types ? (event).type OR types ? (split_part((event).type, '.', 1) || '.*'))"
           DELIVER_ENQUEUE_SQL
           " SELECT (SELECT count(*) FROM placed), (SELECT count(*) FROM moved)",
};
static const struct db_statement find_disabled_statement = {
    .name = "webhook_find_disabled",
    .shape = &shape,
    .sql = "SELECT {columns}" FROM_WEBHOOK
           " WHERE r.disabled_at IS NOT NULL AND NOT w.is_announced ORDER BY w.id LIMIT 1",
};
static const struct db_statement mark_statement = {
    .name = "webhook_mark_announced",
    .parameters = "id uuid",
    .sql = "UPDATE webhook w SET is_announced = true, version = version + 1, updated_at = now()"
           " FROM receiver r WHERE w.id = {id} AND r.id = w.id AND r.disabled_at IS NOT NULL"
           "  AND NOT w.is_announced RETURNING w.version",
};
// clang-format on

bool webhook_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        struct arena *arena, struct webhook *out, struct fault *fault)
{
    *out = (struct webhook){0};
    return db_find_row(db, &find_statement, DB_VALUES(db_uuid(tenant_id), db_uuid(id)), arena, out,
                       fault);
}

bool webhook_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                        struct arena *arena, struct webhook *out, struct fault *fault)
{
    *out = (struct webhook){0};
    return db_find_row(tx, &lock_statement, DB_VALUES(db_uuid(tenant_id), db_uuid(id)), arena, out,
                       fault);
}

/* --- positions --- */

enum { TX_TEXT_MAX = 24 };

static struct slice write_tx(const struct event_position *position, char text[TX_TEXT_MAX])
{
    snprintf(text, TX_TEXT_MAX, "%lld", (long long)position->tx);
    return slice_of(text);
}

bool webhook_store_insert(struct db *tx, const struct webhook *webhook, struct slice types,
                          const struct event_position *from, struct fault *fault)
{
    char text[TX_TEXT_MAX];

    return db_query(tx, &insert_statement,
                    DB_VALUES(db_uuid(&webhook->id), db_uuid(&webhook->tenant_id), db_text(types),
                              db_int(WEBHOOKS_PER_TENANT), db_int(from->epoch),
                              db_text(write_tx(from, text)), db_int(from->id)),
                    NULL, fault);
}

bool webhook_store_update(struct db *tx, const struct uuid *id, struct slice types,
                          const struct event_position *from_or_null, struct fault *fault)
{
    const struct event_position *from = from_or_null;
    char text[TX_TEXT_MAX];

    return db_query(tx, &update_statement,
                    DB_VALUES(db_uuid(id), db_text(types),
                              from != NULL ? db_int(from->epoch) : db_null(),
                              from != NULL ? db_text(write_tx(from, text)) : db_null(),
                              from != NULL ? db_int(from->id) : db_null()),
                    NULL, fault);
}

bool webhook_store_rewind(struct db *tx, const struct uuid *id, const struct event_position *after,
                          struct fault *fault)
{
    char text[TX_TEXT_MAX];

    return db_query(tx, &rewind_statement,
                    DB_VALUES(db_uuid(id), db_int(after->epoch), db_text(write_tx(after, text)),
                              db_int(after->id)),
                    NULL, fault);
}

bool webhook_store_delete(struct db *tx, const struct uuid *id, struct fault *fault)
{
    return db_query(tx, &delete_statement, DB_VALUES(db_uuid(id)), NULL, fault);
}

bool webhook_store_touch(struct db *tx, struct webhook *webhook, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(tx, &touch_statement, DB_VALUES(db_uuid(&webhook->id)), &rows, fault))
        return false;
    webhook->version = db_get_int(&rows, 0, 0);
    webhook->updated_at = db_get_time(&rows, 0, 1);
    return true;
}

/* Runs a statement that returns true or false. */
static bool ask(struct db *db, const struct db_statement *statement, struct db_value value,
                bool *answer, struct fault *fault)
{
    int64_t number;

    if (!db_query_number(db, statement, &value, 1, &number, fault))
        return false;
    *answer = number != 0;
    return true;
}

bool webhook_store_has_test(struct db *tx, const struct uuid *id, bool *has, struct fault *fault)
{
    return ask(tx, &has_test_statement, db_uuid(id), has, fault);
}

/* --- the feeder --- */

bool webhook_store_has_due(struct db *db, bool *has_due, struct fault *fault)
{
    return ask(db, &has_due_statement, db_int(WEBHOOK_WAITING_MAX), has_due, fault);
}

bool webhook_store_enqueue(struct db *tx, int64_t *enqueued, int64_t *moved, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(
            tx, &enqueue_statement,
            DB_VALUES(db_int(WEBHOOK_WAITING_MAX), db_int(ROUND_WEBHOOKS), db_int(ROUND_EVENTS)),
            &rows, fault))
        return false;
    *enqueued = db_get_int(&rows, 0, 0);
    *moved = db_get_int(&rows, 0, 1);
    return true;
}

bool webhook_store_find_disabled(struct db *db, struct arena *arena, struct webhook *out,
                                 bool *found, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &find_disabled_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *found = rows.count > 0;
    *out = (struct webhook){0};
    if (*found)
        db_row_read(&rows, 0, 0, columns, ARRAY_LEN(columns), out);
    return db_rows_keep(&rows, arena, fault);
}

bool webhook_store_mark_announced(struct db *tx, const struct uuid *id, int64_t *version,
                                  bool *marked, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &mark_statement, DB_VALUES(db_uuid(id)), &rows, fault))
        return false;
    *marked = rows.count > 0;
    if (*marked)
        *version = db_get_int(&rows, 0, 0);
    return true;
}
