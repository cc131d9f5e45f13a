// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

/* Returns all routes, those of rides last, and sets `count` to their number. */
const struct http_route *booking_routes_all(size_t *count);
/* For service_definition.routes_served: returns how many routes of booking_routes_all() are served.
 * If RIDES_ENABLED=true, these are all routes, else only the routes before those of rides. */
size_t booking_routes_count_served(const void *config);
