// SPDX-License-Identifier: MIT
/* JSON of drivers and cars. */
#pragma once

#include "json/fields.h"

#include "drivers/car.h"
#include "drivers/driver.h"

extern const struct fields driver_fields;       /* of a request body: struct driver */
extern const struct fields driver_shown_fields; /* of an answer */

/* Writes the average to one decimal, rounded half up; null without ratings. */
void driver_rating_encode(int64_t sum, int64_t count, struct buf *out);

/* The documents as JSON, in the arena. */
bool driver_papers_text(const struct driver *driver, struct arena *arena, struct slice *out,
                        struct fault *fault) MUST_CHECK;

extern const struct fields car_fields;       /* of a request body: struct car */
extern const struct fields car_shown_fields; /* of an answer */
