// SPDX-License-Identifier: MIT
#include "rides/ride_end_store.h"

#include "rides/ride_store.h"

// clang-format off
/* Ends the locked rides of the CTE `over`. */
static const struct db_part end_parts[] = {
    {"end", "ended AS (UPDATE ride r SET ended_at = now(), expires_at = NULL,"
            "   status = CASE WHEN over.is_over THEN 'expired' ELSE 'cancelled' END,"
            "   fee = CASE WHEN NOT over.is_over THEN 0 END, refund = CASE WHEN NOT over.is_over THEN r.paid END,"
            "   fault = CASE WHEN NOT over.is_over THEN 'none' END"
            "  FROM over WHERE r.id = over.id RETURNING r.*, over.status AS was),"
            " steps AS (INSERT INTO ride_history (ride_id, version, from_status, to_status, actor, fee, refund)"
            "  SELECT id, version, was, status, {actor}, fee, refund FROM ended),"
            " audits AS (INSERT INTO audit (tenant_id, client_id, key_id, actor, request_id, route, action,"
            "   resource_type, resource_id, resource_version)"
            "  SELECT tenant_id, {client}, {key}, {actor}, {request_id}, {route},"
            "   CASE status WHEN 'expired' THEN 'ride.expire' ELSE 'ride.cancel' END, 'ride', id, version FROM ended),"
            " events AS (INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id,"
            "   resource_version, tenant_id, data)"
            "  SELECT gen_random_uuid(), 'ride.' || e.status, 'booking-api', e.version, 'ride', e.id, e.version,"
            "   e.tenant_id, {event}"
            "  FROM ended e LEFT JOIN trip_leg g USING (trip_id, from_stop, to_stop))"
            " SELECT count(*) FROM ended"},
    {NULL, NULL},
};
#define BY "actor text, client uuid, key uuid, request_id text, route text"

static const struct db_statement waiting_statement = {
    .name = "ride_end_waiting",
    .parameters = BY ", rides text",
    .parts = {end_parts, ride_event_parts},
    .sql = "WITH over AS (SELECT id, status, ride_is_over(status, expires_at) AS is_over FROM ride"
           "  WHERE id = ANY ({rides}::uuid[]) AND ride_waits(status) ORDER BY id FOR UPDATE), {end}",
};

static const struct db_statement open_statement = {
    .name = "ride_end_open",
    .parameters = BY ", most bigint",
    .parts = {end_parts, ride_event_parts},
    .sql = "WITH over AS (SELECT id, status, true AS is_over FROM ride WHERE status = 'open' AND expires_at <= now()"
           "  ORDER BY expires_at LIMIT {most} FOR UPDATE SKIP LOCKED), {end}",
};
// clang-format on

static bool run(struct change *change, const struct db_statement *statement, struct db_value last,
                int *ended, struct fault *fault)
{
    const struct api_caller *by = change->caller;
    struct slice request_id = {0}, route;
    auto_rows struct db_rows rows = {0};

    if (!change_describe_request(change, &request_id, &route, fault) ||
        !db_query(change->tx, statement,
                  DB_VALUES(db_text(by->actor_text), db_uuid(&by->client_id), db_uuid(&by->key_id),
                            db_text(request_id), db_text(route), last),
                  &rows, fault))
        return false;
    *ended = (int)db_get_int(&rows, 0, 0);
    return true;
}

bool ride_end_waiting(struct change *change, struct slice rides, struct fault *fault)
{
    int ended;

    return run(change, &waiting_statement, db_text(rides), &ended, fault);
}

bool ride_end_open(struct change *change, int64_t most, int *ended, struct fault *fault)
{
    return run(change, &open_statement, db_int(most), ended, fault);
}
