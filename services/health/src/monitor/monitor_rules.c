// SPDX-License-Identifier: MIT
/* What follows from the alerts of Prometheus' rules: their incidents. */
#include "base/log.h"
#include "base/now.h"

#include "monitor/monitor_private.h"

void watch_rule(struct watch *watch, const struct rule_alert *alert)
{
    if (!alert->quiet)
        rules_note(&watch->rules, alert, now_wall_us());
    periodic_soon(watch->concluding, 0);
}

static unsigned channels_of(const struct watch *watch, const struct incident *incident)
{
    return alerts_channels(watch->options.alerts, alerts_severity(incident));
}

/* History has failed. Where it is stuck, people are told all the same. */
static bool urgent(struct watch *watch, const struct incident *incident, enum alert_event event)
{
    if (history_is_stuck(watch->options.history))
        alerts_urgent(watch->options.alerts, incident, event, channels_of(watch, incident));
    return false;
}

/* What history did not answer in time it may have done, or not: it is asked again for the same
 * incident. */
static bool begin(struct watch *watch, struct rule_alert *alert, struct fault *fault)
{
    if (!alert->unsure)
        alert->incident.id = uuid_make();
    alert->unsure = true;
    alert->reminded = 0;
    alert->told_us = now_wall_us();
    if (!history_incident_begin(watch->options.history, &alert->incident,
                                channels_of(watch, &alert->incident), fault))
        return urgent(watch, &alert->incident, ALERT_FIRED);
    alert->unsure = false;
    LOG(LOG_WARN, "incident_began", "A rule of Prometheus fires",
        log_str("check", alert->incident.check));
    return true;
}

/* It may fire again meanwhile: then another incident begins. */
static bool end(struct watch *watch, struct rule_alert *alert, struct fault *fault)
{
    struct incident over = alert->incident;

    if (over.ended_us == 0)
        over.ended_us = now_wall_us();
    if (!history_incident_end(watch->options.history, &over.id, over.ended_us, fault) &&
        !(alert->unsure && fault->kind == FAULT_NOT_FOUND)) {
        if (history_is_stuck(watch->options.history))
            alert->incident.ended_us = over.ended_us;
        return urgent(watch, &over, ALERT_RECOVERED);
    }
    LOG(LOG_INFO, "incident_ended", "A rule of Prometheus fires no more",
        log_str("check", alert->incident.check));
    alert->incident.id = (struct uuid){0};
    alert->incident.ended_us = 0;
    alert->unsure = false;
    return true;
}

static bool follow(struct watch *watch, struct rule_alert *alert, size_t *told, bool *changed,
                   struct fault *fault)
{
    const bool bad = alert->verdict == VERDICT_RED || alert->verdict == VERDICT_YELLOW;
    const bool is_new = !rule_is_told(alert);
    const bool is_over = alert->incident.ended_us != 0; /* told so while history was stuck */
    bool done = true;

    if (bad && !is_over && !alert->held && (alert->unsure || (is_new && *told < RULES_TOLD_MAX))) {
        *changed = true;
        *told += is_new;
        return begin(watch, alert, fault);
    }
    if (bad && !is_over && !is_new)
        return watch_remind(watch, &alert->incident, alert->told_us, &alert->reminded, changed,
                            fault);
    if (is_over || (alert->verdict == VERDICT_GREEN && !is_new)) {
        *changed = true;
        done = end(watch, alert, fault);
    }
    if (done && alert->verdict == VERDICT_GREEN && alert->until_us <= now_wall_us())
        *alert = (struct rule_alert){0};
    return done;
}

static bool tells(void *data, const char *name)
{
    const struct peer_rules *rules = data;

    for (size_t i = 0; i < rules->count; i++)
        if (strcmp(rules->names[i], name) == 0)
            return true;
    return false;
}

bool watch_follow_rules(struct watch *watch, bool *changed, struct fault *fault)
{
    static struct peer_rules nobody;
    struct rules *rules = &watch->rules;
    const int64_t now_us = now_wall_us();
    const bool known = watch_peer_is_new(watch, now_us);
    size_t told = 0;
    bool done = true;

    rules_hold(rules, tells, known ? &watch->peer.rules : &nobody,
               known && strcmp(watch->plan->server, watch->plan->peer) > 0, now_us);
    for (size_t i = 0; i < rules->used; i++)
        told += rules->alerts[i].until_us != 0 && rule_is_told(&rules->alerts[i]);
    for (size_t i = 0; i < rules->used; i++)
        if (rules->alerts[i].until_us != 0)
            done = follow(watch, &rules->alerts[i], &told, changed, fault) && done;
    return done;
}
