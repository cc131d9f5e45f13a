// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "drivers/car.h"

// clang-format off
#define AT(member) offsetof(struct car, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),         .name = "id", .flags = DB_WRITTEN},
    {DB_UUID, AT(tenant_id),  .name = "tenant_id", .flags = DB_WRITTEN},
    {DB_UUID, AT(driver_id),  .name = "driver_id", .flags = DB_WRITTEN},
    {DB_TEXT, AT(make),       .name = "make", .flags = DB_WRITTEN},
    {DB_TEXT, AT(model),      .name = "model", .flags = DB_WRITTEN},
    {DB_TEXT, AT(color),      .name = "color", .flags = DB_WRITTEN},
    {DB_TEXT, AT(plate),      .name = "plate", .flags = DB_WRITTEN},
    {DB_INT,  AT(seats),      .name = "seats", .flags = DB_WRITTEN},
    {DB_INT,  AT(doors),      .name = "doors", .flags = DB_WRITTEN},
    {DB_NAME, AT(steering),   .name = "steering", .flags = DB_WRITTEN, .names = car_steering_names},
    {DB_INT,  AT(year),       .name = "year", .flags = DB_WRITTEN},
    {DB_BOOL, AT(is_live),    .name = "is_live"},
    {DB_INT,  AT(version),    .name = "version"},
    {DB_TIME, AT(created_at), .name = "created_at"},
    {DB_TIME, AT(updated_at), .name = "updated_at"},
};
enum { COLUMNS = ARRAY_LEN(columns) };
static const struct db_shape shape = DB_SHAPE(columns, NULL);

static const struct db_constraint constraints[] = {
    {"car_plate", FAULT_CONFLICT, "plate_taken", "plate", "Another car has this plate."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};

static const struct db_statement find_statement = {
    .name = "car_find",
    .sql = "SELECT {columns} FROM car WHERE id = {id} AND driver_id = {driver} AND is_live",
    .parameters = "id, driver",
    .shape = &shape,
    .no_row = {FAULT_NOT_FOUND, "not_found", "The driver has no such car."},
};
static const struct db_statement insert_statement = {
    .name = "car_insert",
    .constraints = constraints,
    .sql = "INSERT INTO car ({written}) SELECT {values}"
           " WHERE (SELECT count(*) FROM car WHERE driver_id = {driver} AND is_live) < {most}"
           " RETURNING {generated}",
    .parameters = "driver uuid, most bigint",
    .shape = &shape,
    .no_row = {FAULT_CONFLICT, "too_many_cars", "A driver has at most 10 cars."},
};
_Static_assert(CARS_MAX == 10, "too_many_cars");
static const struct db_statement retire_statement = {
    .name = "car_retire",
    .sql = "UPDATE car SET is_live = false WHERE id = {id} AND is_live RETURNING {generated}",
    .parameters = "id",
    .shape = &shape,
    .no_row = {FAULT_NOT_FOUND, "not_found", "The driver has no such car."},
};
const struct db_statement car_list_statement = {
    .name = "car_list",
    .sql = "SELECT {columns} FROM car WHERE driver_id = {driver} AND is_live ORDER BY id LIMIT {limit}",
    .parameters = "driver, limit",
    .shape = &shape,
};
// clang-format on

bool car_store_find(struct db *db, const struct uuid *driver_id, const struct uuid *id,
                    struct arena *arena, struct car *out, struct fault *fault)
{
    *out = (struct car){0};
    return db_find_row(db, &find_statement, DB_VALUES(db_uuid(id), db_uuid(driver_id)), arena, out,
                       fault);
}

bool car_store_insert(struct db *tx, struct car *car, struct fault *fault)
{
    enum { NAMED = 2 };
    struct db_value values[NAMED + COLUMNS] = {db_uuid(&car->driver_id), db_int(CARS_MAX)};
    const size_t count = NAMED + db_row_get_values(&shape, car, values + NAMED);

    return db_write_row(tx, &insert_statement, values, count, car, fault);
}

bool car_store_retire(struct db *tx, struct car *car, struct fault *fault)
{
    return db_write_row(tx, &retire_statement, DB_VALUES(db_uuid(&car->id)), car, fault);
}
