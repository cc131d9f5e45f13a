// SPDX-License-Identifier: MIT
#include "api/events.h"

#include "rides/ride_store.h"
#include "trips/trip_store.h"

// clang-format off
/* SQL builds the events, with the members of ride_event_fields, because one statement ends any number of rides: under
 * the trip's lock, a writer first expires all overdue holds. */
const struct db_part ride_event_parts[] = {
    {"departs", "to_char(g.departs_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"},
    {"arrives", "to_char(g.arrives_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"},
    {"event", "jsonb_build_object('id', e.id, 'trip_id', e.trip_id, 'kind', e.kind, 'status', e.status,"
              " 'from_stop', e.from_stop, 'to_stop', e.to_stop, 'from', e.from_place, 'to', e.to_place,"
              " 'depart_at', {departs}, 'arrive_at', {arrives},"
              " 'seats', e.seats, 'child_seats', e.child_seats, 'luggage', e.luggage,"
              " 'total', jsonb_build_object('amount', e.total, 'currency', 'KZT'),"
              " 'deposit', jsonb_build_object('amount', e.deposit, 'currency', 'KZT'),"
              " 'paid', jsonb_build_object('amount', e.paid, 'currency', 'KZT'),"
              " 'fee', CASE WHEN e.fee IS NOT NULL THEN jsonb_build_object('amount', e.fee, 'currency', 'KZT') END,"
              " 'refund', CASE WHEN e.refund IS NOT NULL THEN jsonb_build_object('amount', e.refund, 'currency', 'KZT') END,"
              " 'fault', e.fault, 'expires_at', {until})"},
    {"until", "CASE WHEN ride_waits(e.status)"
              " THEN to_char(e.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') END"},
    {NULL, NULL},
};

/* {traces}: inserts history, audit rows and events, with their "step" (api/steps.h), of the rides in the CTE `moved`; `was`
 * is the previous status. */
#define CHANGED                                                                                                         \
    "CASE status WHEN 'expired' THEN 'ride.expire' WHEN 'held' THEN 'ride.hold'"                                        \
    " WHEN 'completed' THEN 'ride.complete' WHEN 'cancelled' THEN 'ride.cancel' ELSE 'ride.extend' END"
const struct db_part ride_trace_parts[] = {
    {"traces",
     "steps AS (INSERT INTO ride_history (ride_id, version, from_status, to_status, actor, reason, fee, refund)"
     "  SELECT id, version, was, status, {actor}, {reason}, fee, refund FROM moved),"
     " audits AS (INSERT INTO audit (tenant_id, client_id, key_id, actor, request_id, route, action,"
     "   resource_type, resource_id, resource_version)"
     "  SELECT tenant_id, {client}, {key}, {actor}, {request_id}, {route}, " CHANGED ", 'ride', id, version FROM moved),"
     " events AS (INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id,"
     "   resource_version, tenant_id, data)"
     "  SELECT " EVENT_ID_SQL ", 'ride.' || CASE e.was WHEN e.status THEN 'changed' ELSE e.status END, 'booking-api',"
     "   e.version, 'ride', e.id, e.version, e.tenant_id,"
     "   {event} || jsonb_build_object('step', jsonb_build_object('from', e.was, 'to', e.status,"
     "    'actor', split_part({actor}, ':', 1), 'has_reason', {reason} IS NOT NULL))"
     "   FROM moved e LEFT JOIN trip_leg g USING (trip_id, from_stop, to_stop))"},
    {NULL, NULL},
};
/* The values of {traces} for statements without a struct change: the actor is the system. */
const struct db_part ride_system_parts[] = {
    {"actor", "'system'"}, {"client", "NULL::uuid"}, {"key", "NULL::uuid"}, {"request_id", "NULL"}, {"reason", "NULL"},
    {NULL, NULL},
};

const struct db_statement ride_expire_statement = {
    .name = "ride_expire_on_trip",
    .parameters = "trip uuid",
    .parts = {ride_trace_parts, ride_system_parts, ride_event_parts, (const struct db_part[]){{"route", "'ride_expire'"}, {NULL, NULL}}},
    .sql = "WITH over AS (SELECT id, status FROM ride WHERE trip_id = {trip} AND ride_is_over(status, expires_at)"
           "   AND (SELECT next_expiry FROM trip_load WHERE trip_id = {trip}) <= now() ORDER BY id FOR UPDATE),"
           " moved AS (UPDATE ride r SET status = 'expired', ended_at = now(),"
           "   fee = CASE WHEN r.paid > 0 THEN 0 END, refund = nullif(r.paid, 0) FROM over"
           "   WHERE r.id = over.id RETURNING r.*, over.status AS was), {traces}"
           " SELECT count(*) FROM moved",
};

