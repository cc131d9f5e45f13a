// SPDX-License-Identifier: MIT
/* A car of a driver. Its files are named as those of drivers/driver.h. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"

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

/* Parses a plate of Kazakhstan. Spaces, dashes and letter case do not matter; Cyrillic letters that
 * look Latin are accepted. Forms: 123ABC02 and a firm's 123AB02 (of 2012, regions 01 to 20),
 * A123BCD (of 1993). False: not a plate. */
bool car_plate_read(struct slice text, char out[CAR_PLATE_MAX + 1]) MUST_CHECK;

/* Reports "right_hand_drive" and "two_doors", which the law forbids an aggregator to accept, and
 * "bad_plate". */
void car_check(const struct car *car, struct fault_list *problems);
