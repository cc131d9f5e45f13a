// SPDX-License-Identifier: MIT
#include "rides/ride_store.h"

// clang-format off
static const struct db_statement update_statement = {
    .name = "ride_move",
    .constraints = ride_constraints,
    .parameters = "id, version bigint, before, after, paid, phone, tries, fee, refund, fault, agreed_at timestamptz,"
                  " ended_at timestamptz, expires_at timestamptz",
    .sql = "UPDATE ride SET status = {after}, paid = {paid}, passenger_phone = {phone},"
           "  delivery_tries = {tries}, fee = {fee}, refund = {refund}, fault = {fault}, agreed_at = {agreed_at}, ended_at = {ended_at}, expires_at = {expires_at}"
           " WHERE id = {id} AND version = {version} AND status = {before}"
           " RETURNING version, updated_at",
    .shape = &ride_shape,
    .no_row = {FAULT_CONFLICT, "changed_meanwhile", "The ride changed at the same moment."},
};

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
    .shape = &ride_shape,
    .no_row = {FAULT_CONFLICT, "ride_taken", "The ride is taken."},
};

static const struct db_statement edit_statement = {
    .name = "ride_edit",
    .parameters = "id, version, price, note",
    .sql = "UPDATE ride SET price = {price}, note = {note} WHERE id = {id} AND version = {version}"
           " RETURNING version, updated_at",
    .shape = &ride_shape,
    .no_row = {FAULT_CONFLICT, "changed_meanwhile", "The ride changed at the same moment."},
};

const struct db_statement ride_step_statement = STEP_WRITE_PAID("ride");
const struct db_statement ride_history_statement = STEP_LIST("ride", &step_shape);
// clang-format on

bool ride_store_update(struct db *tx, struct ride *ride, int status_before, struct fault *fault)
{
    return db_write_row(
        tx, &update_statement,
        DB_VALUES(db_uuid(&ride->id), db_int(ride->version),
                  db_str(ride_status_names[status_before]), db_str(ride_status_names[ride->status]),
                  db_int(ride->paid), db_text(ride->passenger.phone), db_int(ride->delivery_tries),
                  db_int(ride->fee), db_int(ride->refund),
                  db_str(ride->fault < 0 ? NULL : cancel_fault_names[ride->fault]),
                  db_time(ride->agreed_at), db_time(ride->ended_at), db_time(ride->expires_at)),
        ride, fault);
}

bool ride_store_set_trip(struct db *tx, struct ride *ride, struct fault *fault)
{
    return db_write_row(tx, &place_statement,
                        DB_VALUES(db_uuid(&ride->id), db_int(ride->version),
                                  db_uuid(&ride->trip_id), db_int(ride->from_stop),
                                  db_int(ride->to_stop), db_int(ride->seat_load),
                                  db_int(ride->cargo_load), db_int(ride->child_load),
                                  db_text(ride->lines), db_int(ride->total), db_int(ride->deposit),
                                  db_str(cancel_policy_names[ride->policy]),
                                  db_str(ride_status_names[ride->status]), db_time(ride->agreed_at),
                                  db_time(ride->expires_at)),
                        ride, fault);
}

bool ride_store_update_price_and_note(struct db *tx, struct ride *ride, struct fault *fault)
{
    return db_write_row(tx, &edit_statement,
                        DB_VALUES(db_uuid(&ride->id), db_int(ride->version),
                                  db_int(ride->preferences.price), db_text(ride->note)),
                        ride, fault);
}
