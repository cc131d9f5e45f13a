// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

/* Returns all routes, those of rides last, and sets `count` to their number. */
const struct http_route *booking_routes_all(size_t *count);
/* For service_definition.routes_served: the number of all routes if RIDES_ENABLED, else the number
 * of those that precede the routes of rides. */
size_t booking_routes_count_served(const void *config);
