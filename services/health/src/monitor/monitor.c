// SPDX-License-Identifier: MIT
#include "monitor/monitor.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/now.h"

#include "monitor/monitor_private.h"

enum {
    NAME_THREADS = 16, /* at most half of them resolve names; the others query mounts */
    NAME_QUEUE = CHECKS_MAX,
    /* Time between two evaluations if no probe ends, so that a check whose probe hangs becomes
     * unknown. */
    CONCLUDE_MS = 1000,
    READ_MS = 60 * 1000,
    BACKGROUND_MS = 20 * 1000
};

/* A lock file that was not changed for this time is ignored: its deploy was killed and left the
 * file. */
#define DEPLOY_MAX_S (30 * 60)

static void start_background_tasks(struct monitor *monitor)
{
    static const struct periodic_task conclude = {"conclude", monitor_evaluate_results, CONCLUDE_MS,
                                                  BACKGROUND_MS, .at_once = true};
    static const struct periodic_task read = {"history_read", monitor_refresh_page_data, READ_MS,
                                              BACKGROUND_MS, .at_once = true};
    struct loop *loop = monitor->app->service->loop;

    periodic_start(&monitor->evaluation, loop, &conclude, monitor);
    periodic_start(&monitor->refresh, loop, &read, monitor);
}

static bool create_probe_tools(struct monitor *monitor, struct fault *fault)
{
    struct service *service = monitor->app->service;
    const struct health_config *config = monitor->app->config;

    monitor->tools = (struct probe_tools){
        .service = service,
        .client = probe_client_create(service->loop, service->work, NULL, fault),
        .link_key = config->link_key,
        .proc = config->proc,
        .started_us = now_wall_us(),
        .snapshot = &monitor->snapshot,
        .peer = &monitor->peer,
    };
    if (monitor->tools.client != NULL)
        monitor->tools.work = work_create(service->loop, NAME_THREADS, NAME_QUEUE, fault);
    return monitor->tools.work != NULL;
}

/* Refreshes the data of pages soon. Called after an acknowledgement by Telegram. */
static void refresh_after_ack(void *data)
{
    struct monitor *monitor = data;

    periodic_run_soon(&monitor->refresh, 0);
}

struct monitor *monitor_start(const struct health_app *app, struct fault *fault)
{
    struct monitor *monitor = fault_calloc(sizeof *monitor, "the watch", fault);

    if (monitor == NULL)
        return NULL;
    monitor->app = app;
    monitor->plan = app->plan;
    monitor->peer.plan = app->plan;
    monitor->view.rules = (struct rules){.alerts = monitor->rule_alerts, .room = RULES_MAX};
    monitor->view.overall_since_us = now_wall_us();
    for (size_t i = 0; i < app->plan->count; i++)
        history_trend_clear(&monitor->trends[i]);
    if (!create_probe_tools(monitor, fault)) {
        monitor_stop(monitor);
        return NULL;
    }
    start_background_tasks(monitor);
    alerts_set_ack_handler(app->alerts, refresh_after_ack, monitor);
    monitor_probes_start(monitor);
    return monitor;
}

void monitor_stop(struct monitor *monitor)
{
    if (monitor == NULL)
        return;
    alerts_set_ack_handler(monitor->app->alerts, NULL, NULL);
    monitor_probes_stop(monitor);
    periodic_stop(&monitor->evaluation);
    periodic_stop(&monitor->refresh);
    http_client_destroy(monitor->tools.client);
    work_destroy(monitor->tools.work);
    free(monitor);
}

static bool is_deploying(const char *lock_path, int64_t now_us)
{
    struct stat seen;

    return lock_path[0] != '\0' && stat(lock_path, &seen) == 0 &&
           llabs(now_us / US_PER_S - seen.st_mtim.tv_sec) <= DEPLOY_MAX_S;
}

struct verdict_context monitor_get_verdict_context(const struct monitor *monitor)
{
    const int64_t now_us = now_wall_us();

    return (struct verdict_context){
        .now_us = now_us, .deploying = is_deploying(monitor->app->config->deploy_lock, now_us)};
}

void monitor_get_view(struct monitor *monitor, struct monitor_view *out)
{
    *out = monitor->view;
    out->plan = monitor->plan;
    out->states = monitor->states;
    out->verdicts = monitor->verdicts;
    out->trends = monitor->trends;
    out->snapshot = &monitor->snapshot;
    out->incidents = monitor->incidents;
    out->silences = monitor->silences;
    out->now_us = now_wall_us();
    out->history_gap_us = history_unwritable_since_us(monitor->app->history);
    out->history_missing = history_current_gap(monitor->app->history);
    out->missed = monitor->missed;
    out->alerted_by_peer = monitor_find_check_alerted_by_peer(monitor, out->now_us);
    out->alert_bot_shared = alerts_bot_is_shared(monitor->app->alerts);
    out->maintenance = out->maintenance_until_us > out->now_us;
}
