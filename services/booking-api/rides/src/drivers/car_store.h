// SPDX-License-Identifier: MIT
/* SQL of cars. Text in a struct car is borrowed from the arena or the rows it was read to. */
#pragma once

#include "db/query.h"

#include "drivers/car.h"

/* A live car of the driver, or FAULT_NOT_FOUND "not_found". */
bool car_store_find(struct db *db, const struct uuid *driver_id, const struct uuid *id,
                    struct db_rows *rows, struct car *out, struct fault *fault) MUST_CHECK;
/* Sets version and times as stored. FAULT_CONFLICT "plate_taken": another live car has the plate;
 * "too_many_cars": the driver has CARS_MAX. The driver is locked. */
bool car_store_insert(struct db *tx, struct car *car, struct fault *fault) MUST_CHECK;
/* It is no longer his: its plate is free, no new trip goes with it. */
bool car_store_retire(struct db *tx, struct car *car, struct fault *fault) MUST_CHECK;
/* The live cars of a driver, oldest first, CARS_MAX at most. */
bool car_store_list(struct db *db, const struct uuid *driver_id, struct db_rows *rows,
                    struct fault *fault) MUST_CHECK;
/* Text is borrowed from the rows. */
void car_store_read(const struct db_rows *rows, int row, struct car *out);
