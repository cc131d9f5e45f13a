// SPDX-License-Identifier: MIT
/* SQL of cars. Text in a struct car is borrowed from the arena or the rows it was read to. */
#pragma once

#include "db/query.h"

#include "drivers/car.h"

/* A live car of the driver; else FAULT_NOT_FOUND "not_found". */
bool car_store_find(struct db *db, const struct uuid *driver_id, const struct uuid *id,
                    struct db_rows *rows, struct car *out, struct fault *fault) MUST_CHECK;
/* Sets the stored version and times. The driver must be locked. FAULT_CONFLICT "plate_taken":
 * another live car has the plate; "too_many_cars": the driver has CARS_MAX. */
bool car_store_insert(struct db *tx, struct car *car, struct fault *fault) MUST_CHECK;
/* Retires the car: its plate becomes free and no new trip can use it. */
bool car_store_retire(struct db *tx, struct car *car, struct fault *fault) MUST_CHECK;
/* For list_reply_whole(): the live cars of a driver, oldest first. Values: driver, CARS_MAX. */
extern const struct db_statement car_list_statement;
