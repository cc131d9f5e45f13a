// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "places/route.h"

struct stored {
    struct slice from;
    struct slice to;
    struct route route;
};

// clang-format off
#define AT(member) offsetof(struct stored, member)
static const struct db_column columns[] = {
    {DB_TEXT, AT(from),               .name = "from_place"},
    {DB_TEXT, AT(to),                 .name = "to_place"},
    {DB_INT,  AT(route.km),           .name = "km"},
    {DB_INT,  AT(route.minutes),      .name = "minutes"},
    {DB_INT,  AT(route.seat_typical), .name = "seat_price"},
    {DB_INT,  AT(route.car_price),    .name = "car_price"},
    {DB_INT,  AT(route.version),      .name = "version"},
};
static const struct db_shape shape = DB_SHAPE(columns, NULL);

#define FIND(name_, lock_) {                                                                       \
    .name = name_,                                                                                 \
    .parameters = "tenant, from, to",                                                              \
    .shape = &shape,                                                                               \
    .sql = "SELECT {columns} FROM route WHERE tenant_id = {tenant} AND from_place = {from}"        \
           " AND to_place = {to}" lock_}
static const struct db_statement find_statement = FIND("route_find", "");
static const struct db_statement lock_statement = FIND("route_lock", " FOR NO KEY UPDATE");
static const struct db_statement put_statement = {
    .name = "route_put",
    .parameters = "id, tenant, from, to, km, minutes, seat_price, car_price",
    .sql = "INSERT INTO route (id, tenant_id, from_place, to_place, km, minutes, seat_price, car_price)"
           " VALUES ({id}, {tenant}, {from}, {to}, {km}, {minutes}, {seat_price}, {car_price})"
           " ON CONFLICT ON CONSTRAINT route_pair DO UPDATE SET km = EXCLUDED.km, minutes = EXCLUDED.minutes,"
           "  seat_price = EXCLUDED.seat_price, car_price = EXCLUDED.car_price RETURNING id, version",
};
const struct db_statement route_between_statement = {
    .name = "route_between",
    .parameters = "tenant uuid, places text[]",
    .shape = &shape,
    .sql = "SELECT {columns} FROM route WHERE tenant_id = {tenant} AND from_place = ANY ({places})"
           " AND to_place = ANY ({places})",
};
// clang-format on

void route_store_read(const struct db_rows *rows, int row, struct route *out)
{
    struct stored read = {0};

    db_row_read(rows, row, 0, columns, ARRAY_LEN(columns), &read);
    *out = read.route;
    out->from = place_find(read.from);
    out->to = place_find(read.to);
    out->is_set = true;
}

static bool find_route_or_default(struct db *db, const struct db_statement *statement,
                                  const struct uuid *tenant_id, const struct city *from,
                                  const struct city *to, struct route *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, statement,
                  DB_VALUES(db_uuid(tenant_id), db_text(from->slug), db_text(to->slug)), &rows,
                  fault))
        return false;
    if (rows.count == 0)
        *out = route_default(from, to);
    else
        route_store_read(&rows, 0, out);
    return true;
}

bool route_store_find_or_default(struct db *db, const struct uuid *tenant_id,
                                 const struct city *from, const struct city *to, struct route *out,
                                 struct fault *fault)
{
    return find_route_or_default(db, &find_statement, tenant_id, from, to, out, fault);
}

bool route_store_lock_or_default(struct db *tx, const struct uuid *tenant_id,
                                 const struct city *from, const struct city *to, struct route *out,
                                 struct fault *fault)
{
    return find_route_or_default(tx, &lock_statement, tenant_id, from, to, out, fault);
}

bool route_store_upsert(struct db *tx, const struct uuid *tenant_id, struct route *route,
                        struct uuid *route_id, struct fault *fault)
{
    const struct uuid fresh = uuid_make();
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &put_statement,
                  DB_VALUES(db_uuid(&fresh), db_uuid(tenant_id), db_text(route->from->slug),
                            db_text(route->to->slug), db_int(route->km), db_int(route->minutes),
                            db_int(route->seat_typical), db_int(route->car_price)),
                  &rows, fault))
        return false;
    *route_id = db_get_uuid(&rows, 0, 0);
    route->version = db_get_int(&rows, 0, 1);
    route->is_set = true;
    return true;
}
