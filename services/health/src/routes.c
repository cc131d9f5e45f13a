// SPDX-License-Identifier: MIT
/* Every route of health. Start reading here: the handlers of a noun are in
 * handlers/<noun>_handlers.c. */
#include "routes.h"

#include "api/service.h"

#include "access.h"

const struct http_route health_routes[] = {
    SERVICE_ROUTES,
};
const size_t health_route_count = sizeof health_routes / sizeof health_routes[0];
