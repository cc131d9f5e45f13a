// SPDX-License-Identifier: MIT
/* The definition of template-api, and its main(). */
#include "base/embed.h"

#include "note.h"

SERVICE_FILES(template);

// clang-format off
static const struct http_route routes[] = {
    SERVICE_ROUTES,
    {.method = HTTP_POST, .path = "/v1/notes",     .scope = SCOPE_TEMPLATE_WRITE, .handler = post_note},
    {.method = HTTP_GET,  .path = "/v1/notes/:id", .scope = SCOPE_TEMPLATE_READ,  .handler = get_note},
};
// clang-format on

/* Names of the scopes, in the order of their bits in note.h; services/callers.txt has them too. */
static const char *const scopes[] = {"template:read", "template:write"};
static const struct api_callers callers = {
    .scopes = scopes, .scope_count = 2, .actor_scope = SCOPE_TEMPLATE_WRITE};

int main(int argc, char **argv)
{
    const struct db_migration_set schema = SERVICE_MIGRATIONS(template);
    const struct service_definition definition = {
        SERVICE_KNOWN(template), .config_size = sizeof(struct service_config),
        .routes = routes,        .route_count = sizeof routes / sizeof routes[0],
        .callers = &callers,     .sets = &schema,
        .set_count = 1,
    };

    return service_main(argc, argv, &definition);
}
