// SPDX-License-Identifier: MIT
#include "definition.h"

#include <stdlib.h>
#include <time.h>

#include "api/periodic.h"
#include "base/digest.h"
#include "base/embed.h"

#include "access.h"
#include "app.h"
#include "config/plan.h"
#include "handlers/repeats.h"
#include "metrics/metrics.h"
#include "monitor/monitor.h"
#include "notify/alerts.h"
#include "report/report.h"
#include "routes.h"
#include "storage/history.h"

SERVICE_FILES(health);

static const char *const scopes[] = {"health:read", "health:beat", "health:admin", "booking:act"};

const struct api_callers health_callers = {
    .scopes = scopes,
    .scope_count = ARRAY_LEN(scopes),
    .actor_scope = SCOPE_BOOKING_ACT,
};

/* Requires HEALTH_EDGE_SECRET on a server, where other containers can reach the page without the
 * reverse proxy's password. */
static bool check_edge_secret_config(const struct health_config *config, FILE *errors)
{
    const char *environment = config->common.environment;

    if (config->edge_secret[0] != '\0' || strcmp(environment, "demo") == 0 ||
        strcmp(environment, "test") == 0)
        return true;
    fprintf(errors, "HEALTH_EDGE_SECRET: is required if ENVIRONMENT is %s\n", environment);
    return false;
}

static bool check_config(const void *data, FILE *errors)
{
    const struct health_config *config = data;
    const bool alerts = alerts_check_config(config, errors),
               report = report_check_config(config, errors),
               edge = check_edge_secret_config(config, errors);
    struct plan plan;

    if (!plan_load(config->plan, &plan, errors))
        return false;
    plan_finish(&plan);
    return alerts && report && edge;
}

enum {
    WRITE_EVERY_MS = 5000,
    WRITE_LIMIT_MS = 30000,
    /* Bytes of bodies, and of answers: the container has 40 MB. */
    MEMORY_MAX = 8 * 1024 * 1024
};

/* The service with the memory of its parts. */
struct parts {
    struct health_app app; /* must be the first member: its address is that of the parts */
    struct plan plan;
    struct report report;
    struct repeats repeats;
};

static void stop_health(void *data)
{
    struct health_app *app = data;

    if (app == NULL)
        return;
    metric_source_remove(&app->metrics);
    report_stop(app->report);
    monitor_stop(app->monitor);
    alerts_stop(app->alerts);
    periodic_stop(&app->writer);
    history_close(app->history);
    plan_finish(app->plan);
    repeats_finish(app->repeats);
    free(app);
}

static bool write_history(void *data, struct fault *fault)
{
    return history_write_to_disk(data, fault);
}

static bool start_history(struct health_app *app, struct fault *fault)
{
    static const struct periodic_task task = {"history_write", write_history, WRITE_EVERY_MS,
                                              WRITE_LIMIT_MS, .at_once = false};
    struct loop *loop = app->service->loop;

    app->history = history_open(loop, app->config->history, app->plan, fault);
    if (app->history == NULL)
        return false;
    history_load_keys_and_store_lookups(app->history, app->service->keys);
    periodic_start(&app->writer, loop, &task, app->history);
    return true;
}

static bool start_alerts_monitor_metrics_report(struct health_app *app, struct fault *fault)
{
    app->alerts = alerts_start(app->service, app->config, app->plan, app->history, fault);
    if (app->alerts == NULL)
        return false;
    app->monitor = monitor_start(app, fault);
    if (app->monitor == NULL)
        return false;
    app->metrics = (struct metric_source){.print = metrics_print, .data = app};
    metric_source_add(&app->metrics);
    return report_start(app->report, app, fault);
}

static void *start_health(struct service *service, const void *config, struct fault *fault)
{
    struct parts *parts = fault_calloc(sizeof *parts, "health", fault);

    if (parts == NULL)
        return NULL;
    struct health_app *app = &parts->app;
    app->service = service;
    app->config = config;
    app->plan = &parts->plan;
    app->report = &parts->report;
    app->repeats = &parts->repeats;
    digest_random(app->page_key, sizeof app->page_key);
    /* Sets the time zone of the process, because i18n/ formats times in it. */
    setenv("TZ", app->config->time_zone, 1);
    tzset();
    if (!plan_load(app->config->plan, app->plan, stderr))
        fault_set(fault, FAULT_INVALID, "bad_plan", "The file of checks has mistakes.");
    else if (start_history(app, fault) && start_alerts_monitor_metrics_report(app, fault))
        return app;
    stop_health(app);
    return NULL;
}

const struct service_definition *health_definition(void)
{
    static struct service_definition definition;

    definition = (struct service_definition){
        SERVICE_KNOWN(health),
        .needs = NEEDS_KEYS,
        .variables = health_variables,
        .variable_count = health_variable_count,
        .config_size = sizeof(struct health_config),
        .bodies_max = MEMORY_MAX,
        .answers_max = MEMORY_MAX,
        .routes = health_routes,
        .route_count = health_route_count,
        .callers = &health_callers,
        .check = check_config,
        .start = start_health,
        .stop = stop_health,
    };
    return &definition;
}
