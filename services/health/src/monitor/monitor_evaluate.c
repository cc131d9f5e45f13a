// SPDX-License-Identifier: MIT
/* Acts on the results of probes: stores samples, begins and ends incidents, queues alerts. */
#include <string.h>

#include "base/auto.h"
#include "base/log.h"
#include "base/now.h"

#include "config/threshold.h"
#include "monitor/monitor_private.h"
#include "notify/escalation.h"

/* Maximum number of open incidents: one for each check of the previous and of the current plan, and
 * those of rules. */
enum { RESUMED_MAX = 2 * CHECKS_MAX + RULES_INCIDENTS_MAX };

static struct incident make_incident_of_check(const struct monitor *monitor, size_t check_index)
{
    const struct check *check = &monitor->plan->checks[check_index];
    const struct verdict_state *state = &monitor->states[check_index];
    /* Of a count of which each rise is alerted, and of a check that is red again, the present
     * reason is shown. */
    const bool again = state->rises > 0 || monitor->tasks[check_index].incident.level == LEVEL_RED;
    const struct probe_result *why = again ? &state->present : &state->why;
    struct exceeded exceeded;
    struct incident incident = {
        .id = uuid_make(),
        /* Not the level of the state, which may change during calls of the history. */
        .level = monitor->verdicts[check_index].verdict == VERDICT_RED ? LEVEL_RED : LEVEL_YELLOW,
        .severity = check->severity,
        .trouble = why->trouble,
        .reading = threshold_find_exceeded(check, why, &exceeded)
                       ? *exceeded.reading
                       : (struct reading){.measure = MEASURES},
        .started_us = monitor->verdicts[check_index].since_us,
    };

    memcpy(incident.check, check->name, sizeof incident.check);
    memcpy(incident.detail, why->detail, sizeof why->detail);
    return incident;
}

static bool begin_incident(struct monitor *monitor, size_t check_index, struct fault *fault)
{
    struct monitor_task *task = &monitor->tasks[check_index];
    const struct incident *incident = &task->incident;

    task->incident = make_incident_of_check(monitor, check_index);
    task->level = incident->level;
    task->alerted = (struct incident_alerted){.queued_us = now_wall_us()};
    task->rises = monitor->states[check_index].rises;
    if (!history_incident_begin(monitor->app->history, incident,
                                alerts_channels_for_incident(monitor->app->alerts, incident),
                                fault)) {
        task->incident = (struct incident){0};
        return false;
    }
    LOG(LOG_WARN, "incident_began", "A check is bad", log_str("check", incident->check),
        log_str("trouble", probe_trouble_names[incident->trouble]));
    return true;
}

static bool worsen_incident(struct monitor *monitor, size_t check_index, struct fault *fault)
{
    struct monitor_task *task = &monitor->tasks[check_index];
    const int64_t rises = monitor->states[check_index].rises;
    const int step = (task->alerted.step / MONITOR_ALERT_STEPS + 1) * MONITOR_ALERT_STEPS;
    struct incident incident = make_incident_of_check(monitor, check_index);
    const enum level level = incident.level;

    incident.id = task->incident.id;
    incident.started_us = task->incident.started_us;
    if (incident.level < task->incident.level)
        incident.level = task->incident.level;
    if (!history_incident_worsen(monitor->app->history, &incident, step,
                                 alerts_channels_for_incident(monitor->app->alerts, &incident),
                                 fault))
        return false;
    task->incident = incident;
    task->level = level;
    task->alerted = (struct incident_alerted){.queued_us = now_wall_us(), .step = step};
    task->rises = rises;
    return true;
}

static bool end_incident(struct monitor *monitor, size_t check_index, struct fault *fault)
{
    struct monitor_task *task = &monitor->tasks[check_index];

    if (!history_incident_end(monitor->app->history, &task->incident.id, now_wall_us(), fault))
        return false;
    LOG(LOG_INFO, "incident_ended", "A check is good again",
        log_str("check", task->incident.check));
    task->incident = (struct incident){0};
    return true;
}

