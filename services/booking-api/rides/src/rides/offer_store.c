// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "api/events.h"

#include "rides/ride_store.h"

// clang-format off
#define AT(member) offsetof(struct offer, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),           .name = "id", .flags = DB_WRITTEN},
    {DB_UUID, AT(tenant_id),    .name = "tenant_id", .flags = DB_WRITTEN},
    {DB_UUID, AT(ride_id),      .name = "ride_id", .flags = DB_WRITTEN},
    {DB_UUID, AT(driver_id),    .name = "driver_id", .flags = DB_WRITTEN},
    {DB_UUID, AT(car_id),       .name = "car_id", .flags = DB_WRITTEN},
    {DB_UUID, AT(trip_id),      .name = "trip_id", .flags = DB_WRITTEN},
    {DB_NAME, AT(status),       .name = "status", .flags = DB_WRITTEN, .names = offer_status_names},
    {DB_INT,  AT(price),        .name = "price", .flags = DB_WRITTEN},
    {DB_TIME, AT(depart_at),    .name = "depart_at", .flags = DB_WRITTEN},
    {DB_TIME, AT(arrive_at),    .name = "arrive_at", .flags = DB_WRITTEN},
    {DB_BOOL, AT(sell_rest),    .name = "sell_rest", .flags = DB_WRITTEN},
    {DB_TIME, AT(expires_at),   .name = "expires_at", .flags = DB_WRITTEN},
    {DB_TEXT, AT(changed_by),   .name = "changed_by"},
    {DB_INT,  AT(version),      .name = "version"},
    {DB_TIME, AT(created_at),   .name = "created_at"},
    {DB_TIME, AT(updated_at),   .name = "updated_at"},
    {DB_INT,  AT(passenger),    .sql = "r.passenger_telegram_id"},
    {DB_TEXT, AT(passenger_phone), .sql = "r.passenger_phone"},
    {DB_BOOL, AT(ride_is_open), .sql = "(r.status = 'open' AND r.trip_id IS NULL AND r.expires_at > now())"},
    {DB_BOOL, AT(trip_moved),   .sql = "(o.trip_id IS NOT NULL AND NOT EXISTS (SELECT FROM trip_leg g WHERE g.trip_id = o.trip_id"
     " AND g.from_place = r.from_place AND g.to_place = r.to_place AND g.departs_at = o.depart_at"
     " AND g.arrives_at = o.arrive_at))"},
    DRIVER_VIEW_COLUMNS,
    {DB_TIME, AT(now),          .sql = "now()"},
};
enum { COLUMNS = ARRAY_LEN(columns) };
static const struct db_shape offer_shape = DB_SHAPE(columns, "o");

static const struct db_part parts[] = {
    {"joined", "offer o JOIN ride r ON r.id = o.ride_id JOIN driver d ON d.id = o.driver_id JOIN car c ON c.id = o.car_id"},
    {NULL, NULL},
};

/* {traces}: inserts an audit row and an event, without names, for each offer in the CTE `moved`. */
#define TIME(column) "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
static const struct db_part traces[] = {
    {"traces",
     "audits AS (INSERT INTO audit (tenant_id, client_id, key_id, actor, request_id, route, action, resource_type,"
     "  resource_id, resource_version) SELECT tenant_id, {client}, {key}, {actor}, {request_id}, {route},"
     "  CASE status WHEN 'pending' THEN 'offer.create' WHEN 'accepted' THEN 'offer.accept' WHEN 'lost' THEN 'offer.lose'"
     "   WHEN 'rejected' THEN 'offer.reject' WHEN 'withdrawn' THEN 'offer.withdraw'"
     "   WHEN 'superseded' THEN 'offer.supersede' ELSE 'offer.expire' END, 'offer', id, version FROM moved),"
     " events AS (INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id, resource_version,"
     "  tenant_id, data) SELECT " EVENT_ID_SQL ", 'offer.' || status, 'booking-api', version, 'offer', id, version,"
     "  tenant_id, jsonb_build_object('id', id, 'ride_id', ride_id, 'driver_id', driver_id, 'trip_id', trip_id,"
     "   'status', status, 'price', jsonb_build_object('amount', price, 'currency', 'KZT'),"
     "   'depart_at', " TIME("depart_at") ", 'arrive_at', " TIME("arrive_at") ","
     "   'expires_at', CASE WHEN status = 'pending' THEN " TIME("expires_at") " END) FROM moved)"
     " SELECT count(*) FROM moved"},
    {NULL, NULL},
};

