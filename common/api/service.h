// SPDX-License-Identifier: MIT
/* The main program of every service: configuration, loop, PostgreSQL, Redis, guard, server, drain.
 *
 *   --version             name, version, schema version; exit 0
 *   --check-config        reads the environment and its files, prints all mistakes; exit 0 or 2
 *   --migrate [--dry-run] applies the schema with MIGRATION_DATABASE_URL (or DATABASE_URL)
 *   --healthcheck         requests the running instance's /readyz over loopback; exit 0 or 1
 *   --print-env           .env.example of this service
 *   --keys create|ensure|list|revoke ...   API keys (see --keys --help)
 * --migrate and --keys are for services with a schema of their own. Exit codes: 0 fine, 1 failed, 2
 * bad configuration or usage, 3 schema incompatible.
 */
#pragma once

#include <stdio.h>

#include "api/change.h"
#include "api/events.h"
#include "api/guard.h"
#include "base/env.h"
#include "cache/cache.h"
#include "db/migration.h"
#include "http/client.h"
#include "http/ready.h"
#include "http/server.h"

/* The variables of every service; must be the first member of a service's own config struct. */
struct service_config {
    const char *environment; /* production, staging, demo, test */
    int log_level;
    const char *http_address;
    int64_t http_port;
    const char *database_url;
    const char *migration_database_url;
    const char *redis_url;
    const char *cors_origins;
    const char *operator_tenant; /* see struct api_keys_options */
    bool rate_limit_enabled;
    bool access_log;
    int64_t http_connections_max;
    int64_t http_fibers_max;
    int64_t db_shared;     /* connections for reads */
    int64_t db_exclusive;  /* connections for changes */
    int64_t drain_lame_ms; /* lame-duck time: after SIGTERM the instance is not ready but accepts
                              connections; default: 5 s */
    int64_t
        drain_limit_ms; /* from SIGTERM until requests and calls of queues are cut; default: 20 s */
    bool trial;         /* serves requests, but starts no background work for users */
};

/* Fibers for background work besides requests: running calls, periodic tasks, connections. */
enum { SERVICE_BACKGROUND_FIBERS = 192 };

/* The parts of a running service. Read-only after start. */
struct service {
    const struct service_config *config;
    struct loop *loop;
    struct work *work;
    struct db_pool *pool;
    struct db *db; /* handle for reads */
    struct cache *cache;
    struct http_client *client;
    struct api_keys *keys;
    struct api_changes *changes;    /* NULL unless the definition has NEEDS_DATABASE */
    events_part_fn *events;         /* see struct service_definition */
    const char *const *event_types; /* likewise */
    struct ready *ready; /* for parts of the service's own, see ready_add(); NULL in commands and in
                            tests of use cases */
    bool stopping;       /* a signal came, or this is a trial instance: do not start work that must
                            not be interrupted */
    size_t queue_calls;  /* running calls of queues (api/queue.h), whose end a stop waits for */
};

/* For what a service uses PostgreSQL. */
enum service_needs {
    NEEDS_DATABASE, /* tables in a schema of its own, and API keys */
    NEEDS_KEYS /* API keys only, by one shared connection. The service is ready without PostgreSQL:
                  a key that was valid in the last 24 h stays valid until PostgreSQL is back. The
                  last use of a key is not written. No changes, no migrations. */
};

/* Must be the first member of the data that start() returns, by which the common routes find the
 * service. A service whose data begins otherwise does not start. */
struct service_data {
    struct service *service;
};

struct service_definition;

enum service_exit { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_SCHEMA = 3 };

/* A command of a service, such as `bot-gateway --bots ...`. argv[0] is its name; `run` returns the
 * exit code. */
struct service_command {
    const char *name; /* "--bots" */
    int (*run)(const struct service_definition *definition, int argc, char **argv);
    const char *help; /* one line for --help */
};

