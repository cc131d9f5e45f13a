// SPDX-License-Identifier: MIT
/* What follows from probes: samples, incidents, alerts. */
#include <string.h>

#include "base/auto.h"
#include "base/log.h"
#include "base/now.h"

#include "config/threshold.h"
#include "monitor/monitor_private.h"
#include "notify/escalation.h"

/* Of a file before this one, of this one, and of rules. */
enum { RESUMED_MAX = 2 * CHECKS_MAX + RULES_TOLD_MAX };

/* Of the verdict that is acted on: while history is waited for, the state goes on. */
static enum level level_of(enum verdict verdict)
{
    return verdict == VERDICT_RED ? LEVEL_RED : LEVEL_YELLOW;
}

static struct incident incident_of(const struct watch *watch, size_t i)
{
    const struct check *check = &watch->plan->checks[i];
    const struct probe_result *why = &watch->states[i].why;
    struct beyond beyond;
    struct incident incident = {
        .id = uuid_make(),
        .level = level_of(watch->verdicts[i].verdict),
        .severity = check->severity,
        .trouble = why->trouble,
        .reading = beyond_find(check, why, &beyond) ? *beyond.reading
                                                    : (struct reading){.measure = MEASURES},
        .started_us = watch->verdicts[i].since_us,
    };
    memcpy(incident.check, check->name, sizeof incident.check);
    memcpy(incident.detail, why->detail, sizeof why->detail);
    return incident;
}

static unsigned channels_of(const struct watch *watch, size_t i, const struct incident *incident)
{
    return watch->plan->checks[i].counted
               ? alerts_channels(watch->options.alerts, alerts_severity(incident))
               : 0;
}

/* History has failed. Where it is stuck, people are told all the same. */
static bool urgent(struct watch *watch, size_t i, const struct incident *incident,
                   enum alert_event event)
{
    if (history_is_stuck(watch->options.history))
        alerts_urgent(watch->options.alerts, incident, event, channels_of(watch, i, incident));
    return false;
}

/* What history did not answer in time it may have done, or not: it is asked again for the same
 * incident. */
static bool begin(struct watch *watch, size_t i, struct fault *fault)
{
    struct watch_task *task = &watch->tasks[i];
    const struct incident *incident = &task->incident;
    if (!task->unsure) {
        task->incident = incident_of(watch, i);
        task->told_us = now_wall_us();
    }
    task->unsure = true;
    task->reminded = 0;
    if (!history_incident_begin(watch->options.history, incident, channels_of(watch, i, incident),
                                fault))
        return urgent(watch, i, incident, ALERT_FIRED);
    task->unsure = false;
    LOG(LOG_WARN, "incident_began", "A check is bad", log_str("check", incident->check),
        log_str("trouble", probe_trouble_names[incident->trouble]));
    return true;
}

static bool worsen(struct watch *watch, size_t i, struct fault *fault)
{
    struct incident incident = incident_of(watch, i);
    incident.id = watch->tasks[i].incident.id;
    incident.started_us = watch->tasks[i].incident.started_us;
    if (!history_incident_worsen(watch->options.history, &incident,
                                 channels_of(watch, i, &incident), fault))
        return urgent(watch, i, &incident, ALERT_WORSE);
    watch->tasks[i].incident = incident;
    watch->tasks[i].told_us = now_wall_us();
    return true;
}

static bool end(struct watch *watch, size_t i, struct fault *fault)
{
    struct watch_task *task = &watch->tasks[i];
    struct incident over = task->incident;
    if (over.ended_us == 0)
        over.ended_us = now_wall_us();
    if (!history_incident_end(watch->options.history, &over.id, over.ended_us, fault) &&
        !(task->unsure && fault->kind == FAULT_NOT_FOUND)) {
        if (history_is_stuck(watch->options.history))
            task->incident.ended_us = over.ended_us;
        return urgent(watch, i, &over, ALERT_RECOVERED);
    }
    LOG(LOG_INFO, "incident_ended", "A check is good again",
        log_str("check", task->incident.check));
    task->incident = (struct incident){0};
    task->unsure = false;
    return true;
}

/* `*changed`: an incident began, worsened or ended. */
static bool follow(struct watch *watch, size_t i, bool *changed, struct fault *fault)
{
    typedef bool act_fn(struct watch * watch, size_t i, struct fault * fault);
    static act_fn *const acts[] = {
        [CHANGE_NONE] = NULL, [CHANGE_BEGIN] = begin, [CHANGE_WORSEN] = worsen, [CHANGE_END] = end};
    const struct watch_task *task = &watch->tasks[i];
    const enum level open = uuid_is_nil(&task->incident.id) ? LEVEL_UNKNOWN : task->incident.level;
    enum verdict_change change = verdict_change(&watch->plan->checks[i], open, &watch->verdicts[i]);
    if (task->unsure && change != CHANGE_END)
        change = verdict_change(&watch->plan->checks[i], LEVEL_UNKNOWN, &watch->verdicts[i]);
    if (task->incident.ended_us != 0) /* it was told to be over while history was stuck */
        change = CHANGE_END;
    act_fn *act = acts[change];
    if (act == NULL)
        return true;
    if (change == CHANGE_BEGIN && !task->unsure && watch_peer_tells(watch, i, now_wall_us()))
        return true;
    *changed = true;
    return act(watch, i, fault);
}