/* Not a part of ride_expire_statement, because the effect of a statement is visible only to the next one. */
const struct db_statement ride_clock_statement = {
    .name = "ride_next_expiry",
    .parameters = "trip uuid",
    .sql = "UPDATE trip_load SET next_expiry = (SELECT min(expires_at) FROM ride"
           "  WHERE trip_id = {trip} AND status IN ('held', 'requested', 'payment_claimed'))"
           " WHERE trip_id = {trip} AND next_expiry <= now()",
};

/* {end}: ends the rides in the CTE `due`, which has locked them. Its columns: id; was, the present status; becomes, the
 * new status; fault, whose fault it is if the ride becomes cancelled. A ride without a payment expires without fee and
 * refund. */
static const struct db_part end_parts[] = {
    {"end", "moved AS (UPDATE ride r SET status = due.becomes, ended_at = now(), expires_at = NULL,"
            "   fee = CASE WHEN due.becomes = 'cancelled' OR due.becomes = 'expired' AND r.paid > 0 THEN 0 END,"
            "   refund = CASE due.becomes WHEN 'cancelled' THEN r.paid WHEN 'expired' THEN nullif(r.paid, 0) END,"
            "   fault = CASE due.becomes WHEN 'cancelled' THEN due.fault END"
            "  FROM due WHERE r.id = due.id RETURNING r.*, due.was), {traces}"},
    {"reason", "NULL"},
    {NULL, NULL},
};
static const struct db_statement waiting_statement = {
    .name = "ride_end_waiting",
    .parameters = CHANGE_TRACE_PARAMETERS ", rides text",
    .parts = {end_parts, ride_trace_parts, ride_event_parts},
    .sql = "WITH due AS (SELECT id, status AS was,"
           "   CASE WHEN ride_is_over(status, expires_at) THEN 'expired' ELSE 'cancelled' END AS becomes, 'none' AS fault"
           "  FROM ride WHERE id = ANY ({rides}::uuid[]) AND ride_waits(status) ORDER BY id FOR UPDATE), {end}"
           " SELECT count(*) FROM moved",
};
static const struct db_statement open_statement = {
    .name = "ride_end_open",
    .parameters = CHANGE_TRACE_PARAMETERS ", most bigint",
    .parts = {end_parts, ride_trace_parts, ride_event_parts},
    .sql = "WITH due AS (SELECT id, status AS was, 'expired' AS becomes, NULL AS fault FROM ride"
           "  WHERE status = 'open' AND expires_at <= now() ORDER BY expires_at LIMIT {most} FOR UPDATE SKIP LOCKED), {end}"
           " SELECT count(*) FROM moved",
};

static const struct db_statement count_statement = {
    .name = "trip_tally",
    .parameters = "trip uuid",
    .sql = "SELECT count(*) FILTER (WHERE r.status = 'confirmed'),"
           "  min(coalesce(r.agreed_departs_at, g.departs_at - t.delay_minutes * interval '1 minute'))"
           "   FILTER (WHERE r.status IN ('confirmed', 'boarded')),"
           "  max(r.agreed_at),"
           "  count(*) FILTER (WHERE is_live), count(*) FILTER (WHERE is_live AND ride_takes(r.status) AND r.kind = 'car'),"
           "  count(*),"
           "  min(from_stop) FILTER (WHERE r.status = 'confirmed' AND from_stop >= (SELECT coalesce(max(b.from_stop), 0)"
           "   FROM ride b WHERE b.trip_id = {trip} AND b.status IN ('boarded', 'completed')))"
           " FROM ride r JOIN trip_leg g USING (trip_id, from_stop, to_stop) JOIN trip t ON t.id = r.trip_id"
           " CROSS JOIN LATERAL (SELECT (ride_waits(r.status) OR ride_takes(r.status))"
           "   AND NOT ride_is_over(r.status, r.expires_at) AS is_live) live"
           " WHERE r.trip_id = {trip}",
};

static const struct db_statement end_statement = {
    .name = "trip_rides_end",
    .parameters = CHANGE_TRACE_PARAMETERS ", trip uuid, finishes boolean, fault text, reason text",
    .parts = {end_parts, ride_trace_parts, ride_event_parts},
    .sql = "WITH due AS (SELECT id, status AS was,"
           "   CASE WHEN {finishes} AND status IN ('confirmed', 'boarded') THEN 'completed' ELSE 'cancelled' END AS becomes,"
           "   CASE WHEN status IN ('confirmed', 'boarded') THEN {fault} ELSE 'none' END AS fault"
           "  FROM ride WHERE trip_id = {trip} AND (ride_waits(status) OR ride_takes(status)) ORDER BY id FOR UPDATE), {end}"
           " SELECT (SELECT count(*) FROM ride WHERE trip_id = {trip} AND status = 'completed')"
           "  + (SELECT count(*) FROM moved WHERE status = 'completed')",
};

