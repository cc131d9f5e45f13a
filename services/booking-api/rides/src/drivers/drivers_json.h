// SPDX-License-Identifier: MIT
/* Drivers and cars on the wire: names and bounds. */
#pragma once

#include "json/fields.h"

#include "drivers/car.h"
#include "drivers/driver.h"

extern const struct fields driver_fields;       /* of a body: struct driver */
extern const struct fields driver_shown_fields; /* as it is shown */
void driver_encode(const struct driver *driver, bool in_list, struct buf *out);

/* To one decimal, half up; null while nobody has rated him. */
void driver_rating_encode(int64_t sum, int64_t count, struct buf *out);

/* The documents as they are stored and shown, into the arena. */
bool driver_papers_text(const struct driver *driver, struct arena *arena, struct slice *out,
                        struct fault *fault) MUST_CHECK;

extern const struct fields car_fields;       /* of a body: struct car */
extern const struct fields car_shown_fields; /* as it is shown */
