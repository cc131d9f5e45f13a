// SPDX-License-Identifier: MIT
/* A car of a driver: the rules (car.c), JSON (car_json.c), SQL (car_store.c), the routes
 * (handlers/car_handlers.c). Text in a struct car is borrowed from the arena or the rows to which
 * the car was read. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"
#include "db/query.h"

enum { CAR_SEATS_MAX = 8, CAR_DOORS_MIN = 4, CAR_PLATE_MAX = 8, CARS_MAX = 10 };

enum car_steering { CAR_LEFT, CAR_RIGHT };
extern const char *const car_steering_names[]; /* NULL-terminated */

struct car {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid driver_id;
    struct slice make;
    struct slice model;
    struct slice color;
    struct slice plate;
    int64_t seats; /* without the driver's */
    int64_t doors;
    int steering; /* enum car_steering */
    int64_t year;
    bool is_live;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* The data of a car that trips, rides and offers show. */
struct car_view {
    struct slice make;
    struct slice model;
    struct slice color;
    struct slice plate; /* read for rides only; absent for trips and offers */
};

/* Parses a plate of Kazakhstan. Spaces, dashes and letter case do not matter; Cyrillic letters that
 * look Latin are accepted. Forms: 123ABC02 and a firm's 123AB02 (of 2012, regions 01 to 20),
 * A123BCD (of 1993). False: not a plate. */
bool car_plate_normalize(struct slice text, char out[CAR_PLATE_MAX + 1]) MUST_CHECK;

/* Checks a struct car. Reports "right_hand_drive" and "two_doors", because the law forbids an
 * aggregator to accept such cars, and "bad_plate". */
void car_check(const void *car, struct fault_list *problems);

/* --- SQL (car_store.c) --- */

/* Finds a live car. FAULT_NOT_FOUND "not_found": the driver has no such car, or it is retired. */
bool car_store_find(struct db *db, const struct uuid *driver_id, const struct uuid *id,
                    struct arena *arena, struct car *out, struct fault *fault) MUST_CHECK;
/* Inserts a car of a locked driver and sets its version and times. FAULT_CONFLICT "plate_taken":
 * another live car has the plate; "too_many_cars": the driver has CARS_MAX live cars. */
bool car_store_insert(struct db *tx, struct car *car, struct fault *fault) MUST_CHECK;
/* Retires the car: its plate becomes free and no new trip can use it. */
bool car_store_retire(struct db *tx, struct car *car, struct fault *fault) MUST_CHECK;
/* For list_reply_whole(): the live cars of a driver, oldest first. Values: driver, CARS_MAX. */
extern const struct db_statement car_list_statement;
