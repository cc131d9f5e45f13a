// SPDX-License-Identifier: MIT
/* Shared by service_*.c. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"
#include "base/metric.h"
#include "db/schema.h"
#include "http/ready.h"

enum { BUILD_LABELS_MAX = 128, SERVICE_APPLICATION_MAX = 64, WORK_THREADS = 2, WORK_QUEUE = 256 };

/* One running instance. */
struct service_run {
    struct service service; /* first member, so that service_run_of() can cast it to service_run */
    const struct service_definition *definition;
    const struct db_migration_set *sets; /* all sets, beginning with those of api/schema */
    size_t set_count;
    struct api_guard guard; /* owns its `keys` and `limiter` */
    struct api_changes changes;
    struct http_server *server;
    void *data; /* what the definition's start() returned, or `plain` */
    struct service_data plain;
    struct ready ready;
    size_t postgres, schema, writes, redis; /* indexes of parts of `ready` */
    struct loop_timer tick;
    struct loop_timer end;  /* while the drain waits for calls of queues */
    int64_t drain_limit_ns; /* when the drain ends at the latest */
    struct periodic sweep;
    bool probing;
    bool schema_fits;
    char schema_reason[DB_SCHEMA_REASON_MAX]; /* why the schema does not fit, as logged last */
    bool was_ready;
    int64_t started_ns;
    struct metric build_info;
    char build_labels[BUILD_LABELS_MAX];
    char application[SERVICE_APPLICATION_MAX]; /* application_name of this instance */
    struct metric log_dropped;
    int exit_code;
};

/* Version and commit: "0.1.0+1a2b3c4". */
const char *service_version(void);

/* Finds the run from the `data` of a handler or a guard. */
struct service_run *service_run_of(void *data);

/* service_config.c: the common variables that the service needs, then its own. Returns new, to be
 * freed by free(); NULL: out of memory. */
struct env_variable *service_config_create_table(const struct service_definition *definition,
                                                 size_t *count);
/* Loads all variables, and checks conditions that the table cannot express. Returns new; NULL:
 * mistakes were printed. */
struct service_config *service_config_load(const struct service_definition *definition);
void service_config_free(const struct service_definition *definition,
                         struct service_config *config);

/* Loads the variables of commands other than serving: address, port and databases. Other variables
 * are not checked and not set. */
bool service_basic_config_load(const struct service_definition *definition,
                               struct service_config *config) MUST_CHECK;
void service_basic_config_free(struct service_config *config);
/* The database URL of the migrator, or else of the service. If neither is set, prints that and
 * returns NULL. */
const char *service_basic_config_get_database_url(const struct service_config *config);

/* service_once.c: service_run_once(), which prefers MIGRATION_DATABASE_URL if `as_migrator`. */
int service_run_once_as(const struct service_definition *definition, bool as_migrator,
                        int64_t limit_ms, service_once_fn *run, void *arg);

/* service_schema.c: all migration sets. Returns new, to be freed by free(); NULL if memory is
 * out. */
struct db_migration_set *service_list_migration_sets(const struct service_definition *definition,
                                                     size_t *count);

/* The commands, which return the exit code. argv[0] is the command's own name. */
typedef int service_command_fn(const struct service_definition *definition);
typedef int service_words_fn(const struct service_definition *definition, int argc, char **argv);
service_command_fn service_serve;
service_command_fn service_healthcheck;
service_words_fn service_migrate;
service_words_fn service_keys;

/* service_readiness.c: keeps run->ready up to date: PostgreSQL, schema, Redis. */
void service_readiness_begin(struct service_run *run);
void service_readiness_end(struct service_run *run);
/* Callback for db_pool_create(); `data` is the run. */
void service_readiness_on_pool(void *data, bool usable);
