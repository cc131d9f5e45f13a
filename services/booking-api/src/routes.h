// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

/* Routes of apartments, then those of rides. */
const struct http_route *booking_routes_all(size_t *count);
/* For service_definition.routes_served: excludes rides unless RIDES_ENABLED. */
size_t booking_routes_served(const void *config);
