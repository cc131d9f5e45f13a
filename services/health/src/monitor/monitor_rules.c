// SPDX-License-Identifier: MIT
/* Begins and ends incidents of Prometheus' alerts. */
#include "base/log.h"
#include "base/now.h"

#include "monitor/monitor_private.h"

void monitor_receive_rule_alert(struct monitor *monitor, const struct rule_alert *alert)
{
    if (!alert->quiet)
        rules_receive_alert(&monitor->view.rules, alert, now_wall_us());
    periodic_run_soon(&monitor->evaluation, 0);
}

static bool begin_incident(struct monitor *monitor, struct rule_alert *alert, struct fault *fault)
{
    alert->incident.id = uuid_make();
    alert->alerted = (struct incident_alerted){.queued_us = now_wall_us()};
    if (!history_incident_begin(
            monitor->app->history, &alert->incident,
            alerts_channels_for_incident(monitor->app->alerts, &alert->incident), fault)) {
        alert->incident.id = (struct uuid){0};
        return false;
    }
    LOG(LOG_WARN, "incident_began", "A rule of Prometheus fires",
        log_str("check", alert->incident.check));
    return true;
}

/* Ends the incident of an alert. If the alert fires again during the call of the history, the next
 * evaluation begins another incident. */
static bool end_incident(struct monitor *monitor, struct rule_alert *alert, struct fault *fault)
{
    if (!history_incident_end(monitor->app->history, &alert->incident.id, now_wall_us(), fault))
        return false;
    LOG(LOG_INFO, "incident_ended", "A rule of Prometheus no longer fires",
        log_str("check", alert->incident.check));
    alert->incident.id = (struct uuid){0};
    return true;
}

static bool update_incident(struct monitor *monitor, struct rule_alert *alert, size_t *open_count,
                            bool *changed, struct fault *fault)
{
    const bool bad = alert->verdict == VERDICT_RED || alert->verdict == VERDICT_YELLOW;
    const bool is_new = !rule_has_incident(alert);
    bool done = true;

    if (bad && is_new && !alert->deferred && *open_count < RULES_INCIDENTS_MAX) {
        *changed = true;
        ++*open_count;
        return begin_incident(monitor, alert, fault);
    }
    if (bad && !is_new)
        return monitor_queue_due_reminder(monitor, &alert->incident, &alert->alerted, changed,
                                          fault);
    if (alert->verdict == VERDICT_GREEN && !is_new) {
        *changed = true;
        done = end_incident(monitor, alert, fault);
    }
    if (done && alert->verdict == VERDICT_GREEN && alert->until_us <= now_wall_us())
        *alert = (struct rule_alert){0};
    return done;
}

static bool is_reported_by_peer(void *data, const char *alert_name)
{
    const struct peer_rules *rules = data;

    for (size_t i = 0; i < rules->count; i++)
        if (strcmp(rules->names[i], alert_name) == 0)
            return true;
    return false;
}

bool monitor_rules_update_incidents(struct monitor *monitor, bool *changed, struct fault *fault)
{
    static struct peer_rules none;
    struct rules *rules = &monitor->view.rules;
    const int64_t now_us = now_wall_us();
    const bool known = monitor_has_recent_peer_answer(monitor, now_us);
    size_t open = 0;
    bool done = true;

    rules_update_deferred(rules, is_reported_by_peer, known ? &monitor->peer.rules : &none,
                          known && strcmp(monitor->plan->server, monitor->plan->peer) > 0, now_us);
    for (size_t i = 0; i < rules->used; i++)
        open += rules->alerts[i].until_us != 0 && rule_has_incident(&rules->alerts[i]);
    for (size_t i = 0; i < rules->used; i++)
        if (rules->alerts[i].until_us != 0)
            done = update_incident(monitor, &rules->alerts[i], &open, changed, fault) && done;
    return done;
}
