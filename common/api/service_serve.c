// SPDX-License-Identifier: MIT
/* Creates all parts of a running instance, runs it, and destroys them in reverse order. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/service_private.h"
#include "base/auto.h"
#include "base/log.h"
#include "base/now.h"
#include "loop/fiber.h"

enum { KEYS_MAX = 4096 };
#define CALLS_POLL_NS (20 * NS_PER_MS)

struct service_run *service_run_of(void *data)
{
    const struct service_data *head = data;

    return (struct service_run *)head->service;
}

static bool guard_request(void *data, struct http_request *req, struct http_response *res,
                          struct fault *fault)
{
    return api_guard_check(&service_run_of(data)->guard, req, res, fault);
}

/* Ends the loop when no call of a queue runs, at the latest at the limit of the drain: a call that
 * is cut off has an unknown result, and may be made twice. */
static void stop_after_queue_calls(void *data)
{
    struct service_run *run = data;
    struct loop *loop = run->service.loop;
    const int64_t now_ns = loop_now_ns(loop);

    if (run->service.queue_calls == 0 || now_ns >= run->drain_limit_ns ||
        !loop_timer_start(loop, &run->end, now_ns + CALLS_POLL_NS, stop_after_queue_calls, run))
        loop_stop(loop);
}

/* The first signal begins the drain, the second one ends the process at once. */
static void on_signal(void *data, int signo)
{
    struct service_run *run = data;
    const struct service_config *config = run->service.config;

    if (run->ready.stopping) {
        run->exit_code = EXIT_FAILED;
        loop_stop(run->service.loop);
        return;
    }
    LOG(LOG_INFO, "stopping", "Draining after a signal", log_int("signal", signo));
    run->ready.stopping = true;
    run->service.stopping = true;
    run->drain_limit_ns = loop_now_ns(run->service.loop) + config->drain_limit_ms * NS_PER_MS;
    http_server_drain(run->server, config->drain_lame_ms, config->drain_limit_ms,
                      stop_after_queue_calls, run);
}

/* Writes "<service>/<version of the schema>", the application_name by which a migrator refuses a
 * migration that is incompatible with a connected instance. */
static void format_application_name(const struct service_definition *definition,
                                    char text[SERVICE_APPLICATION_MAX])
{
    if (definition->needs == NEEDS_DATABASE)
        snprintf(text, SERVICE_APPLICATION_MAX, "%s/%d", definition->name,
                 db_migration_version(&definition->sets[0]));
    else
        snprintf(text, SERVICE_APPLICATION_MAX, "%s", definition->name);
}

static bool connect_database(struct service_run *run, struct fault *fault)
{
    const struct service_config *config = run->service.config;
    const struct service_definition *definition = run->definition;
    const bool own_schema = definition->needs == NEEDS_DATABASE;
    struct db_options options;

    format_application_name(definition, run->application);
    db_options_defaults(&options);
    options.url = config->database_url;
    options.application = run->application;
    options.search_path = definition->search_path != NULL ? definition->search_path : "api";
    options.shared = own_schema ? (size_t)config->db_shared : 1;
    options.exclusive = own_schema ? (size_t)config->db_exclusive : 0;
    run->service.pool = db_pool_create(run->service.loop, run->service.work, &options,
                                       service_readiness_on_pool, run, fault);
    if (run->service.pool == NULL)
        return false;
    run->service.db = db_shared(run->service.pool);
    run->changes = (struct api_changes){run->service.pool, definition->name, definition->again};
    run->service.changes = own_schema ? &run->changes : NULL;
    return true;
}

static bool connect_cache(struct service_run *run, struct fault *fault)
{
    run->service.cache =
        cache_create(run->service.loop, run->service.work, run->service.config->redis_url, fault);
    return run->service.cache != NULL;
}

static bool create_http_client(struct service_run *run, struct fault *fault)
{
    const struct http_client_options options = {0};

    run->service.client = http_client_create(run->service.loop, run->service.work, &options, fault);
    return run->service.client != NULL;
}

static bool create_guard(struct service_run *run, struct fault *fault)
{
    const bool own_schema = run->definition->needs == NEEDS_DATABASE;
    const struct api_keys_options options = {.loop = run->service.loop,
                                             .pool = run->service.pool,
                                             .callers = run->definition->callers,
                                             .operator_tenant =
                                                 run->service.config->operator_tenant,
                                             .keys_max = KEYS_MAX,
                                             .note_use = own_schema,
                                             .outage_ms = own_schema ? 0 : API_KEY_AWAY_MS};

    run->guard.callers = run->definition->callers;
    run->guard.keys = api_keys_create(&options, fault);
    if (run->guard.keys == NULL)
        return false;
    run->service.keys = run->guard.keys;
    if (!run->service.config->rate_limit_enabled)
        return true;
    run->guard.limiter = limiter_create(run->service.loop, run->service.cache, KEYS_MAX, fault);
    return run->guard.limiter != NULL;
}

