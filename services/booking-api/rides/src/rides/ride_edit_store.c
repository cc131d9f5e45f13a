// SPDX-License-Identifier: MIT
#include "rides/ride_edit_store.h"

// clang-format off
static const struct db_statement edit_statement = {
    .name = "ride_edit",
    .parameters = "id, version, price, note",
    .sql = "UPDATE ride SET price = {price}, note = {note} WHERE id = {id} AND version = {version}"
           " RETURNING version, updated_at",
};
// clang-format on

bool ride_edit_store_write(struct db *tx, struct ride *ride, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &edit_statement,
                  DB_VALUES(db_uuid(&ride->id), db_int(ride->version),
                            db_int(ride->preferences.price), db_text(ride->note)),
                  &rows, fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_CONFLICT, "changed_meanwhile",
                         "The ride changed at the same moment.");
    ride->version = db_get_int(&rows, 0, 0);
    ride->updated_at = db_get_time(&rows, 0, 1);
    return true;
}
