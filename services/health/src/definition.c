// SPDX-License-Identifier: MIT
#include "definition.h"

#include "base/embed.h"

#include "access.h"
#include "app.h"
#include "routes.h"

SERVICE_FILES(health);

static const char *const scopes[] = {"health:read", "health:admin", "booking:act"};

const struct api_callers health_callers = {
    .scopes = scopes,
    .scope_count = sizeof scopes / sizeof scopes[0],
    .actor_scope = SCOPE_BOOKING_ACT,
};

const struct service_definition *health_definition(void)
{
    static struct service_definition definition;

    definition = (struct service_definition){
        SERVICE_KNOWN(health),
        .needs = NEEDS_KEYS,
        .variables = health_variables,
        .variable_count = health_variable_count,
        .config_size = sizeof(struct health_config),
        .routes = health_routes,
        .route_count = health_route_count,
        .callers = &health_callers,
    };
    return &definition;
}