/* If necessary, begins, worsens or ends the check's incident, and sets `*changed` to true. */
static bool update_incident(struct monitor *monitor, size_t check_index, bool *changed,
                            struct fault *fault)
{
    struct monitor_task *task = &monitor->tasks[check_index];
    const struct check_verdict *now = &monitor->verdicts[check_index];

    if (now->verdict == VERDICT_YELLOW)
        task->level = LEVEL_YELLOW;
    const enum level open = uuid_is_nil(&task->incident.id) ? LEVEL_UNKNOWN : task->level;
    const enum verdict_change change =
        verdict_incident_change(&monitor->plan->checks[check_index], open,
                                monitor->states[check_index].rises != task->rises, now);
    if (change == CHANGE_NONE ||
        (change == CHANGE_BEGIN && monitor_peer_sends_alert(monitor, check_index, now_wall_us())))
        return true;
    *changed = true;
    return (change == CHANGE_BEGIN    ? begin_incident
            : change == CHANGE_WORSEN ? worsen_incident
                                      : end_incident)(monitor, check_index, fault);
}

bool monitor_queue_due_reminder(struct monitor *monitor, const struct incident *incident,
                                struct incident_alerted *alerted, bool *changed,
                                struct fault *fault)
{
    if (alerted->queued_us > now_wall_us())
        alerted->queued_us = now_wall_us();
    const int last = alerted->step % MONITOR_ALERT_STEPS;
    const int reminder = escalation_find_due_reminder(now_wall_us() - alerted->queued_us);
    const int step = alerted->step - last + reminder;
    if (incident->severity != SEVERITY_CRITICAL || incident->level != LEVEL_RED || reminder <= last)
        return true;
    const unsigned channels = alerts_channels_for_incident(monitor->app->alerts, incident);
    if (!history_incident_queue_reminder(monitor->app->history, &incident->id, step, channels,
                                         fault))
        return false;
    alerted->step = step;
    *changed = true;
    return true;
}

static bool queue_due_reminder(struct monitor *monitor, size_t check_index, bool *changed,
                               struct fault *fault)
{
    struct monitor_task *task = &monitor->tasks[check_index];

    /* After a restart a check that had fallen to yellow counts as red until enough probes agree, so
     * the last probe must be red. */
    if (uuid_is_nil(&task->incident.id) || monitor->verdicts[check_index].verdict != VERDICT_RED ||
        monitor->states[check_index].at_least[LEVEL_RED].count == 0)
        return true;
    return monitor_queue_due_reminder(monitor, &task->incident, &task->alerted, changed, fault);
}

/* Resumes the incidents that were open when the previous process ended, at most one for each check.
 * Ends the incidents of checks that this instance does not run any more. */
