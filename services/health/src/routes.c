// SPDX-License-Identifier: MIT
/* Every route of health. The handlers of a noun are in handlers/<noun>_handlers.c. */
#include "routes.h"

#include "api/service.h"

#include "access.h"
#include "handlers/handlers.h"
#include "notify/alerts.h"

// clang-format off
#define OPEN_ROUTE(method_, path_, handler_, flags_)                                                     \
    {.method = (method_), .path = (path_), .handler = (handler_),                                  \
     .flags = HTTP_ROUTE_OPEN | HTTP_ROUTE_ANY_TYPE | (flags_)}
#define PAGE_ROUTE(method_, path_, handler_, flags_)                                               \
    {.method = (method_), .path = (path_), .handler = (handler_), .guard = check_edge_secret,           \
     .flags = HTTP_ROUTE_ANY_TYPE | (flags_)}
#define ROUTE(method_, path_, scope_, handler_, flags_)                                            \
    {.method = (method_), .path = (path_), .scope = (scope_), .handler = (handler_), .flags = (flags_)}

enum { RULE_BODY_MAX = 512 * 1024 }; /* maximum bytes of the body that Prometheus posts */
/* Flags of POSTs. They are idempotent, so an Idempotency-Key is ignored (HTTP_ROUTE_READS), except by
 * those that send messages (handlers/repeats.h). */
enum { POSTS = HTTP_ROUTE_READS, ACTION = HTTP_ROUTE_ACTION | HTTP_ROUTE_READS };

/* API keys that jobs received before the scope health:beat existed have health:admin instead. */
enum { SCOPES_TO_BEAT = SCOPE_HEALTH_BEAT | SCOPE_HEALTH_ADMIN };

/* method, path, scopes, handler, flags */
const struct http_route health_routes[] = {
    SERVICE_ROUTES,

    /* The status page. The reverse proxy requires a password for the first two routes. */
    PAGE_ROUTE(HTTP_GET,  "/",                   get_page,        0),
    PAGE_ROUTE(HTTP_POST, "/incidents/:id/ack",  post_page_ack,   ACTION),
    OPEN_ROUTE(HTTP_GET,  "/public",             get_page_public, 0),
    OPEN_ROUTE(HTTP_GET,  "/badge.svg",          get_page_badge,  0),
    OPEN_ROUTE(HTTP_GET,  "/page.css",           get_page_file,   0),
    OPEN_ROUTE(HTTP_GET,  "/page.js",            get_page_file,   0),

    ROUTE(HTTP_GET,    "/v1/status",               SCOPE_HEALTH_READ,  get_status,         0),
    ROUTE(HTTP_GET,    "/v1/checks/:name/history", SCOPE_HEALTH_READ,  get_check_history,  0),
    ROUTE(HTTP_GET,    "/v1/incidents",            SCOPE_HEALTH_READ,  get_incidents,      0),
    ROUTE(HTTP_POST,   "/v1/incidents/:id/ack",    SCOPE_HEALTH_ADMIN, post_incident_ack,  ACTION),
    ROUTE(HTTP_GET,    "/v1/silences",             SCOPE_HEALTH_READ,  get_silences,       0),
    ROUTE(HTTP_POST,   "/v1/silences",             SCOPE_HEALTH_ADMIN, post_silence,       POSTS),
    ROUTE(HTTP_DELETE, "/v1/silences/:id",         SCOPE_HEALTH_ADMIN, delete_silence,     0),
    ROUTE(HTTP_POST,   "/v1/maintenance",          SCOPE_HEALTH_ADMIN, post_maintenance,   POSTS),
    ROUTE(HTTP_DELETE, "/v1/maintenance",          SCOPE_HEALTH_ADMIN, delete_maintenance, 0),
    ROUTE(HTTP_POST,   "/v1/heartbeats/:name",     SCOPES_TO_BEAT,     post_heartbeat,     ACTION),
    {.method = HTTP_POST, .path = "/v1/alerts/test", .scope = SCOPE_HEALTH_ADMIN,
     .handler = post_alerts_test, .flags = HTTP_ROUTE_ACTION, .deadline_ms = ALERTS_TEST_MS},
    {.method = HTTP_POST, .path = "/v1/report", .scope = SCOPE_HEALTH_ADMIN,
     .handler = post_report, .flags = HTTP_ROUTE_ACTION, .deadline_ms = ALERTS_TEST_MS},

    /* Prometheus posts its alerts to this route, as to an Alertmanager. The reverse proxy does not
     * route it. */
    {.method = HTTP_POST, .path = "/api/v2/alerts", .scope = SCOPE_HEALTH_ADMIN, .handler = post_alerts,
     .flags = POSTS | HTTP_ROUTE_BEARER, .body_max = RULE_BODY_MAX},
};
// clang-format on
const size_t health_route_count = ARRAY_LEN(health_routes);
