// SPDX-License-Identifier: MIT
/* Copies incidents, silences and trends from the history to memory, so that pages never wait. */
#include "base/auto.h"
#include "base/now.h"

#include "monitor/monitor_private.h"

static bool read_silences(struct monitor *monitor, struct fault *fault)
{
    size_t count = SILENCES_MAX;

    if (!history_list_silences(monitor->app->history, now_wall_us(), monitor->silences, &count,
                               fault))
        return false;
    monitor->view.silence_count = count;
    monitor->view.maintenance_until_us = 0;
    for (size_t i = 0; i < count; i++) {
        const struct silence *one = &monitor->silences[i];
        monitor->matches[i] = (struct silence_match){one->match, one->until_us};
        if (strcmp(one->match, "*") == 0 && one->until_us > monitor->view.maintenance_until_us)
            monitor->view.maintenance_until_us = one->until_us;
    }
    return true;
}

/* Reads the open incidents and, in the remaining space, the newest ended ones. */
static bool read_incidents(struct monitor *monitor, struct fault *fault)
{
    const size_t bytes = MONITOR_INCIDENTS_MAX * sizeof(struct incident);
    size_t count = MONITOR_INCIDENTS_MAX, newest = MONITOR_INCIDENTS_MAX;
    auto_free struct incident *all = fault_calloc(bytes, "incidents", fault);

    if (all == NULL ||
        !history_list_incidents(monitor->app->history, NULL, false, all, &newest, fault) ||
        !history_list_incidents(monitor->app->history, NULL, true, monitor->incidents, &count,
                                fault))
        return false;
    for (size_t i = 0; i < newest && count < MONITOR_INCIDENTS_MAX; i++)
        if (all[i].ended_us != 0)
            monitor->incidents[count++] = all[i];
    monitor->view.incident_count = count;
    return true;
}

bool monitor_restore_heartbeats(struct monitor *monitor, struct fault *fault)
{
    auto_free struct heartbeat *stored =
        fault_calloc(CHECKS_MAX * sizeof *stored, "heartbeats", fault);
    size_t count = CHECKS_MAX;

    if (stored == NULL || !history_list_heartbeats(monitor->app->history, stored, &count, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct check *check = plan_find(monitor->plan, slice_of(stored[i].name));
        if (check != NULL && check->kind == CHECK_HEARTBEAT)
            probe_store_heartbeat(&monitor->tasks[check - monitor->plan->checks].memory,
                                  &stored[i]);
    }
    return true;
}

bool monitor_receive_heartbeat(struct monitor *monitor, const struct check *check,
                               const struct heartbeat *heartbeat, struct fault *fault)
{
    const size_t i = (size_t)(check - monitor->plan->checks);
    struct heartbeat named = *heartbeat;

    memcpy(named.name, check->name, sizeof named.name);
    probe_store_heartbeat(&monitor->tasks[i].memory, &named);
    monitor_probe_now(monitor, i);
    return history_store_heartbeat(monitor->app->history, &named, fault);
}

bool monitor_refresh_page_data(void *data, struct fault *fault)
{
    struct monitor *monitor = data;

    if (!monitor_reload_silences_and_incidents(monitor, fault))
        return false;
    monitor->view.missed_count = MONITOR_MISSED_MAX;
    return history_list_gaps(monitor->app->history, monitor->missed, &monitor->view.missed_count,
                             fault) &&
           history_read_trends(monitor->app->history, now_wall_us(), monitor->trends, fault);
}

bool monitor_reload_silences_and_incidents(struct monitor *monitor, struct fault *fault)
{
    if (!read_silences(monitor, fault) || !read_incidents(monitor, fault))
        return false;
    periodic_run_soon(&monitor->evaluation, 0);
    return true;
}
