// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

/* Those of apartments, then those of rides. */
const struct http_route *booking_routes_all(size_t *count);
/* For service_definition.routes_served: without RIDES_ENABLED those of apartments. */
size_t booking_routes_served(const void *config);