bool watch_remind(struct watch *watch, const struct incident *incident, int64_t told_us,
                  int *reminded, bool *changed, struct fault *fault)
{
    const int step = escalation_step(now_wall_us() - told_us);
    if (incident->severity != SEVERITY_CRITICAL || incident->level != LEVEL_RED ||
        step <= *reminded)
        return true;
    const unsigned channels = alerts_channels(watch->options.alerts, incident->severity);
    if (!history_incident_remind(watch->options.history, &incident->id, step, channels, fault))
        return false;
    *reminded = step;
    *changed = true;
    return true;
}

static bool remind(struct watch *watch, size_t i, bool *changed, struct fault *fault)
{
    struct watch_task *task = &watch->tasks[i];
    if (uuid_is_nil(&task->incident.id) || task->unsure ||
        watch->verdicts[i].verdict != VERDICT_RED || !watch->plan->checks[i].counted)
        return true;
    return watch_remind(watch, &task->incident, task->told_us, &task->reminded, changed, fault);
}

static bool resume_reds(struct watch *watch, struct fault *fault)
{
    size_t count = RESUMED_MAX;
    auto_free struct incident_red *reds = fault_calloc(count * sizeof *reds, "incidents", fault);
    if (reds == NULL || !history_incidents_red(watch->options.history, reds, &count, fault))
        return false;
    for (size_t i = 0; i < watch->plan->count; i++)
        for (size_t k = 0; k < count; k++)
            if (uuid_equal(&watch->tasks[i].incident.id, &reds[k].id))
                watch->tasks[i].told_us = reds[k].told_us;
    return true;
}

/* Incidents that lasted when the process before this one ended: at most one of each check that it
 * knew. What they were about may be watched here no more. */
static bool resume(struct watch *watch, struct fault *fault)
{
    size_t count = RESUMED_MAX;
    auto_free struct incident *open = fault_calloc(count * sizeof *open, "incidents", fault);
    if (open == NULL || !history_incidents(watch->options.history, NULL, true, open, &count, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct check *check = plan_find(watch->plan, slice_of(open[i].check));
        if (check == NULL && rules_resume(&watch->rules, &open[i], now_wall_us()))
            continue;
        if (check == NULL || !plan_makes(watch->plan, check)) {
            if (!history_incident_end(watch->options.history, &open[i].id, now_wall_us(), fault))
                return false;
            continue;
        }
        const size_t at = (size_t)(check - watch->plan->checks);
        watch->tasks[at].incident = open[i];
        const struct probe_result why = incident_why(&open[i]);
        verdict_resume(&watch->states[at], open[i].level, open[i].started_us, &why);
    }
    return true;
}

/* What the process before this one has seen: since the newest end of what was worse, or, where that
 * is later, the begin of the first that lasts and is as bad. 0: history does not tell. */
static int64_t told_since(const struct incident *incidents, size_t count, enum level level)
{
    int64_t worse_us = 0, begun_us = 0;
    for (size_t i = 0; i < count; i++) {
        const struct incident *one = &incidents[i];
        if (one->level > level && one->ended_us > worse_us)
            worse_us = one->ended_us;
        if (one->level == level && one->ended_us == 0 &&
            (begun_us == 0 || one->started_us < begun_us))
            begun_us = one->started_us;
    }
    if (level == LEVEL_GREEN)
        return worse_us;
    return begun_us != 0 && worse_us > begun_us ? worse_us : begun_us;
}

/* Since when all is as it is found to be after a start. */
static int64_t since_of_history(struct watch *watch, enum verdict overall, int64_t now_us)
{
    static const enum level levels[VERDICTS] = {
        [VERDICT_GREEN] = LEVEL_GREEN, [VERDICT_YELLOW] = LEVEL_YELLOW, [VERDICT_RED] = LEVEL_RED};
    size_t count = INCIDENTS_MAX;
    struct fault fault;
    auto_free struct incident *known = fault_calloc(count * sizeof *known, "incidents", &fault);
    if (known == NULL ||
        !history_incidents(watch->options.history, NULL, false, known, &count, &fault))
        return now_us;
    const int64_t since_us = told_since(known, count, levels[overall]);
    return since_us != 0 ? since_us : now_us;
}

static void note_overall(struct watch *watch, int64_t now_us)
{
    const enum verdict overall =
        rules_overall(&watch->rules, verdicts_overall(watch->plan, watch->verdicts));
    if (overall == watch->overall)
        return;
    const bool is_first = !watch->overall_known && overall != VERDICT_UNKNOWN;
    watch->overall_known = watch->overall_known || is_first;
    watch->overall = overall;
    watch->overall_since_us = now_us;
    if (is_first)
        watch->overall_since_us = since_of_history(watch, overall, now_us);
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
    if (!watch->resumed && (!resume(watch, fault) || !resume_reds(watch, fault) ||
                            !watch_resume_heartbeats(watch, fault)))
        return false;
    watch->resumed = true;
    const struct verdict_times times = watch_times(watch);
    watch_peer_take(watch, times.now_us);
    verdicts_resolve(watch->plan, watch->states, watch->matches, watch->match_count, &times,
                     watch->verdicts);
    watch_peer_explain(watch);
    take_samples(watch);
    rules_resolve(&watch->rules, watch->matches, watch->match_count, &times);
    note_overall(watch, times.now_us);
    for (size_t i = 0; i < watch->plan->count; i++)
        if (plan_makes(watch->plan, &watch->plan->checks[i]))
            done = follow(watch, i, &changed, fault) && remind(watch, i, &changed, fault) && done;
    done = watch_follow_rules(watch, &changed, fault) && done;
    done = watch_peer_note(watch, fault) && done;
    if (changed) {
        alerts_soon(watch->options.alerts);
        periodic_soon(watch->reading, 0);
    }
    return done;
}
