// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "api/events.h"

#include "trips/closure.h"

// clang-format off
#define AT(member) offsetof(struct closure, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),         .name = "id", .flags = DB_WRITTEN},
    {DB_TEXT, AT(pairs_text), .name = "pairs", .flags = DB_WRITTEN},
    {DB_TIME, AT(from),       .name = "closed_from", .flags = DB_WRITTEN},
    {DB_TIME, AT(until),      .name = "closed_until", .flags = DB_WRITTEN},
    {DB_NAME, AT(reason),     .name = "reason", .flags = DB_WRITTEN, .names = closure_reason_names},
    {DB_TEXT, AT(text),       .name = "text", .flags = DB_WRITTEN},
    {DB_TIME, AT(created_at), .name = "created_at"},
};
enum { COLUMNS = ARRAY_LEN(columns) };
static const struct db_shape shape = DB_SHAPE(columns, "c");

/* Serialises new closures of a tenant, because insert_statement counts them. */
static const struct db_statement lock_statement = {
    .name = "closure_lock",
    .parameters = "tenant uuid",
    .sql = "SELECT pg_advisory_xact_lock(hashtextextended('closures ' || {tenant}::text, 0))",
};
static const struct db_statement insert_statement = {
    .name = "closure_insert",
    .parameters = "tenant uuid, most bigint",
    .shape = &shape,
    .sql = "INSERT INTO closure (tenant_id, {written}) SELECT {tenant}, {values}"
           " WHERE (SELECT count(*) FROM closure WHERE tenant_id = {tenant} AND closed_until > now()) < {most}"
           " RETURNING created_at",
};
static const struct db_statement insert_pairs_statement = {
    .name = "closure_insert_pairs",
    .parameters = "id uuid",
    .sql = "WITH given AS (SELECT c.id, c.tenant_id, c.closed_from, c.closed_until, pair ->> 'from' AS a, pair ->> 'to' AS b"
           "  FROM closure c CROSS JOIN json_array_elements(c.pairs) pair WHERE c.id = {id})"
           " INSERT INTO closure_pair (closure_id, tenant_id, closed_from, closed_until, from_place, to_place)"
           " SELECT * FROM given UNION SELECT id, tenant_id, closed_from, closed_until, b, a FROM given",
};
static const struct db_part event_parts[] = {
    {"departs", "to_char(t.departs_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"},
    {"arrives", "to_char(t.arrives_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"},
    {NULL, NULL},
};
/* Adds an event for each trip that the closure concerns, with the members of trip_event_fields. The trip itself is not
 * changed. */
static const struct db_statement insert_events_statement = {
    .name = "closure_insert_events",
    .parameters = "id uuid",
    .parts = {event_parts},
    .sql = "INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id, resource_version,"
           "  tenant_id, data)"
           " SELECT " EVENT_ID_SQL ", 'trip.road_closed', 'booking-api', t.version, 'trip', t.id, t.version,"
           "  t.tenant_id, jsonb_build_object('id', t.id, 'driver_id', t.driver_id, 'car_id', t.car_id,"
           "   'status', t.status, 'depart_at', {departs}, 'arrive_at', {arrives},"
           "   'seats', t.seats, 'delay_minutes', t.delay_minutes)"
           " FROM trip t WHERE t.status IN ('scheduled', 'started') AND t.id IN (SELECT l.trip_id"
           "  FROM closure_pair p JOIN trip_leg l ON l.tenant_id = p.tenant_id AND l.from_place = p.from_place"
           "   AND l.to_place = p.to_place AND l.departs_at <= p.closed_until AND l.arrives_at >= p.closed_from"
           "  WHERE p.closure_id = {id})",
};
/* Before the closure is deleted. ON CONFLICT: schema/0016-waitlist-due.sql. */
static const struct db_statement insert_due_statement = {
    .name = "closure_waitlist_due",
    .parameters = "id, tenant",
    .sql = "INSERT INTO waitlist_due (trip_id) SELECT DISTINCT l.trip_id FROM closure_pair p"
           "  JOIN trip_leg l ON l.tenant_id = p.tenant_id AND l.from_place = p.from_place"
           "   AND l.to_place = p.to_place AND l.departs_at <= p.closed_until AND l.arrives_at >= p.closed_from"
           "  JOIN ride r ON r.trip_id = l.trip_id AND r.status = 'open' AND r.expires_at > now()"
           "  WHERE p.closure_id = {id} AND p.tenant_id = {tenant} ORDER BY l.trip_id"
           " ON CONFLICT (trip_id) DO UPDATE SET since = now()",
};
static const struct db_statement delete_statement = {
    .name = "closure_delete",
    .parameters = "id, tenant",
    .sql = "DELETE FROM closure WHERE id = {id} AND tenant_id = {tenant} RETURNING id",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such closure."},
};
const struct db_statement closure_list_statement = {
    .name = "closure_list",
    .parameters = "tenant, limit",
    .shape = &shape,
    .sql = "SELECT {columns} FROM closure c WHERE c.tenant_id = {tenant} AND c.closed_until > now()"
           " ORDER BY c.closed_from, c.id LIMIT {limit}",
};
// clang-format on

bool closure_store_insert(struct db *tx, const struct uuid *tenant_id, struct closure *closure,
                          struct fault *fault)
{
    enum { NAMED = 2 };
    auto_rows struct db_rows rows = {0};
    struct db_value values[NAMED + COLUMNS] = {db_uuid(tenant_id), db_int(CLOSURES_MAX)};
    const size_t count = NAMED + db_row_get_values(&shape, closure, values + NAMED);
    const struct db_value pairs[] = {db_uuid(&closure->id)};
    const struct db_call calls[] = {
        {&lock_statement,          values, 1,     NULL },
        {&insert_statement,        values, count, &rows},
        {&insert_pairs_statement,  pairs,  1,     NULL },
        {&insert_events_statement, pairs,  1,     NULL },
    };

    if (!db_query_all(tx, calls, ARRAY_LEN(calls), fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_CONFLICT, "too_many_closures",
                         "There are %d closures already.", CLOSURES_MAX);
    db_row_read_returned(&rows, 0, &shape, closure);
    return true;
}

bool closure_store_delete(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                          struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    const struct db_value values[] = {db_uuid(id), db_uuid(tenant_id)};

    return db_query(tx, &insert_due_statement, values, 2, NULL, fault) &&
           db_query_row(tx, &delete_statement, values, 2, &rows, fault);
}