static bool restore_open_incidents(struct monitor *monitor, struct fault *fault)
{
    size_t count = RESUMED_MAX;
    auto_free struct incident *open = fault_calloc(count * sizeof *open, "incidents", fault);

    if (open == NULL ||
        !history_list_incidents(monitor->app->history, NULL, true, open, &count, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct check *check = plan_find(monitor->plan, slice_of(open[i].check));
        struct incident_alerted alerted;
        if (!history_get_alert_times(monitor->app->history, &open[i].id, &alerted, fault))
            return false;
        if (alerted.queued_us == 0)
            alerted.queued_us = open[i].started_us;
        if (check == NULL && rules_restore_incident(&monitor->view.rules, &open[i],
                                                    alerted.queued_us, now_wall_us()))
            continue;
        if (check == NULL || !plan_is_local(monitor->plan, check)) {
            if (!history_incident_end(monitor->app->history, &open[i].id, now_wall_us(), fault))
                return false;
            continue;
        }
        const size_t at = (size_t)(check - monitor->plan->checks);
        monitor->tasks[at].incident = open[i];
        monitor->tasks[at].level = open[i].level;
        monitor->tasks[at].alerted = alerted;
        const struct probe_result why = incident_why(&open[i]);
        verdict_restore_state(check, &monitor->states[at], open[i].level, open[i].started_us, &why);
    }
    return true;
}

/* Since when the overall level is `level` according to the incidents: the newest end of a worse
 * incident or, if later, the start of the first open incident of this level. 0: unknown. */
static int64_t overall_since_us_by_incidents(const struct incident *incidents, size_t count,
                                             enum level level)
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

/* Since when the status `overall`, the first one of this process, lasts according to the history;
 * now_us: unknown. */
static int64_t overall_since_us_by_history(struct monitor *monitor, enum verdict overall,
                                           int64_t now_us)
{
    static const enum level levels[VERDICTS] = {
        [VERDICT_GREEN] = LEVEL_GREEN, [VERDICT_YELLOW] = LEVEL_YELLOW, [VERDICT_RED] = LEVEL_RED};
    size_t count = INCIDENTS_MAX;
    struct fault fault;
    auto_free struct incident *known = fault_calloc(count * sizeof *known, "incidents", &fault);

    if (known == NULL ||
        !history_list_incidents(monitor->app->history, NULL, false, known, &count, &fault))
        return now_us;
    const int64_t since_us = overall_since_us_by_incidents(known, count, levels[overall]);
    return since_us != 0 ? since_us : now_us;
}

static void update_overall_verdict(struct monitor *monitor, int64_t now_us)
{
    const enum verdict overall = rules_worsen_overall(
        &monitor->view.rules, verdicts_overall(monitor->plan, monitor->verdicts));

    if (overall == monitor->view.overall)
        return;
    const bool is_first = !monitor->overall_known && overall != VERDICT_UNKNOWN;
    monitor->overall_known = monitor->overall_known || is_first;
    monitor->view.overall = overall;
    monitor->view.overall_since_us =
        is_first ? overall_since_us_by_history(monitor, overall, now_us) : now_us;
}

/* Probes the dependencies of the check now if it is bad, so that its cause is known soon. */
static void probe_dependencies_if_bad(struct monitor *monitor, size_t check_index)
{
    size_t needs[CHECKS_MAX];

    if (monitor->states[check_index].last.trouble == TROUBLE_NONE &&
        monitor->states[check_index].level == LEVEL_GREEN)
        return;
    const size_t count = plan_list_all_dependencies(monitor->plan, check_index, needs);
    for (size_t k = 0; k < count; k++)
        if (verdict_awaits_probe_of(monitor->plan, monitor->states, needs[k]))
            monitor_probe_now(monitor, needs[k]);
}

static void add_samples_and_probe_dependencies(struct monitor *monitor)
{
    for (size_t i = 0; i < monitor->plan->count; i++) {
        if (!monitor->tasks[i].fresh)
            continue;
        monitor->tasks[i].fresh = false;
        probe_dependencies_if_bad(monitor, i);
        const struct probe_result *last = &monitor->states[i].last;
        history_add_sample(monitor->app->history, i, monitor->verdicts[i].verdict, last->began_us,
                           last->took_us);
    }
}

bool monitor_evaluate_results(void *data, struct fault *fault)
{
    struct monitor *monitor = data;
    bool changed = false, done = true;

    if (!monitor->resumed &&
        (!restore_open_incidents(monitor, fault) || !monitor_restore_heartbeats(monitor, fault)))
        return false;
    monitor->resumed = true;
    const struct verdict_context context = monitor_get_verdict_context(monitor);
    monitor_peer_apply_answer(monitor, context.now_us);
    verdicts_resolve(monitor->plan, monitor->states, monitor->matches, monitor->view.silence_count,
                     &context, monitor->verdicts);
    monitor_peer_set_unknown_causes(monitor);
    add_samples_and_probe_dependencies(monitor);
    rules_resolve_verdicts(&monitor->view.rules, monitor->matches, monitor->view.silence_count,
                           &context);
    update_overall_verdict(monitor, context.now_us);
    for (size_t i = 0; i < monitor->plan->count; i++)
        if (plan_is_local(monitor->plan, &monitor->plan->checks[i]))
            done = update_incident(monitor, i, &changed, fault) &&
                   queue_due_reminder(monitor, i, &changed, fault) && done;
    done = monitor_rules_update_incidents(monitor, &changed, fault) && done;
    done = monitor_peer_update_link_alerted(monitor, fault) && done;
    if (changed) {
        alerts_send_soon(monitor->app->alerts);
        periodic_run_soon(&monitor->refresh, 0);
    }
    return done;
}