static bool start_service(struct service_run *run, struct fault *fault)
{
    run->plain.service = &run->service;
    run->data = run->definition->start != NULL
                    ? run->definition->start(&run->service, run->service.config, fault)
                    : &run->plain;
    run->guard.data = run->data;
    if (run->data != NULL && ((struct service_data *)run->data)->service != &run->service)
        return fault_set(fault, FAULT_INTERNAL, "service_not_first",
                         "The handlers' data does not begin with the service");
    return run->data != NULL;
}

static bool listen_http(struct service_run *run, struct fault *fault)
{
    const struct service_config *config = run->service.config;
    struct http_server_options options;

    http_server_defaults(&options);
    options.address = config->http_address;
    options.port = (uint16_t)config->http_port;
    options.routes = run->definition->routes;
    options.route_count = run->definition->routes_served != NULL
                              ? run->definition->routes_served(config)
                              : run->definition->route_count;
    options.data = run->data;
    options.guard = guard_request;
    options.connections_max = (size_t)config->http_connections_max;
    options.fibers_max = (size_t)config->http_fibers_max;
    if (run->definition->bodies_max > 0)
        options.bodies_max = run->definition->bodies_max;
    if (run->definition->answers_max > 0)
        options.answers_max = run->definition->answers_max;
    options.cors_origins = config->cors_origins;
    options.access_log = config->access_log;
    run->server = http_server_create(run->service.loop, &options, fault);
    return run->server != NULL;
}

static bool register_signal_handlers(struct service_run *run, struct fault *fault)
{
    signal(SIGPIPE, SIG_IGN);
    return loop_on_signal(run->service.loop, SIGTERM, on_signal, run, fault) &&
           loop_on_signal(run->service.loop, SIGINT, on_signal, run, fault);
}

static bool build_instance(struct service_run *run, struct fault *fault)
{
    run->service.ready = &run->ready;
    run->service.stopping = run->service.config->trial;
    run->service.loop = loop_create(fault);
    if (run->service.loop == NULL)
        return false;
    log_metrics_register();
    loop_metrics_register(run->service.loop);
    cache_metrics_register();
    fiber_set_limit(run->service.loop,
                    (size_t)run->service.config->http_fibers_max + SERVICE_BACKGROUND_FIBERS);
    service_readiness_begin(run);
    run->service.work = work_create(run->service.loop, WORK_THREADS, WORK_QUEUE, fault);
    if (run->service.work == NULL)
        return false;
    work_metrics_register(run->service.work);
    return connect_database(run, fault) && connect_cache(run, fault) &&
           create_http_client(run, fault) && create_guard(run, fault) &&
           start_service(run, fault) && listen_http(run, fault) &&
           register_signal_handlers(run, fault);
}

static void destroy_instance(struct service_run *run)
{
    http_server_destroy(run->server);
    if (run->data != NULL && run->definition->stop != NULL)
        run->definition->stop(run->data);
    limiter_destroy(run->guard.limiter);
    api_keys_destroy(run->guard.keys);
    http_client_destroy(run->service.client);
    cache_destroy(run->service.cache);
    db_pool_destroy(run->service.pool);
    if (run->service.loop != NULL)
        service_readiness_end(run);
    work_destroy(run->service.work);
    loop_destroy(run->service.loop);
}

static int run_instance(struct service_run *run)
{
    struct fault fault;

    if (!build_instance(run, &fault)) {
        log_fault(LOG_ERROR, "start_failed", &fault, SLICE_NONE);
        destroy_instance(run);
        return EXIT_FAILED;
    }
    LOG(LOG_INFO, "listening", "Accepting connections",
        log_str("address", run->service.config->http_address),
        log_int("port", http_server_port(run->server)), log_str("version", service_version()));
    loop_run(run->service.loop);
    LOG(LOG_INFO, "stopped", "Ended", log_int("code", run->exit_code),
        log_int("fibers", (int64_t)fiber_count_live(run->service.loop)));
    /* A waiting fiber may use any part of the instance, so nothing is destroyed: the kernel frees
     * it. */
    if (fiber_count_live(run->service.loop) > 0) {
        log_flush();
        _exit(run->exit_code);
    }
    destroy_instance(run);
    return run->exit_code;
}

int service_serve(const struct service_definition *definition)
{
    struct service_config *config = service_config_load(definition);
    size_t set_count;
    auto_free struct db_migration_set *sets = service_list_migration_sets(definition, &set_count);
    struct service_run run = {
        .definition = definition,
        .started_ns = now_mono_ns(),
        .service = {.config = config,
                    .events = definition->events,
                    .event_types = definition->event_types},
    };
    int code = EXIT_USAGE;

    if (config != NULL && sets != NULL) {
        run.sets = sets;
        run.set_count = set_count;
        log_init(definition->name, (enum log_level)config->log_level);
        code = run_instance(&run);
        log_flush();
    }
    service_config_free(definition, config);
    return code;
}
