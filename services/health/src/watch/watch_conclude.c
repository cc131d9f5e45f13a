// SPDX-License-Identifier: MIT
/* What follows from probes: samples, incidents, alerts. */
#include <string.h>

#include "base/log.h"
#include "base/now.h"

#include "checks/beyond.h"
#include "watch/watch_parts.h"

static struct incident incident_of(const struct watch *watch, size_t i)
{
    const struct check *check = &watch->plan->checks[i];
    const struct probe_result *why = &watch->states[i].why;
    struct beyond beyond;
    struct incident incident = {
        .id = uuid_make(),
        .level = watch->states[i].level,
        .severity = check->severity,
        .trouble = why->trouble,
        .reading = beyond_find(check, why, &beyond) ? *beyond.reading
                                                    : (struct reading){.measure = MEASURES},
        .started_us = watch->verdicts[i].since_us,
    };
    memcpy(incident.check, check->name, sizeof incident.check);
    memcpy(incident.detail, why->detail, sizeof incident.detail);
    return incident;
}

static unsigned channels_of(const struct watch *watch, size_t i)
{
    const struct check *check = &watch->plan->checks[i];
    return check->counted ? alerts_channels(watch->options.alerts, check->severity) : 0;
}

static bool begin(struct watch *watch, size_t i, struct fault *fault)
{
    const struct incident incident = incident_of(watch, i);
    if (!history_incident_begin(watch->options.history, &incident, channels_of(watch, i), fault))
        return false;
    watch->tasks[i].incident = incident;
    LOG(LOG_WARN, "incident_began", "A check is bad", log_str("check", incident.check),
        log_str("trouble", probe_trouble_names[incident.trouble]));
    return true;
}

static bool worsen(struct watch *watch, size_t i, struct fault *fault)
{
    struct incident incident = incident_of(watch, i);
    incident.id = watch->tasks[i].incident.id;
    incident.started_us = watch->tasks[i].incident.started_us;
    if (!history_incident_worsen(watch->options.history, &incident, channels_of(watch, i), fault))
        return false;
    watch->tasks[i].incident = incident;
    return true;
}

static bool end(struct watch *watch, size_t i, struct fault *fault)
{
    struct incident *incident = &watch->tasks[i].incident;
    if (!history_incident_end(watch->options.history, &incident->id, now_wall_us(), fault))
        return false;
    LOG(LOG_INFO, "incident_ended", "A check is good again", log_str("check", incident->check));
    *incident = (struct incident){0};
    return true;
}

/* `*changed`: an incident began, worsened or ended. */
static bool follow(struct watch *watch, size_t i, bool *changed, struct fault *fault)
{
    typedef bool act_fn(struct watch * watch, size_t i, struct fault * fault);
    static act_fn *const acts[] = {
        [CHANGE_NONE] = NULL, [CHANGE_BEGIN] = begin, [CHANGE_WORSEN] = worsen, [CHANGE_END] = end};
    const struct incident *incident = &watch->tasks[i].incident;
    const enum level open = uuid_is_nil(&incident->id) ? LEVEL_UNKNOWN : incident->level;
    act_fn *act = acts[verdict_change(&watch->plan->checks[i], open, &watch->verdicts[i])];
    if (act == NULL)
        return true;
    *changed = true;
    return act(watch, i, fault);
}

/* As far as the incident keeps it. */
static struct probe_result why_of(const struct incident *incident)
{
    struct probe_result why = {.trouble = incident->trouble, .began_us = incident->started_us};
    memcpy(why.detail, incident->detail, sizeof why.detail);
    if (incident->reading.measure != MEASURES)
        why.readings[why.reading_count++] = incident->reading;
    return why;
}

/* Incidents that lasted when the process before this one ended. What they were about may be watched
 * no more. */
static bool resume(struct watch *watch, struct fault *fault)
{
    struct incident *open = watch->incidents;
    size_t count = WATCH_INCIDENTS_MAX;
    if (!history_incidents(watch->options.history, NULL, true, open, &count, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct check *check = plan_find(watch->plan, slice_of(open[i].check));
        if (check == NULL) {
            if (!history_incident_end(watch->options.history, &open[i].id, now_wall_us(), fault))
                return false;
            continue;
        }
        const size_t at = (size_t)(check - watch->plan->checks);
        watch->tasks[at].incident = open[i];
        const struct probe_result why = why_of(&open[i]);
        verdict_resume(&watch->states[at], open[i].level, open[i].started_us, &why);
    }
    watch->incident_count = count;
    return true;
}

/* What a bad check needs is looked at now, so that its cause is known soon. */
static void look_at_needs(struct watch *watch, size_t i)
{
    size_t needs[CHECKS_MAX];
    if (watch->states[i].last.trouble == TROUBLE_NONE && watch->states[i].level == LEVEL_GREEN)
        return;
    const size_t count = plan_needs(watch->plan, i, needs);
    for (size_t k = 0; k < count; k++)
        if (verdict_wants(watch->plan, watch->states, needs[k]))
            watch_look(watch, needs[k]);
}

static void take_samples(struct watch *watch)
{
    for (size_t i = 0; i < watch->plan->count; i++) {
        if (!watch->tasks[i].fresh)
            continue;
        watch->tasks[i].fresh = false;
        look_at_needs(watch, i);
        const struct probe_result *last = &watch->states[i].last;
        history_sample(watch->options.history, i, watch->verdicts[i].verdict, last->began_us,
                       last->took_us);
    }
}

bool watch_conclude(void *data, struct fault *fault)
{
    struct watch *watch = data;
    bool changed = false, done = true;
    if (!watch->resumed && (!resume(watch, fault) || !watch_resume_heartbeats(watch, fault)))
        return false;
    watch->resumed = true;
    const struct verdict_times times = watch_times(watch);
    verdicts_resolve(watch->plan, watch->states, watch->matches, watch->match_count, &times,
                     watch->verdicts);
    take_samples(watch);
    const enum verdict overall = verdicts_overall(watch->plan, watch->verdicts);
    if (overall != watch->overall) {
        watch->overall = overall;
        watch->overall_since_us = times.now_us;
    }
    for (size_t i = 0; i < watch->plan->count; i++)
        done = follow(watch, i, &changed, fault) && done;
    if (changed) {
        alerts_soon(watch->options.alerts);
        periodic_soon(watch->reading, 0);
    }
    return done;
}
