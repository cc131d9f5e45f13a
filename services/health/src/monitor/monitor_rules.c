// SPDX-License-Identifier: MIT
/* Incidents of the alerts of Prometheus. */
#include "base/log.h"
#include "base/now.h"

#include "monitor/monitor_private.h"

void monitor_rule_alert(struct monitor *monitor, const struct rule_alert *alert)
{
    if (!alert->quiet)
        rules_update(&monitor->rules, alert, now_wall_us());
    periodic_soon(&monitor->evaluation, 0);
}

static unsigned channels_of(const struct monitor *monitor, const struct incident *incident)
{
    return alerts_channels(monitor->options.alerts, alerts_severity(incident));
}

/* History has failed. If it is stuck, sends the alert from memory. */
static bool send_from_memory(struct monitor *monitor, const struct incident *incident,
                             enum alert_event event)
{
    if (history_is_stuck(monitor->options.history))
        alerts_send_from_memory(monitor->options.alerts, incident, event,
                                channels_of(monitor, incident));
    return false;
}

/* A call to history that timed out may have been executed, so it is repeated for the same
 * incident. */
static bool begin(struct monitor *monitor, struct rule_alert *alert, struct fault *fault)
{
    if (!alert->unconfirmed)
        alert->incident.id = uuid_make();
    alert->unconfirmed = true;
    alert->reminder_step = 0;
    alert->alerted_us = now_wall_us();
    if (!history_incident_begin(monitor->options.history, &alert->incident,
                                channels_of(monitor, &alert->incident), fault))
        return send_from_memory(monitor, &alert->incident, ALERT_FIRED);
    alert->unconfirmed = false;
    LOG(LOG_WARN, "incident_began", "A rule of Prometheus fires",
        log_str("check", alert->incident.check));
    return true;
}

/* If the alert fires again meanwhile, another incident begins. */
static bool end(struct monitor *monitor, struct rule_alert *alert, struct fault *fault)
{
    struct incident over = alert->incident;

    if (over.ended_us == 0)
        over.ended_us = now_wall_us();
    if (!history_incident_end(monitor->options.history, &over.id, over.ended_us, fault) &&
        !(alert->unconfirmed && fault->kind == FAULT_NOT_FOUND)) {
        if (history_is_stuck(monitor->options.history))
            alert->incident.ended_us = over.ended_us;
        return send_from_memory(monitor, &over, ALERT_RECOVERED);
    }
    LOG(LOG_INFO, "incident_ended", "A rule of Prometheus no longer fires",
        log_str("check", alert->incident.check));
    alert->incident.id = (struct uuid){0};
    alert->incident.ended_us = 0;
    alert->unconfirmed = false;
    return true;
}

static bool update_incident(struct monitor *monitor, struct rule_alert *alert, size_t *open,
                            bool *changed, struct fault *fault)
{
    const bool bad = alert->verdict == VERDICT_RED || alert->verdict == VERDICT_YELLOW;
    const bool is_new = !rule_has_incident(alert);
    const bool is_over = alert->incident.ended_us != 0; /* the recovery was sent while history was
                                                         * stuck */
    bool done = true;

    if (bad && !is_over && !alert->deferred &&
        (alert->unconfirmed || (is_new && *open < RULES_INCIDENTS_MAX))) {
        *changed = true;
        *open += is_new;
        return begin(monitor, alert, fault);
    }
    if (bad && !is_over && !is_new)
        return monitor_remind(monitor, &alert->incident, alert->alerted_us, &alert->reminder_step,
                              changed, fault);
    if (is_over || (alert->verdict == VERDICT_GREEN && !is_new)) {
        *changed = true;
        done = end(monitor, alert, fault);
    }
    if (done && alert->verdict == VERDICT_GREEN && alert->until_us <= now_wall_us())
        *alert = (struct rule_alert){0};
    return done;
}

static bool is_reported(void *data, const char *name)
{
    const struct peer_rules *rules = data;

    for (size_t i = 0; i < rules->count; i++)
        if (strcmp(rules->names[i], name) == 0)
            return true;
    return false;
}

bool monitor_rules_update(struct monitor *monitor, bool *changed, struct fault *fault)
{
    static struct peer_rules none;
    struct rules *rules = &monitor->rules;
    const int64_t now_us = now_wall_us();
    const bool known = monitor_peer_is_fresh(monitor, now_us);
    size_t open = 0;
    bool done = true;

    rules_defer(rules, is_reported, known ? &monitor->peer.rules : &none,
                known && strcmp(monitor->plan->server, monitor->plan->peer) > 0, now_us);
    for (size_t i = 0; i < rules->used; i++)
        open += rules->alerts[i].until_us != 0 && rule_has_incident(&rules->alerts[i]);
    for (size_t i = 0; i < rules->used; i++)
        if (rules->alerts[i].until_us != 0)
            done = update_incident(monitor, &rules->alerts[i], &open, changed, fault) && done;
    return done;
}
