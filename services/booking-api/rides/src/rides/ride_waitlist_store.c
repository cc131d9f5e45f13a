// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "rides/ride_store.h"

// clang-format off
/* The load of the ride `r` on the trip_load `l`. The capacity may have changed since a ride for the whole car began to
 * wait. */
#define SEAT_LOAD "CASE r.kind WHEN 'car' THEN l.seats ELSE r.seat_load END"
#define CARGO_LOAD "CASE r.kind WHEN 'car' THEN l.cargo_units ELSE r.cargo_load END"
#define AT(member) offsetof(struct ride, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),         .sql = "r.id"},
    {DB_UUID, AT(tenant_id),  .sql = "r.tenant_id"},
    {DB_UUID, AT(trip_id),    .sql = "r.trip_id"},
    {DB_NAME, AT(kind),       .sql = "r.kind", .names = fare_kind_names},
    {DB_INT,  AT(from_stop),  .sql = "r.from_stop"},
    {DB_INT,  AT(to_stop),    .sql = "r.to_stop"},
    {DB_INT,  AT(seat_load),  .sql = SEAT_LOAD},
    {DB_INT,  AT(cargo_load), .sql = CARGO_LOAD},
    {DB_INT,  AT(child_load), .sql = "r.child_load"},
    {DB_TIME, AT(depart_at),  .sql = "g.departs_at"},
    {DB_TIME, AT(now),        .sql = "now()"},
};
static const struct db_shape shape = DB_SHAPE(columns, NULL);

#define WAITS "trip_id = {trip} AND status = 'open' AND expires_at > now()"

const struct db_statement ride_waitlist_statement = {
    .name = "ride_waiting",
    .parameters = "trip uuid",
    .shape = &shape,
    .sql = "SELECT {columns} FROM (SELECT * FROM ride WHERE " WAITS " ORDER BY id LIMIT 20) r"
           " JOIN trip t ON t.id = r.trip_id AND t.status IN ('scheduled', 'started')"
           " JOIN trip_load l ON l.trip_id = r.trip_id AND NOT l.is_blocked AND r.seats <= l.seats"
           " JOIN trip_leg g ON g.trip_id = r.trip_id AND g.from_stop = r.from_stop AND g.to_stop = r.to_stop"
           " WHERE NOT EXISTS (SELECT FROM rating w JOIN ride met ON met.id = w.ride_id WHERE w.stars = 1"
           "  AND w.driver_id = t.driver_id AND met.passenger_telegram_id = r.passenger_telegram_id)"
           " ORDER BY r.id",
};
_Static_assert(RIDE_WAITLIST_MAX == 20, "the LIMIT of ride_waiting");

static const struct db_statement count_statement = {
    .name = "ride_waiting_count",
    .parameters = "trip uuid",
    .sql = "SELECT count(*) FROM ride WHERE " WAITS,
};

static const struct db_statement hold_statement = {
    .name = "ride_hold_waiting",
    .parameters = "ids uuid[], untils bigint[]",
    .parts = {ride_trace_parts, ride_system_parts, ride_event_parts, (const struct db_part[]){{"route", "'ride_fill'"}, {NULL, NULL}}},
    .sql = "WITH moved AS (UPDATE ride r SET status = 'held', seat_load = " SEAT_LOAD ", cargo_load = " CARGO_LOAD ","
           "   expires_at = timestamptz 'epoch' + given.until * interval '1 microsecond'"
           "   FROM unnest({ids}, {untils}) AS given (id, until), trip_load l"
           "   WHERE r.id = given.id AND r.status = 'open' AND l.trip_id = r.trip_id"
           "   RETURNING r.*, 'open' AS was), {traces} SELECT count(*) FROM moved",
};
/* A delay moves T, and so the deadlines that T limits: of waiting rides, of requests and of claimed payments. */
static const struct db_statement extend_statement = {
    .name = "ride_extend_waiting",
    .parameters = "trip uuid",
    .parts = {ride_trace_parts, ride_system_parts, ride_event_parts, (const struct db_part[]){{"route", "'ride_extend'"}, {NULL, NULL}}},
    .sql = "WITH later AS (SELECT w.id, w.status AS was, CASE w.status"
           "    WHEN 'open' THEN g.departs_at - interval '30 minutes'"
           "    WHEN 'requested' THEN least(w.created_at + interval '3 hours', g.departs_at - interval '30 minutes')"
           "    ELSE least((SELECT max(h.at) FROM ride_history h WHERE h.ride_id = w.id AND h.to_status = 'payment_claimed'"
           "      AND h.from_status <> h.to_status) + interval '3 hours', g.departs_at) END AS deadline"
           "   FROM ride w JOIN trip_leg g USING (trip_id, from_stop, to_stop)"
           "   WHERE w.trip_id = {trip} AND w.status IN ('open', 'requested', 'payment_claimed')),"
           " moved AS (UPDATE ride r SET expires_at = later.deadline FROM later"
           "   WHERE r.id = later.id AND r.status = later.was AND r.expires_at > now() AND r.expires_at < later.deadline"
           "   RETURNING r.*, later.was), {traces} SELECT count(*) FROM moved",
};
_Static_assert(RIDE_LAST_S == 30 * 60 && RIDE_REQUEST_S == 3 * 3600 && RIDE_CLAIM_S == 3 * 3600, "ride_extend_waiting");
// clang-format on

size_t ride_waitlist_store_read(const struct db_rows *rows, struct ride out[RIDE_WAITLIST_MAX])
{
    const size_t count = (size_t)rows->count;

    for (size_t i = 0; i < count && i < RIDE_WAITLIST_MAX; i++) {
        out[i] = (struct ride){0};
        db_row_read(rows, (int)i, 0, columns, ARRAY_LEN(columns), &out[i]);
    }
    return count;
}

bool ride_waitlist_store_hold_seats(struct db *tx, const struct ride *waiting,
                                    const size_t *chosen_indexes, size_t chosen,
                                    struct fault *fault)
{
    struct db_value ids[RIDE_WAITLIST_MAX], untils[RIDE_WAITLIST_MAX];

    for (size_t i = 0; i < chosen; i++) {
        const struct ride *ride = &waiting[chosen_indexes[i]];
        ids[i] = db_uuid(&ride->id);
        untils[i] = db_int(ride_hold_until(ride->now, RIDE_FREED_HOLD_S, ride->depart_at));
    }
    return db_query(tx, &hold_statement,
                    DB_VALUES(db_array(DB_UUID, ids, chosen), db_array(DB_INT, untils, chosen)),
                    NULL, fault);
}

bool ride_waitlist_store_extend_deadlines(struct db *tx, const struct uuid *trip_id,
                                          struct fault *fault)
{
    return db_query(tx, &extend_statement, DB_VALUES(db_uuid(trip_id)), NULL, fault);
}

bool ride_waitlist_store_count(struct db *tx, const struct uuid *trip_id, int64_t *count,
                               struct fault *fault)
{
    return db_query_number(tx, &count_statement, DB_VALUES(db_uuid(trip_id)), count, fault);
}
