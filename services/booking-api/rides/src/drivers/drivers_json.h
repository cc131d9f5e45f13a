// SPDX-License-Identifier: MIT
/* JSON of drivers and cars. */
#pragma once

#include "json/fields.h"

#include "drivers/car.h"
#include "drivers/driver.h"

extern const struct fields driver_fields;       /* of a request body: struct driver */
extern const struct fields driver_shown_fields; /* of an answer: see driver_encode() */
/* Writes the driver with the actions that the caller may take. */
void driver_encode(const struct driver *driver, const struct api_caller *caller, struct buf *out);

/* Fields of struct driver_view without the phone. The average rating has one decimal, rounded half
 * up; null: no ratings. */
extern const struct fields driver_view_fields;
extern const struct fields driver_contact_fields; /* and phone, payment_info */
/* Fields of struct car_view without the plate. */
extern const struct fields car_view_fields;
extern const struct fields car_plate_fields; /* car_view_fields and the plate */

/* The documents as JSON, in the arena. */
bool driver_encode_documents(const struct driver *driver, struct arena *arena,
                             struct slice *json_text, struct fault *fault) MUST_CHECK;

extern const struct fields car_fields;       /* of a request body: struct car */
extern const struct fields car_shown_fields; /* of an answer */