#define FIND(name_, lock_) {                                                                       \
    .name = name_,                                                                                 \
    .parameters = "id, ride, tenant",                                                              \
    .parts = {parts},                                                                              \
    .shape = &offer_shape,                                                                         \
    .sql = "SELECT {columns} FROM {joined} WHERE o.id = {id} AND o.ride_id = {ride}"               \
           " AND o.tenant_id = {tenant}" lock_,                                                    \
    .no_row = {FAULT_NOT_FOUND, "not_found", "The ride has no such offer."}}
static const struct db_statement find_statement = FIND("offer_find", "");
static const struct db_statement lock_statement = FIND("offer_lock", " FOR UPDATE OF o");
const struct db_statement offer_list_statement = {
    .name = "offer_list",
    .parameters = "tenant uuid, ride uuid, driver uuid, after uuid, limit bigint",
    .parts = {parts},
    .shape = &offer_shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, NULL::integer AS large FROM {joined}"
           " WHERE o.ride_id = {ride} AND o.tenant_id = {tenant} AND o.id < {after}"
           "  AND ({driver} IS NULL OR o.driver_id = {driver}) ORDER BY o.id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};

static const struct db_constraint constraints[] = {
    {"offer_one_pending", FAULT_CONFLICT, "changed_meanwhile", NULL, "Another offer was made at the same moment."},
    {"offer_one_accepted", FAULT_CONFLICT, "ride_taken", NULL, "The ride is taken."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};

static const struct db_statement supersede_statement = {
    .name = "offer_supersede",
    .parameters = CHANGE_TRACE_PARAMETERS ", ride uuid, driver uuid",
    .parts = {traces},
    .sql = "WITH moved AS (UPDATE offer SET changed_by = {actor},"
           "   status = CASE WHEN expires_at <= now() THEN 'expired' ELSE 'superseded' END"
           "  WHERE ride_id = {ride} AND driver_id = {driver} AND status = 'pending' RETURNING *), {traces}",
};
static const struct db_statement insert_statement = {
    .name = "offer_insert",
    .constraints = constraints,
    .parameters = CHANGE_TRACE_PARAMETERS,
    .parts = {traces},
    .shape = &offer_shape,
    .sql = "WITH moved AS (INSERT INTO offer ({written}) VALUES ({values}) RETURNING *), {traces}",
};
static const struct db_statement update_statement = {
    .name = "offer_move",
    .parameters = CHANGE_TRACE_PARAMETERS ", id uuid, after text",
    .parts = {traces},
    .sql = "WITH moved AS (UPDATE offer SET status = {after}, changed_by = {actor}"
           "  WHERE id = {id} AND status = 'pending' RETURNING *), {traces}",
};
static const struct db_statement expire_statement = {
    .name = "offer_expire",
    .parameters = CHANGE_TRACE_PARAMETERS ", most bigint",
    .parts = {traces},
    .sql = "WITH given AS (SELECT id FROM offer WHERE status = 'pending' AND expires_at <= now()"
           "   ORDER BY expires_at LIMIT {most} FOR UPDATE SKIP LOCKED),"
           " moved AS (UPDATE offer o SET status = 'expired', changed_by = {actor}"
           "   FROM given WHERE o.id = given.id RETURNING o.*), {traces}",
};
static const struct db_statement lose_statement = {
    .name = "offer_lose",
    .parameters = CHANGE_TRACE_PARAMETERS ", rides text",
    .parts = {traces},
    .sql = "WITH given AS (SELECT id FROM offer WHERE status = 'pending' AND ride_id = ANY ({rides}::uuid[])"
           "   ORDER BY id FOR UPDATE),"
           " moved AS (UPDATE offer o SET changed_by = {actor},"
           "   status = CASE WHEN o.expires_at <= now() THEN 'expired' ELSE 'lost' END"
           "   FROM given WHERE o.id = given.id RETURNING o.*), {traces}",
};
/* Locks the offers on the ride and the conflicting offers of the winner's driver, ordered by id against deadlocks. The
 * conflicting ones are on rides of other passengers, from which the erasure of the actor would not remove the account. */
static const struct db_statement close_statement = {
    .name = "offer_close",
    .constraints = constraints,
    .parameters = CHANGE_TRACE_PARAMETERS ", ride uuid, won uuid, trip uuid, driver uuid, departs timestamptz, until timestamptz",
    .parts = {traces},
    .sql = "WITH given AS (SELECT id FROM offer WHERE status = 'pending' AND (ride_id = {ride}"
           "   OR (driver_id = {driver} AND trip_id IS NULL AND depart_at < {until}"
           "    AND arrive_at + interval '30 minutes' > {departs})) ORDER BY id FOR UPDATE),"
           " moved AS (UPDATE offer o SET trip_id = CASE WHEN o.id = {won} THEN {trip} ELSE o.trip_id END,"
           "   status = CASE WHEN o.id = {won} THEN 'accepted' WHEN o.expires_at <= now() THEN 'expired'"
           "    WHEN o.ride_id = {ride} THEN 'lost' ELSE 'withdrawn' END,"
           "   changed_by = CASE WHEN o.ride_id = {ride} THEN {actor} END"
           "   FROM given WHERE o.id = given.id RETURNING o.*), {traces}",
};
static const struct db_statement withdraw_statement = {
    .name = "offer_withdraw_all",
    .parameters = CHANGE_TRACE_PARAMETERS ", driver uuid",
    .parts = {traces},
    .sql = "WITH given AS (SELECT id FROM offer WHERE driver_id = {driver} AND status = 'pending' ORDER BY id FOR UPDATE),"
           " moved AS (UPDATE offer o SET changed_by = {actor},"
           "   status = CASE WHEN o.expires_at <= now() THEN 'expired' ELSE 'withdrawn' END"
           "   FROM given WHERE o.id = given.id RETURNING o.*), {traces}",
};
// clang-format on

void offer_store_read(const struct db_rows *rows, int row, struct offer *out)
{
    *out = (struct offer){.status = -1};
    db_row_read(rows, row, 0, columns, COLUMNS, out);
    offer_apply_clock(out);
}

static bool find_offer(struct change *change, const struct db_statement *statement,
                       const struct uuid *ride_id, const struct uuid *id, struct offer *out,
                       struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(change->tx, statement,
                      DB_VALUES(db_uuid(id), db_uuid(ride_id), db_uuid(&change->caller->tenant_id)),
                      &rows, fault))
        return false;
    offer_store_read(&rows, 0, out);
    return db_rows_keep(&rows, change->arena, fault);
}

bool offer_store_find(struct change *change, const struct uuid *ride_id, const struct uuid *id,
                      struct offer *out, struct fault *fault)
{
    return find_offer(change, &find_statement, ride_id, id, out, fault);
}

bool offer_store_lock(struct change *change, const struct uuid *ride_id, const struct uuid *id,
                      struct offer *out, struct fault *fault)
{
    return find_offer(change, &lock_statement, ride_id, id, out, fault);
}

bool offer_store_supersede_and_insert(struct change *change, const struct offer *offer,
                                      struct fault *fault)
{
    struct db_value values[CHANGE_TRACES + COLUMNS], before[CHANGE_TRACES + 2];

    if (!change_get_trace(change, values, fault) || !change_get_trace(change, before, fault))
        return false;
    before[CHANGE_TRACES] = db_uuid(&offer->ride_id);
    before[CHANGE_TRACES + 1] = db_uuid(&offer->driver_id);
    const size_t count =
        CHANGE_TRACES + db_row_get_values(&offer_shape, offer, values + CHANGE_TRACES);
    const struct db_call calls[] = {
        {&supersede_statement, before, ARRAY_LEN(before), NULL},
        {&insert_statement,    values, count,             NULL},
    };
    return db_query_all(change->tx, calls, 2, fault);
}

bool offer_store_set_status(struct change *change, const struct offer *offer, enum offer_status to,
                            struct fault *fault)
{
    return change_query_traced(change, &update_statement,
                               DB_VALUES(db_uuid(&offer->id), db_str(offer_status_names[to])), NULL,
                               fault);
}

bool offer_store_expire_batch(struct change *change, int64_t *expired, struct fault *fault)
{
    return change_query_traced(change, &expire_statement, DB_VALUES(db_int(RIDE_BATCH)), expired,
                               fault);
}

bool offer_store_mark_lost(struct change *change, struct slice ride_ids, struct fault *fault)
{
    return change_query_traced(change, &lose_statement, DB_VALUES(db_text(ride_ids)), NULL, fault);
}

bool offer_store_close_all(struct change *change, const struct uuid *ride_id,
                           const struct offer_winner *winner_or_null, struct fault *fault)
{
    const struct offer_winner nobody = {.depart_at = FIELD_ABSENT, .busy_until = FIELD_ABSENT};
    const struct offer_winner *chosen = winner_or_null != NULL ? winner_or_null : &nobody;

    return change_query_traced(change, &close_statement,
                               DB_VALUES(db_uuid(ride_id), db_uuid(&chosen->id),
                                         db_uuid(&chosen->trip_id),
                                         chosen->made ? db_uuid(&chosen->driver_id) : db_null(),
                                         db_time(chosen->depart_at), db_time(chosen->busy_until)),
                               NULL, fault);
}

bool offer_store_withdraw_all(struct change *change, const struct uuid *driver_id,
                              struct fault *fault)
{
    return change_query_traced(change, &withdraw_statement, DB_VALUES(db_uuid(driver_id)), NULL,
                               fault);
}