struct service_definition {
    const char *name; /* "template-api" */
    enum service_needs needs;
    /* True: a ready instance stays ready while PostgreSQL is unavailable, because it can still
     * reply to callers. So load balancers continue to send requests. */
    bool stays_ready;
    uint16_t default_port;
    /* Variables of this service, in addition to the common ones. */
    const struct env_variable *variables;
    size_t variable_count;
    size_t config_size; /* size of its config struct, which begins with struct service_config */
    const struct http_route *routes;
    size_t route_count;
    /* Returns the number of `routes`, counted from the first, that this configuration serves; later
     * routes are unknown paths. NULL: all routes are served. */
    size_t (*routes_served)(const void *config);
    /* See struct http_server_options; 0: the default. */
    size_t bodies_max, answers_max;
    const struct api_callers *callers;   /* scopes and kinds of actors */
    const struct db_migration_set *sets; /* migrations of this service, its main schema first; the
                                            sets of api/schema are applied before them */
    size_t set_count;
    bool delivers;           /* its main schema has the tables of api/deliver */
    const char *search_path; /* "template, api" */
    /* Limits GET /v1/events; NULL: staff read all events, other actors none. */
    events_part_fn *events;
    /* The types of its events, NULL-terminated; NULL if it has no GET /v1/events. */
    const char *const *event_types;
    api_again_fn *again;  /* see struct api_changes; NULL: stored replies do not change */
    struct slice openapi; /* JSON text for /openapi.json */
    /* Checks files and other things to which variables refer; or NULL. Called by --check-config and
     * before the start. False: it has printed every mistake to `errors`, one line each; the process
     * exits with 2. */
    bool (*check)(const void *config, FILE *errors);
    /* Returns the first argument of handlers, which must begin with struct service_data; on failure
     * NULL and a fault. If `start` is NULL, the argument is a struct service_data. */
    void *(*start)(struct service *service, const void *config, struct fault *fault);
    /* Called outside of fibers, when the loop has ended and no fiber lives. Not called if start()
     * failed, or if the process ends while fibers live. */
    void (*stop)(void *data);
    const struct service_command *commands; /* or NULL */
    size_t command_count;
};

/* Runs until the process ends; returns the exit code. */
int service_main(int argc, char **argv, const struct service_definition *definition);

typedef bool service_once_fn(struct service *service, void *arg, struct fault *fault);
/* For commands: calls `run` in a fiber with PostgreSQL (DATABASE_URL, else MIGRATION_DATABASE_URL)
 * and one connection for changes. Of `service` only loop, work, pool, db and changes are set.
 * Returns EXIT_FINE; after a fault, which it prints, EXIT_FAILED; EXIT_USAGE if there is no
 * database URL or a variable is not valid. */
int service_run_once(const struct service_definition *definition, int64_t limit_ms,
                     service_once_fn *run, void *arg);
/* Prints `help` to standard output if `--help` is the only argument, else to standard error.
 * Returns the exit code. */
int service_print_usage(const char *help, int argc, char **argv);
/* Prints the rows to standard output; tabs separate the columns. */
void service_print_rows(const struct db_rows *rows, int columns);

/* Handlers of the routes in SERVICE_ROUTES, which every service has. */
http_handler service_get_readyz;
http_handler service_get_health; /* 200 if ready, otherwise 503; a deploy waits for it */
http_handler service_get_openapi;
/* openapi.json as a page, and the files of that page. Their routes need HTTP_ROUTE_ANY_TYPE. */
http_handler service_get_docs, service_get_docs_file;

// clang-format off
/* Defines a handler that returns the expression `call_`. */
#define SERVICE_HANDLER(handler_, call_)                                                           \
    enum http_status handler_(void *data, const struct http_request *req, struct http_response *res) \
    {                                                                                              \
        return call_;                                                                              \
    }
#define SERVICE_ROUTE(path_, handler_, flags_)                                                     \
    {.method = HTTP_GET, .path = (path_), .handler = (handler_),                                   \
     .flags = HTTP_ROUTE_OPEN | HTTP_ROUTE_NO_QUERY | (flags_)}
#define SERVICE_ROUTES                                                                             \
    SERVICE_ROUTE("/livez",        http_get_livez,        HTTP_ROUTE_PROBE),                       \
    SERVICE_ROUTE("/readyz",       service_get_readyz,    HTTP_ROUTE_PROBE),                       \
    SERVICE_ROUTE("/health",       service_get_health,    0),                                      \
    SERVICE_ROUTE("/metrics",      http_get_metrics,      HTTP_ROUTE_PROBE | HTTP_ROUTE_ANY_TYPE), \
    SERVICE_ROUTE("/openapi.json", service_get_openapi,   0),                                      \
    SERVICE_ROUTE("/docs",         service_get_docs,      HTTP_ROUTE_ANY_TYPE),                    \
    SERVICE_ROUTE("/docs/:file",   service_get_docs_file, HTTP_ROUTE_ANY_TYPE)
// clang-format on

/* Values from tapbot_service() of cmake/tapbot_targets.cmake for a service with the short name
 * `short_`. Write SERVICE_FILES before the service's definition, and SERVICE_KNOWN inside of it.
 * SERVICE_MIGRATIONS is the set of the service's main schema. */
#define SERVICE_FILES(short_)                                                                      \
    extern const struct embed_file short_##_schema_files[];                                        \
    extern const size_t short_##_schema_file_count;                                                \
    extern const struct embed_file short_##_openapi_files[]
#define SERVICE_KNOWN(short_)                                                                      \
    .name = SERVICE_NAME, .default_port = SERVICE_PORT, .search_path = SERVICE_SCHEMA ", api",     \
    .openapi = embed_content(&short_##_openapi_files[0])
#define SERVICE_MIGRATIONS(short_)                                                                 \
    {                                                                                              \
        .schema = SERVICE_SCHEMA, .files = short_##_schema_files,                                  \
        .count = short_##_schema_file_count                                                        \
    }
