// SPDX-License-Identifier: MIT
/* The stand (integration/stand.h) as the tests of rides use it: rides as a service of its own, and
 * its callers. */
#pragma once

#include "integration/stand.h"
#include "rides.h"

/* Beside stand_staff, and of the same client: */
extern struct api_caller stand_driver; /* active, with papers for ten years */
extern struct api_caller stand_guest;  /* telegram_id 7 */
extern struct api_caller stand_guest8; /* telegram_id 8 */

/* Tables in schema `schema`, with stand_driver among the drivers. stand_end() ends it. */
void stand_begin(const char *schema);
/* The driver and his car, where a test has emptied the tables. */
void stand_people(void);
/* Rides as a service of its own. */
const struct service_definition *stand_definition(void);
/* The same driver's id and his car's: a Camry with four seats. */
const char *stand_driver_id(void);
const char *stand_car_id(void);
