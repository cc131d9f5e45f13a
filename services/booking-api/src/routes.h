// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

/* All routes: those of apartments, then those of rides. Sets their number. */
const struct http_route *booking_routes_all(size_t *count);
/* The number of routes that are served: without rides unless RIDES_ENABLED. A function for
 * service_definition.routes_served. */
size_t booking_routes_count_served(const void *config);
