// SPDX-License-Identifier: MIT
#include "rides/ride_store.h"
#include "rides/trip_rides.h"

// clang-format off
static const struct db_statement count_statement = {
    .name = "trip_tally",
    .parameters = "trip uuid",
    .sql = "SELECT count(*) FILTER (WHERE r.status = 'confirmed'),"
           "  min(g.departs_at) FILTER (WHERE r.status IN ('confirmed', 'boarded')),"
           "  count(*) FILTER (WHERE is_live), count(*) FILTER (WHERE is_live AND r.kind = 'car'), count(*)"
           " FROM ride r JOIN trip_leg g USING (trip_id, from_stop, to_stop)"
           " CROSS JOIN LATERAL (SELECT (ride_waits(r.status) OR ride_takes(r.status))"
           "   AND NOT ride_is_over(r.status, r.expires_at) AS is_live) live"
           " WHERE r.trip_id = {trip}",
};

static const struct db_statement end_statement = {
    .name = "trip_rides_end",
    .parameters = "trip uuid, finishes boolean, fault text, actor text, reason text, client uuid, key uuid,"
                  " request_id text, route text",
    .parts = {ride_event_parts},
    .sql = "WITH due AS (SELECT id, status AS was, CASE WHEN {finishes} AND status IN ('confirmed', 'boarded')"
           "    THEN 'completed' ELSE 'cancelled' END AS becomes"
           "  FROM ride WHERE trip_id = {trip} AND (ride_waits(status) OR ride_takes(status)) ORDER BY id FOR UPDATE),"
           " ended AS (UPDATE ride r SET status = due.becomes, ended_at = now(), expires_at = NULL,"
           "   fee = CASE due.becomes WHEN 'cancelled' THEN 0 END,"
           "   refund = CASE due.becomes WHEN 'cancelled' THEN r.paid END,"
           "   fault = CASE WHEN due.becomes = 'completed' THEN NULL"
           "    WHEN due.was IN ('confirmed', 'boarded') THEN {fault} ELSE 'none' END"
           "   FROM due WHERE r.id = due.id RETURNING r.*, due.was),"
           " steps AS (INSERT INTO ride_history (ride_id, version, from_status, to_status, actor, reason, fee, refund)"
           "   SELECT id, version, was, status, {actor}, {reason}, fee, refund FROM ended),"
           " audits AS (INSERT INTO audit (tenant_id, client_id, key_id, actor, request_id, route, action, resource_type,"
           "    resource_id, resource_version)"
           "   SELECT tenant_id, {client}, {key}, {actor}, {request_id}, {route},"
           "    CASE status WHEN 'completed' THEN 'ride.complete' ELSE 'ride.cancel' END, 'ride', id, version FROM ended),"
           " events AS (INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id, resource_version,"
           "   tenant_id, data) SELECT gen_random_uuid(), 'ride.' || e.status, 'booking-api', e.version, 'ride', e.id,"
           "    e.version, e.tenant_id, {event}"
           "   FROM ended e LEFT JOIN trip_leg g USING (trip_id, from_stop, to_stop))"
           " SELECT (SELECT count(*) FROM ride WHERE trip_id = {trip} AND status = 'completed')"
           "  + (SELECT count(*) FROM ended WHERE status = 'completed')",
};
// clang-format on

bool trip_count_rides(struct db *db, const struct uuid *trip_id, struct trip_ride_counts *out,
                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &count_statement, DB_VALUES(db_uuid(trip_id)), &rows, fault))
        return false;
    *out = (struct trip_ride_counts){db_get_int(&rows, 0, 0), db_get_time(&rows, 0, 1),
                                     db_get_int(&rows, 0, 2), db_get_int(&rows, 0, 3),
                                     db_get_int(&rows, 0, 4)};
    return true;
}

bool trip_rides_end(struct change *change, const struct uuid *trip_id, enum trip_rides_end end,
                    enum cancel_fault whose, struct slice reason, int64_t *carried,
                    struct fault *fault)
{
    const struct api_caller *by = change->caller;
    auto_rows struct db_rows rows = {0};
    struct slice request_id, route;

    if (!change_describe_request(change, &request_id, &route, fault) ||
        !db_query(change->tx, &end_statement,
                  DB_VALUES(db_uuid(trip_id), db_bool(end == TRIP_RIDES_FINISH),
                            db_str(cancel_fault_names[whose]), db_text(by->actor_text),
                            db_text(reason), db_uuid(&by->client_id), db_uuid(&by->key_id),
                            db_text(request_id), db_text(route)),
                  &rows, fault))
        return false;
    *carried = db_get_int(&rows, 0, 0);
    return true;
}