/* The values of trip_search_parts for the open ride `e`, as in GET /v1/rides/{id}/matches. */
static const struct db_part match_parts[] = {
    {"from", "e.from_place"},
    {"to", "e.to_place"},
    {"depart_from", "e.depart_from"},
    {"depart_to", "e.depart_to"},
    {"kind", "e.kind"},
    {"size", "e.parcel_size"},
    {"seats", "e.seats"},
    {"children", "e.child_seats"},
    {"guest", "e.passenger_telegram_id"},
    {"max_price", "NULL::bigint"},
    {"instant", "NULL::boolean"},
    {"full", "false"},
    {"bookable", "true"},
    {NULL, NULL},
};
/* In this statement `e` is the ride and `g` the leg of the trip that fits it. */
static const struct db_statement match_statement = {
    .name = "ride_match_trip",
    .parameters = "tenant uuid, trip uuid, most bigint",
    .parts = {match_parts, trip_search_parts, driver_fit_parts, ride_event_parts},
    .sql = "INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id,"
           "  resource_version, tenant_id, data)"
           " SELECT " EVENT_ID_SQL ", 'ride.matched', 'booking-api', e.version, 'ride', e.id, e.version, e.tenant_id,"
           "  {event} || jsonb_build_object('trip_id', g.trip_id, 'from_stop', g.from_stop, 'to_stop', g.to_stop)"
           " FROM ride e CROSS JOIN LATERAL (SELECT * FROM ({legs} AND g.trip_id = {trip}) leg WHERE {fits}) g"
           " WHERE e.id IN (SELECT r.id FROM ride r WHERE r.tenant_id = {tenant} AND {looks})"
           " ORDER BY e.id LIMIT {most}",
};
// clang-format on

bool ride_store_expire_overdue_holds(struct db *tx, const struct uuid *trip_id,
                                     struct db_rows *waiting_or_null, struct fault *fault)
{
    const struct db_value trip[] = {db_uuid(trip_id)};
    const struct db_call calls[] = {
        {&ride_expire_statement,   trip, 1, NULL           },
        {&ride_clock_statement,    trip, 1, NULL           },
        {&ride_waitlist_statement, trip, 1, waiting_or_null},
    };

    return db_query_all(tx, calls, waiting_or_null != NULL ? 3 : 2, fault);
}

bool ride_end_waiting(struct change *change, struct slice ride_ids, struct fault *fault)
{
    return change_query_traced(change, &waiting_statement, DB_VALUES(db_text(ride_ids)), NULL,
                               fault);
}

bool ride_expire_open_batch(struct change *change, int64_t *expired, struct fault *fault)
{
    return change_query_traced(change, &open_statement, DB_VALUES(db_int(RIDE_BATCH)), expired,
                               fault);
}

bool ride_count_on_trip(struct db *db, struct trip *trip, struct trip_ride_counts *out,
                        struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &count_statement, DB_VALUES(db_uuid(&trip->id)), &rows, fault))
        return false;
    *out = (struct trip_ride_counts){db_get_int(&rows, 0, 0),  db_get_time(&rows, 0, 1),
                                     db_get_time(&rows, 0, 2), db_get_int(&rows, 0, 3),
                                     db_get_int(&rows, 0, 4),  db_get_int(&rows, 0, 5),
                                     db_get_int(&rows, 0, 6)};
    trip->confirmed_rides = out->confirmed;
    return true;
}

bool ride_end_all_on_trip(struct change *change, const struct uuid *trip_id, bool trip_finishes,
                          enum cancel_fault side_at_fault, struct slice reason, int64_t *completed,
                          struct fault *fault)
{
    return ride_store_expire_overdue_holds(change->tx, trip_id, NULL, fault) &&
           change_query_traced(change, &end_statement,
                               DB_VALUES(db_uuid(trip_id), db_bool(trip_finishes),
                                         db_str(cancel_fault_names[side_at_fault]),
                                         db_text(reason)),
                               completed, fault);
}

bool ride_add_match_events(struct change *change, const struct uuid *trip_id, struct fault *fault)
{
    return db_query(
        change->tx, &match_statement,
        DB_VALUES(db_uuid(&change->caller->tenant_id), db_uuid(trip_id), db_int(RIDE_MATCHES_MAX)),
        NULL, fault);
}
