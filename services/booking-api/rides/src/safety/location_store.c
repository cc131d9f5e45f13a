// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "safety/safety.h"

// clang-format off
#define AT(member) offsetof(struct location, member)
static const struct db_column columns[] = {
    {DB_UUID,   AT(trip_id),   .name = "trip_id"},
    {DB_DOUBLE, AT(place.lat), .name = "lat"},
    {DB_DOUBLE, AT(place.lon), .name = "lon"},
    {DB_TIME,   AT(at),        .name = "at"},
};
static const struct db_shape shape = DB_SHAPE(columns, "l");

/* {over}: did the trip `t` end over an hour ago? */
static const struct db_part parts[] = {
    {"over", "t.status IN ('finished', 'cancelled') AND (SELECT max(h.at) FROM trip_history h WHERE h.trip_id = t.id"
             " AND h.to_status = t.status) <= now() - interval '1 hour'"},
    {NULL, NULL},
};

/* The driver's current trip: a started trip that should not have arrived yet; else the scheduled trip with the earliest
 * departure; else the started trip with the latest departure. */
static const struct db_statement current_statement = {
    .name = "location_trip",
    .parameters = "tenant, driver",
    .sql = "SELECT id FROM trip WHERE driver_id = {driver} AND tenant_id = {tenant} AND status IN ('scheduled', 'started')"
           " AND departs_at <= now() + interval '1 hour'"
           " ORDER BY CASE WHEN status = 'scheduled' THEN 1 WHEN arrives_at > now() THEN 0 ELSE 2 END,"
           "  CASE status WHEN 'scheduled' THEN departs_at END, departs_at DESC LIMIT 1",
    .no_row = {FAULT_CONFLICT, "too_early", "From an hour before the departure until the end of the trip."},
};
static const struct db_statement put_statement = {
    .name = "location_put",
    .parameters = "trip, tenant, lat, lon, at",
    .sql = "INSERT INTO trip_location (trip_id, tenant_id, lat, lon, at) VALUES ({trip}, {tenant}, {lat}, {lon}, {at})"
           " ON CONFLICT (trip_id) DO UPDATE SET lat = EXCLUDED.lat, lon = EXCLUDED.lon, at = EXCLUDED.at,"
           "  updated_at = now() WHERE trip_location.at < EXCLUDED.at",
};
static const struct db_statement find_statement = {
    .name = "location_find",
    .parameters = "trip",
    .parts = {parts},
    .shape = &shape,
    .sql = "SELECT {columns} FROM trip_location l JOIN trip t ON t.id = l.trip_id WHERE l.trip_id = {trip}"
           " AND ({over}) IS NOT TRUE",
};
const struct db_statement location_store_delete_old = {
    .name = "location_forget",
    .parameters = "limit bigint",
    .parts = {parts},
    .sql = "DELETE FROM trip_location WHERE trip_id IN"
           " (SELECT l.trip_id FROM trip_location l JOIN trip t ON t.id = l.trip_id WHERE {over} LIMIT {limit})",
};
// clang-format on

static void read_location(const struct db_rows *rows, struct location *out)
{
    *out = (struct location){0};
    if (rows->count > 0)
        db_row_read(rows, 0, 0, columns, ARRAY_LEN(columns), out);
}

bool location_store_save_if_newer(struct db *tx, const struct uuid *tenant_id,
                                  const struct uuid *driver_id, struct location *location,
                                  struct fault *fault)
{
    auto_rows struct db_rows current = {0}, kept = {0};

    if (!db_query_row(tx, &current_statement, DB_VALUES(db_uuid(tenant_id), db_uuid(driver_id)),
                      &current, fault))
        return false;
    const struct uuid trip_id = db_get_uuid(&current, 0, 0);
    const struct db_value values[] = {db_uuid(&trip_id), db_uuid(tenant_id),
                                      db_double(location->place.lat),
                                      db_double(location->place.lon), db_time(location->at)};
    const struct db_call calls[] = {
        {&put_statement,  values, 5, NULL },
        {&find_statement, values, 1, &kept},
    };

    if (!db_query_all(tx, calls, 2, fault))
        return false;
    read_location(&kept, location);
    return true;
}

bool location_store_find(struct db *db, const struct uuid *trip_id, struct location *out,
                         struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &find_statement, DB_VALUES(db_uuid(trip_id)), &rows, fault))
        return false;
    read_location(&rows, out);
    return true;
}
