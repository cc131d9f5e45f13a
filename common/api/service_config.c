// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include "api/service_private.h"
#include "base/auto.h"
#include "base/log.h"

#define AT(member) offsetof(struct service_config, member)

static const char *const environments[] = {"production", "staging", "demo", "test"};

enum { PORT_TEXT_MAX = 8 };

/* name, type, offset, default (NULL: required), min, max, help */
static const struct env_variable common[] = {
    {"ENVIRONMENT",              ENV_TEXT,     AT(environment),            "production", 0, 0,
     "production, staging, demo or test."                                                                                        },
    {"LOG_LEVEL",                ENV_LEVEL,    AT(log_level),              "info",       0, 0,      "debug, info, warn or error."},
    {"HTTP_ADDRESS",             ENV_TEXT,     AT(http_address),           "127.0.0.1",  0, 0,
     "Numeric address to listen on; :: in a container."                                                                          },
    {"HTTP_PORT",                ENV_INT,      AT(http_port),              NULL,         0, 65535,
     "Port to listen on; 0 takes any free one."                                                                                  },
    {"DATABASE_URL",             ENV_SECRET,   AT(database_url),           NULL,         0, 0,
     "PostgreSQL of the service's runtime role: postgresql://user:password@host:5432/tapbot."                                    },
    {"MIGRATION_DATABASE_URL",   ENV_SECRET,   AT(migration_database_url), "",           0, 0,
     "PostgreSQL of the migrator's role, for --migrate and --keys; DATABASE_URL where unset."                                    },
    {"REDIS_URL",                ENV_SECRET,   AT(redis_url),              "",           0, 0,
     "redis://:password@host:6379/0; without it the service does without Redis."                                                 },
    {"CORS_ORIGINS",             ENV_TEXT,     AT(cors_origins),           "",           0, 0,
     "Origins of browsers that may call, comma-separated; * for all, empty for none."                                            },
    {"OPERATOR_TENANT",          ENV_TEXT,     AT(operator_tenant),        "",           0, 0,
     "A tenant whose keys may have the scopes of the tenant system too, as in the demo; empty: "
     "none."                                                                                                                     },
    {"RATE_LIMIT_ENABLED",       ENV_BOOL,     AT(rate_limit_enabled),     "true",       0, 0,
     "Whether keys have their limits."                                                                                           },
    {"ACCESS_LOG",               ENV_BOOL,     AT(access_log),             "true",       0, 0,      "One log line a request."    },
    {"HTTP_CONNECTIONS_MAX",     ENV_INT,      AT(http_connections_max),   "4096",       1, 65536,
     "Open client connections; further ones are answered 503."                                                                   },
    {"HTTP_FIBERS_MAX",          ENV_INT,      AT(http_fibers_max),        "256",        1, 8192,
     "Requests handled at the same time; further ones are answered 503."                                                         },
    {"DB_SHARED_CONNECTIONS",    ENV_INT,      AT(db_shared),              "3",          1, 8,
     "PostgreSQL connections for reads, each shared by all requests."                                                            },
    {"DB_EXCLUSIVE_CONNECTIONS", ENV_INT,      AT(db_exclusive),           "2",          1, 16,
     "PostgreSQL connections for changes, one transaction at a time; one more makes them durable."                               },
    {"DRAIN_LAME",               ENV_DURATION, AT(drain_lame_ms),          "5s",         0, 60000,
     "After SIGTERM idle connections live on for so long."                                                                       },
    {"DRAIN_LIMIT",              ENV_DURATION, AT(drain_limit_ms),         "20s",        0, 600000,
     "After SIGTERM the process ends at the latest after so long."                                                               },
    {"TRIAL",                    ENV_BOOL,     AT(trial),                  "false",      0, 0,
     "Only requests are served, no queue and no timer does work for people: a deploy tests it."                                  },
};
enum { COMMON_COUNT = ARRAY_LEN(common) };

static const struct env_variable few_table[] = {
    {"HTTP_ADDRESS",           ENV_TEXT,   AT(http_address),           "127.0.0.1", 0, 0,     ""},
    {"HTTP_PORT",              ENV_INT,    AT(http_port),              NULL,        0, 65535, ""},
    {"DATABASE_URL",           ENV_SECRET, AT(database_url),           "",          0, 0,     ""},
    {"MIGRATION_DATABASE_URL", ENV_SECRET, AT(migration_database_url), "",          0, 0,     ""},
};
enum { FEW_COUNT = ARRAY_LEN(few_table) };

