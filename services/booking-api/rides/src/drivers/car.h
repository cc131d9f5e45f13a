// SPDX-License-Identifier: MIT
/* A car of a driver. Its files are those of drivers/driver.h with another name. */
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
    int64_t seats; /* beside the driver's */
    int64_t doors;
    int steering; /* enum car_steering */
    int64_t year;
    bool is_live;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* A plate of Kazakhstan as people write it: spaces, dashes and small letters do not matter, nor
 * does a Cyrillic letter that looks like a Latin one. Of 2012 (ISO 7591 region 01 to 20):
 * 123ABC02, a firm's 123AB02; of 1993: A123BCD. False: it is none. */
bool car_plate_read(struct slice text, char out[CAR_PLATE_MAX + 1]) MUST_CHECK;

/* What an aggregator must refuse: right_hand_drive, two_doors. And bad_plate. */
void car_check(const struct car *car, struct fault_list *problems);
