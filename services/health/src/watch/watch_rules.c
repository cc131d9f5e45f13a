// SPDX-License-Identifier: MIT
/* What follows from the alerts of Prometheus' rules: their incidents. */
#include "base/log.h"
#include "base/now.h"

#include "watch/watch_parts.h"

void watch_rule(struct watch *watch, const struct rule_alert *alert)
{
    if (!alert->quiet)
        rules_note(&watch->rules, alert, now_wall_us());
    periodic_soon(watch->concluding, 0);
}

/* What history did not answer in time it may have done, or not: it is asked again for the same
 * incident. */
static bool begin(struct watch *watch, struct rule_alert *alert, struct fault *fault)
{
    struct alerts *alerts = watch->options.alerts;

    if (!alert->unsure)
        alert->incident.id = uuid_make();
    alert->unsure = true;
    if (!history_incident_begin(watch->options.history, &alert->incident,
                                alerts_channels(alerts, alert->incident.severity), fault))
        return false;
    alert->unsure = false;
    LOG(LOG_WARN, "incident_began", "A rule of Prometheus fires",
        log_str("check", alert->incident.check));
    return true;
}

/* It may fire again meanwhile: then another incident begins. */
static bool end(struct watch *watch, struct rule_alert *alert, struct fault *fault)
{
    if (rule_is_told(alert) &&
        !history_incident_end(watch->options.history, &alert->incident.id, now_wall_us(), fault) &&
        !(alert->unsure && fault->kind == FAULT_NOT_FOUND))
        return false;
    LOG(LOG_INFO, "incident_ended", "A rule of Prometheus fires no more",
        log_str("check", alert->incident.check));
    alert->incident.id = (struct uuid){0};
    alert->unsure = false;
    if (alert->until_us <= now_wall_us())
        *alert = (struct rule_alert){0};
    return true;
}

bool watch_follow_rules(struct watch *watch, bool *changed, struct fault *fault)
{
    struct rules *rules = &watch->rules;
    size_t told = 0;
    bool done = true;

    for (size_t i = 0; i < rules->room; i++)
        told += rules->alerts[i].until_us != 0 && rule_is_told(&rules->alerts[i]);
    for (size_t i = 0; i < rules->room; i++) {
        struct rule_alert *alert = &rules->alerts[i];
        const bool bad = alert->verdict == VERDICT_RED || alert->verdict == VERDICT_YELLOW;
        const bool begins =
            bad && (alert->unsure || (!rule_is_told(alert) && told < RULES_TOLD_MAX));

        if (alert->until_us == 0 || (!begins && alert->verdict != VERDICT_GREEN))
            continue;
        *changed = true;
        told += begins && !rule_is_told(alert);
        done = (begins ? begin : end)(watch, alert, fault) && done;
    }
    return done;
}
