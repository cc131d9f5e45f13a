// SPDX-License-Identifier: MIT
#include "monitor/monitor.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/now.h"

#include "monitor/monitor_private.h"

enum {
    NAME_THREADS = 16, /* half of them may look names up, the others ask for mounts */
    NAME_QUEUE = CHECKS_MAX,
    CONCLUDE_MS = 1000, /* also without a probe: one that hangs becomes unknown */
    READ_MS = 60 * 1000,
    BACKGROUND_MS = 20 * 1000
};

/* A deploy that lasts longer has died and left its lock. */
#define DEPLOY_MAX_S (30 * 60)

static bool start_background(struct watch *watch, struct fault *fault)
{
    const struct periodic_options conclude = {.name = "conclude",
                                              .run = watch_conclude,
                                              .data = watch,
                                              .every_ms = CONCLUDE_MS,
                                              .limit_ms = BACKGROUND_MS,
                                              .at_once = true};
    const struct periodic_options read = {.name = "history_read",
                                          .run = watch_read,
                                          .data = watch,
                                          .every_ms = READ_MS,
                                          .limit_ms = BACKGROUND_MS,
                                          .at_once = true};
    struct loop *loop = watch->options.service->loop;
    watch->concluding = periodic_start(loop, &conclude, fault);
    watch->reading = watch->concluding != NULL ? periodic_start(loop, &read, fault) : NULL;
    return watch->reading != NULL;
}

static bool allocate(struct watch *watch, struct fault *fault)
{
    const size_t count = watch->plan->count > 0 ? watch->plan->count : 1;
    watch->tasks = fault_calloc(count * sizeof *watch->tasks, "the checks", fault);
    watch->states = fault_calloc(count * sizeof *watch->states, "the checks", fault);
    watch->verdicts = fault_calloc(count * sizeof *watch->verdicts, "the checks", fault);
    watch->pasts = fault_calloc(count * sizeof *watch->pasts, "the checks", fault);
    watch->peer.plan = watch->plan;
    watch->peer.checks = fault_calloc(count * sizeof *watch->peer.checks, "the checks", fault);
    watch->rules.alerts = fault_calloc(RULES_MAX * sizeof *watch->rules.alerts, "rules", fault);
    watch->rules.room = watch->rules.alerts != NULL ? RULES_MAX : 0;
    if (watch->rules.room == 0 || watch->tasks == NULL || watch->states == NULL ||
        watch->verdicts == NULL || watch->pasts == NULL || watch->peer.checks == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        watch_past_unknown(&watch->pasts[i]);
    return true;
}

static bool equip(struct watch *watch, struct fault *fault)
{
    struct service *service = watch->options.service;
    const struct health_config *config = watch->options.config;
    watch->client = probe_client_create(service->loop, service->work, NULL, fault);
    if (watch->client == NULL)
        return false;
    watch->names = work_create(service->loop, NAME_THREADS, NAME_QUEUE, fault);
    watch->tools = (struct probe_tools){.service = service,
                                        .work = watch->names,
                                        .client = watch->client,
                                        .link_key = config->link_key,
                                        .redis_url = config->common.redis_url,
                                        .proc = config->proc,
                                        .heartbeats = &watch->heartbeats,
                                        .seen = &watch->seen,
                                        .peer = &watch->peer};
    return watch->names != NULL;
}

/* Somebody has acknowledged by Telegram: pages say so soon. */
static void on_ack(void *data, const struct incident *incident)
{
    struct watch *watch = data;
    (void)incident;
    periodic_soon(watch->reading, 0);
}

struct watch *watch_start(const struct watch_options *options, struct fault *fault)
{
    struct watch *watch = fault_calloc(sizeof *watch, "the watch", fault);
    if (watch == NULL)
        return NULL;
    watch->options = *options;
    watch->plan = options->plan;
    watch->overall_since_us = watch->heartbeats.since_us = now_wall_us();
    if (!allocate(watch, fault) || !equip(watch, fault) || !start_background(watch, fault)) {
        watch_stop(watch);
        return NULL;
    }
    alerts_on_ack(options->alerts, on_ack, watch);
    watch_probes_begin(watch);
    return watch;
}

void watch_stop(struct watch *watch)
{
    if (watch == NULL)
        return;
    alerts_on_ack(watch->options.alerts, NULL, NULL);
    if (watch->tasks != NULL)
        watch_probes_end(watch);
    periodic_stop(watch->concluding);
    periodic_stop(watch->reading);
    http_client_destroy(watch->client);
    work_destroy(watch->names);
    free(watch->tasks);
    free(watch->states);
    free(watch->verdicts);
    free(watch->pasts);
    free(watch->peer.checks);
    free(watch->rules.alerts);
    free(watch);
}

static bool is_deploying(const char *lock, int64_t now_us)
{
    struct stat seen;
    return lock[0] != '\0' && stat(lock, &seen) == 0 &&
           llabs(now_us / US_PER_S - seen.st_mtim.tv_sec) <= DEPLOY_MAX_S;
}

struct verdict_times watch_times(const struct watch *watch)
{
    const int64_t now_us = now_wall_us();
    return (struct verdict_times){.now_us = now_us,
                                  .deploying =
                                      is_deploying(watch->options.config->deploy_lock, now_us),
                                  .maintenance = watch->maintenance_until_us > now_us};
}

const struct last_seen *watch_seen(const struct watch *watch)
{
    return &watch->seen;
}

void watch_view(struct watch *watch, struct watch_view *out)
{
    const struct verdict_times times = watch_times(watch);
    *out = (struct watch_view){
        .plan = watch->plan,
        .states = watch->states,
        .verdicts = watch->verdicts,
        .pasts = watch->pasts,
        .incidents = watch->incidents,
        .incident_count = watch->incident_count,
        .silences = watch->silences,
        .silence_count = watch->silence_count,
        .rules = watch->rules,
        .overall = watch->overall,
        .overall_since_us = watch->overall_since_us,
        .now_us = times.now_us,
        .history_gap_us = history_gap(watch->options.history),
        .history_missing = history_missing(watch->options.history),
        .missed = watch->missed,
        .missed_count = watch->missed_count,
        .told_by_peer = watch_peer_told(watch, times.now_us),
        .link_told = watch->link_told,
        .maintenance = times.maintenance,
        .maintenance_until_us = watch->maintenance_until_us,
    };
}
