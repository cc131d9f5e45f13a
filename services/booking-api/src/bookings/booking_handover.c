// SPDX-License-Identifier: MIT
#include "bookings/booking_handover.h"

#include "bookings/booking_record.h"
#include "bookings/booking_store.h"

// clang-format off
/* Rows are locked in the order of their ids, as erasure locks them. `o` and `b` are the rows as they
 * have become; the tables still show them as they were. */
static const struct db_statement statement = {
    .name = "booking_handover",
    .shape = &booking_shape,
    .sql = "WITH live AS MATERIALIZED (SELECT t.id FROM occupancy t"
           "  WHERE t.apartment_id = $1 AND t.kind = 'booking'"
           "   AND occupancy_takes(t.status, t.expires_at)"
           "  ORDER BY t.id FOR NO KEY UPDATE),"
           " o AS (UPDATE occupancy t SET version = t.version + 1, updated_at = now()"
           "  FROM live WHERE t.id = live.id RETURNING t.*),"
           " b AS (UPDATE booking t SET owner_id = $2 FROM live WHERE t.id = live.id RETURNING t.*)"
           " SELECT {columns}, o.status"
           " FROM o JOIN b ON b.id = o.id JOIN apartment a ON a.id = o.apartment_id"
           " ORDER BY o.id",
};
// clang-format on

bool booking_handover(struct change *change, const struct uuid *owner_before,
                      const struct apartment *flat, struct fault *fault)
{
    static const struct booking_step_name name = {"booking.changed", "booking.change_owner"};
    auto_rows struct db_rows rows = {0};

    if (uuid_equal(owner_before, &flat->owner_id))
        return true;
    return db_query(change->tx, &statement, DB_VALUES(db_uuid(&flat->id), db_uuid(&flat->owner_id)),
                    &rows, fault) &&
           booking_record_rows(change, change->caller, &rows, &name, fault);
}
