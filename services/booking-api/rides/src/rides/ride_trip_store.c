// SPDX-License-Identifier: MIT
#include "rides/ride_store.h"

// clang-format off
static const struct db_statement place_statement = {
    .name = "ride_place",
    .constraints = ride_constraints,
    .parameters = "id, version bigint, trip, from_stop, to_stop, seat_load, cargo_load, child_load, lines json, total,"
                  " deposit, policy, status, agreed_at timestamptz, expires_at timestamptz",
    .sql = "UPDATE ride SET trip_id = {trip}, from_stop = {from_stop}, to_stop = {to_stop}, seat_load = {seat_load},"
           "  cargo_load = {cargo_load}, child_load = {child_load}, lines = {lines}, total = {total}, deposit = {deposit},"
           "  policy = {policy}, status = {status}, agreed_at = {agreed_at}, expires_at = {expires_at}"
           " WHERE id = {id} AND version = {version} AND status = 'open' AND trip_id IS NULL"
           " RETURNING version, updated_at",
};
// clang-format on

bool ride_store_set_trip(struct db *tx, struct ride *ride, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &place_statement,
                  DB_VALUES(db_uuid(&ride->id), db_int(ride->version), db_uuid(&ride->trip_id),
                            db_int(ride->from_stop), db_int(ride->to_stop), db_int(ride->seat_load),
                            db_int(ride->cargo_load), db_int(ride->child_load),
                            db_text(ride->lines), db_int(ride->total), db_int(ride->deposit),
                            db_str(cancel_policy_names[ride->policy]),
                            db_str(ride_status_names[ride->status]), db_time(ride->agreed_at),
                            db_time(ride->expires_at)),
                  &rows, fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_CONFLICT, "ride_taken", "The ride is taken.");
    ride->version = db_get_int(&rows, 0, 0);
    ride->updated_at = db_get_time(&rows, 0, 1);
    return true;
}
