// SPDX-License-Identifier: MIT
/* Every route of bot-gateway. Start reading here: the handlers of a noun are in
 * handlers/<noun>_handlers.c. */
#include "routes.h"

#include "api/service.h"

// clang-format off
const struct http_route gateway_routes[] = {
    SERVICE_ROUTES,
};
// clang-format on
const size_t gateway_route_count = sizeof gateway_routes / sizeof gateway_routes[0];
