// SPDX-License-Identifier: MIT
/* Fixture of the rides tests, on top of integration/stand.h: rides as a service of its own, and its
 * callers. */
#pragma once

#include "integration/stand.h"
#include "rides.h"

/* Callers of the same client as stand_staff. */
extern struct api_caller rides_driver; /* active, with documents valid for ten years */
extern struct api_caller rides_guest;  /* telegram_id 7 */
extern struct api_caller rides_guest8; /* telegram_id 8 */

/* Creates the tables in a schema with the name of the suite, and inserts rides_driver. stand_end()
 * ends it. */
void rides_begin(void);
/* The same, and the callers have test keys, which allow short holds and trips in the past. */
void rides_begin_with_test_keys(void);
/* Inserts the driver and the car again after a test has emptied the tables. */
void rides_insert_driver(void);
/* The definition of rides as a service of its own. */
const struct service_definition *rides_definition(void);
/* The ids of the driver and of the driver's car, a Camry with four seats. */
const char *rides_driver_id(void);
const char *rides_car_id(void);
