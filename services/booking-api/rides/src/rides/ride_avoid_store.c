// SPDX-License-Identifier: MIT
#include "rides/ride_avoid_store.h"

#include "ride_callers.h"

// clang-format off
static const struct db_statement statement = {
    .name = "ride_avoids",
    .parameters = "tenant uuid, driver uuid, telegram_id bigint",
    .sql = "SELECT EXISTS (SELECT FROM rating w JOIN ride r ON r.id = w.ride_id WHERE w.stars = 1"
           " AND w.driver_id = {driver} AND r.tenant_id = {tenant} AND r.passenger_telegram_id = {telegram_id})",
};
// clang-format on

bool ride_avoids(struct db *db, const struct uuid *tenant_id, const struct uuid *driver_id,
                 int64_t telegram_id, bool *avoids, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &statement,
                  DB_VALUES(db_uuid(tenant_id), db_uuid(driver_id), db_int(telegram_id)), &rows,
                  fault))
        return false;
    *avoids = db_get_bool(&rows, 0, 0);
    return true;
}

bool ride_hidden(struct db *db, const struct ride *ride, const struct api_caller *caller,
                 bool *hidden, struct fault *fault)
{
    *hidden = !ride_visible(ride, caller);
    if (*hidden || caller->actor != RIDE_ACTOR_DRIVER || ride_has_trip(ride))
        return true;
    return ride_avoids(db, &ride->tenant_id, &caller->actor_id, ride->passenger.telegram_id, hidden,
                       fault);
}