/* Variables that exist only in services with tables of their own. */
static const char *const of_tables[] = {"MIGRATION_DATABASE_URL", "DB_SHARED_CONNECTIONS",
                                        "DB_EXCLUSIVE_CONNECTIONS"};

static bool is_variable_needed(const char *name, enum service_needs needs)
{
    return needs == NEEDS_DATABASE || !SLICE_IS_IN(slice_of(name), of_tables);
}

/* Sets the default of HTTP_PORT, which differs by service. env_load() does not keep the text. */
static void set_port_default(struct env_variable *table, size_t count, char text[PORT_TEXT_MAX],
                             uint16_t port)
{
    snprintf(text, PORT_TEXT_MAX, "%u", (unsigned)port);
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].name, "HTTP_PORT") == 0)
            table[i].fallback = text;
}

/* Returns the table and, in the same allocation, the text of the port's default. */
struct env_variable *service_config_create_table(const struct service_definition *definition,
                                                 size_t *count)
{
    const size_t most = COMMON_COUNT + definition->variable_count;
    struct env_variable *table = malloc(most * sizeof *table + PORT_TEXT_MAX);
    size_t all = 0;

    if (table == NULL)
        return NULL;
    for (size_t i = 0; i < COMMON_COUNT; i++)
        if (is_variable_needed(common[i].name, definition->needs))
            table[all++] = common[i];
    for (size_t i = 0; i < definition->variable_count; i++)
        table[all++] = definition->variables[i];
    set_port_default(table, all, (char *)(table + most), definition->default_port);
    *count = all;
    return table;
}

static bool is_environment_known(const struct service_config *config)
{
    const struct slice name = slice_of(config->environment);

    if (SLICE_IS_IN(name, environments))
        return true;
    fprintf(stderr, "ENVIRONMENT: must be production, staging, demo or test\n");
    return false;
}

/* Checks the number of connections. db_pool_create() refuses too many as well, but cannot name the
 * two variables. */
static bool is_connection_count_allowed(const struct service_config *config)
{
    if (config->db_shared + config->db_exclusive + 1 <= DB_CONNS_MAX)
        return true;
    fprintf(stderr,
            "DB_SHARED_CONNECTIONS, DB_EXCLUSIVE_CONNECTIONS: must be %d together at most\n",
            DB_CONNS_MAX - 1);
    return false;
}

static bool check_config(const struct service_definition *definition,
                         const struct service_config *config)
{
    bool fine = is_environment_known(config);

    fine = is_connection_count_allowed(config) && fine;
    if (definition->check != NULL)
        fine = definition->check(config, stderr) && fine;
    return fine;
}

struct service_config *service_config_load(const struct service_definition *definition)
{
    size_t count;
    auto_free struct env_variable *table = service_config_create_table(definition, &count);
    struct service_config *config = calloc(1, definition->config_size);

    if (table == NULL || config == NULL)
        fprintf(stderr, "out of memory\n");
    else if (env_load(table, count, config, stderr) && check_config(definition, config))
        return config;
    service_config_free(definition, config);
    return NULL;
}

void service_config_free(const struct service_definition *definition, struct service_config *config)
{
    if (config == NULL)
        return;
    env_finish(common, COMMON_COUNT, config);
    env_finish(definition->variables, definition->variable_count, config);
    free(config);
}

bool service_basic_config_load(const struct service_definition *definition,
                               struct service_config *config)
{
    struct env_variable table[FEW_COUNT];
    char port[PORT_TEXT_MAX];

    memcpy(table, few_table, sizeof few_table);
    set_port_default(table, FEW_COUNT, port, definition->default_port);
    return env_load(table, FEW_COUNT, config, stderr);
}

void service_basic_config_free(struct service_config *config)
{
    env_finish(few_table, FEW_COUNT, config);
}

const char *service_basic_config_get_database_url(const struct service_config *config)
{
    if (config->migration_database_url[0] != '\0')
        return config->migration_database_url;
    if (config->database_url[0] != '\0')
        return config->database_url;
    fprintf(stderr, "MIGRATION_DATABASE_URL or DATABASE_URL must be set\n");
    return NULL;
}
