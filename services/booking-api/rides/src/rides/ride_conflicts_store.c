// SPDX-License-Identifier: MIT
#include "rides/ride_store.h"

// clang-format off
/* A passenger with a Telegram account is identified by it alone. A phone is not verified: it matches only rides
 * without an account, so that naming another person's phone does not affect that person's limits. */
const struct db_statement ride_conflicts_statement = {
    .name = "ride_rivals",
    .parameters = "tenant uuid, telegram_id bigint, phone text, trip uuid, from_stop bigint, to_stop bigint, kind text,"
                  " departs timestamptz, arrives timestamptz",
    .sql = "WITH wanted AS (SELECT departs_at, arrives_at FROM trip_leg"
           "   WHERE trip_id = {trip} AND from_stop = {from_stop} AND to_stop = {to_stop}"
           "  UNION ALL SELECT {departs}, {arrives} WHERE {departs} IS NOT NULL),"
           " mine AS (SELECT id FROM ride WHERE tenant_id = {tenant} AND passenger_telegram_id = {telegram_id}"
           "  UNION ALL SELECT id FROM ride WHERE tenant_id = {tenant} AND passenger_phone = {phone}"
           "   AND passenger_telegram_id IS NULL AND {telegram_id} IS NULL),"
           " live AS (SELECT r.id, r.status, r.paid, r.trip_id, r.from_stop, r.to_stop, r.kind FROM ride r JOIN mine USING (id)"
           "  WHERE (ride_waits(r.status) OR ride_takes(r.status)) AND NOT ride_is_over(r.status, r.expires_at))"
           " SELECT count(*) FILTER (WHERE ride_waits(live.status)),"
           "  (SELECT count(*) FROM ride r JOIN mine USING (id)"
           "   WHERE r.fault = 'passenger' AND r.ended_at > now() - interval '90 days'),"
           "  (array_agg(live.id) FILTER (WHERE live.trip_id = {trip} AND live.from_stop = {from_stop}"
           "    AND live.to_stop = {to_stop} AND live.kind = {kind}))[1],"
           "  (array_agg(live.id) FILTER (WHERE live.trip_id IS DISTINCT FROM {trip} AND live.kind <> 'parcel' AND {kind} <> 'parcel'"
           "    AND (g.departs_at, g.arrives_at) OVERLAPS (wanted.departs_at, wanted.arrives_at)))[1],"
           "  count(*) FILTER (WHERE live.status = 'confirmed' AND live.paid = 0 AND g.departs_at > now())"
           " FROM live LEFT JOIN trip_leg g ON g.trip_id = live.trip_id AND g.from_stop = live.from_stop"
           "   AND g.to_stop = live.to_stop LEFT JOIN wanted ON true",
};
_Static_assert(CANCEL_PASSENGER_DAYS == 90, "ride_rivals");

static const struct db_statement pair_statement = {
    .name = "ride_pair",
    .parameters = "tenant uuid, driver uuid, telegram_id bigint",
    .sql = "SELECT EXISTS (SELECT FROM rating w JOIN ride r ON r.id = w.ride_id WHERE w.stars = 1"
           "  AND w.driver_id = {driver} AND r.tenant_id = {tenant} AND r.passenger_telegram_id = {telegram_id}),"
           " EXISTS (SELECT FROM driver WHERE id = {driver} AND telegram_id = {telegram_id})",
};
// clang-format on

void ride_conflicts_read(const struct db_rows *rows, struct ride_conflicts *out)
{
    *out = (struct ride_conflicts){
        .waiting = db_get_int(rows, 0, 0),
        .faults = db_get_int(rows, 0, 1),
        .duplicate = db_get_uuid(rows, 0, 2),
        .overlapping = db_get_uuid(rows, 0, 3),
        .unpaid = db_get_int(rows, 0, 4),
    };
}

bool ride_store_find_conflicts(struct db *tx, const struct ride *ride, int64_t depart_at,
                               int64_t arrive_at, struct ride_conflicts *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &ride_conflicts_statement,
                  DB_VALUES(db_uuid(&ride->tenant_id), db_int(ride->passenger.telegram_id),
                            db_text(ride->passenger.phone), db_null(), db_null(), db_null(),
                            db_str(fare_kind_names[ride->kind]), db_time(depart_at),
                            db_time(arrive_at)),
                  &rows, fault))
        return false;
    ride_conflicts_read(&rows, out);
    return true;
}

bool ride_pair_find(struct db *db, const struct uuid *tenant_id, const struct uuid *driver_id,
                    int64_t telegram_id, struct ride_pair *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &pair_statement,
                  DB_VALUES(db_uuid(tenant_id), db_uuid(driver_id), db_int(telegram_id)), &rows,
                  fault))
        return false;
    *out = (struct ride_pair){db_get_bool(&rows, 0, 0), db_get_bool(&rows, 0, 1)};
    return true;
}
