// SPDX-License-Identifier: MIT
/* The copy on the other server: its checks as it sees them, and which of the two tells of the link
 * between them, where both see that it is cut. */
#include "base/auto.h"

#include "monitor/monitor_private.h"

enum {
    OLD_INTERVALS = 3,      /* what it said is good for so long */
    PATIENCE_INTERVALS = 12 /* so long the other one has time to tell: a minute */
};

/* What is later than now was noted before the clock was set back: nobody knows how old it is. */
static bool is_younger(int64_t at_us, int64_t now_us, int64_t age_us)
{
    return at_us <= now_us && now_us - at_us < age_us;
}

static bool is_link(const struct check *check)
{
    return check->kind == CHECK_PEER && check->target[0] != '\0' && check->public_url[0] == '\0';
}

static int64_t intervals_us(const struct check *check, int count)
{
    return count * check->interval_ms * US_PER_MS;
}

/* The most often asked by the link. */
static int64_t good_for_us(const struct plan *plan)
{
    int64_t least_us = INT64_MAX;
    for (size_t i = 0; i < plan->count; i++) {
        const struct check *check = &plan->checks[i];
        if (check->kind == CHECK_PEER && check->target[0] != '\0' &&
            intervals_us(check, OLD_INTERVALS) < least_us)
            least_us = intervals_us(check, OLD_INTERVALS);
    }
    return least_us;
}

static enum level level_of(enum verdict verdict)
{
    static const enum level levels[VERDICTS] = {
        [VERDICT_UNKNOWN] = LEVEL_UNKNOWN, [VERDICT_GREEN] = LEVEL_GREEN,
        [VERDICT_YELLOW] = LEVEL_YELLOW,   [VERDICT_RED] = LEVEL_RED,
        [VERDICT_AFFECTED] = LEVEL_RED,    [VERDICT_SILENCED] = LEVEL_RED,
    };
    return levels[verdict];
}

/* Its clock is never believed beyond ours. */
static int64_t not_later(int64_t at_us, int64_t now_us)
{
    return at_us < now_us ? at_us : now_us;
}

static void take(struct watch *watch, size_t i)
{
    const struct check *check = &watch->plan->checks[i];
    const struct peer_check *said = &watch->peer.checks[i];
    const int64_t read_us = watch->peer.read_us;
    const enum level level = level_of(said->verdict);
    /* An older copy does not say when it looked. */
    const int64_t looked_us =
        said->looked_us != 0 ? not_later(said->looked_us, read_us)
                             : read_us - intervals_us(check, 1) - check->timeout_ms * US_PER_MS;
    const int64_t since_us = said->since_us != 0 ? not_later(said->since_us, read_us) : read_us;
    const struct verdict_run bad = {.count = said->failing, .began_us = looked_us};
    watch->states[i] = (struct verdict_state){
        .level = level,
        .since_us = since_us,
        .at_least = {[LEVEL_YELLOW] = bad, [LEVEL_RED] = bad},
        .looked_us = looked_us,
        .last = {.took_us = said->latency_us                   },
        .why = said->why,
        .why_level = level,
    };
    watch->verdicts[i] =
        (struct verdict_of){.verdict = said->verdict, .cause = said->cause, .since_us = since_us};
}

bool watch_peer_is_new(const struct watch *watch, int64_t now_us)
{
    return watch->plan->peer != NULL && watch->peer.read_us != 0 && watch->peer.read_us <= now_us &&
           now_us - watch->peer.read_us <= good_for_us(watch->plan);
}

void watch_peer_take(struct watch *watch, int64_t now_us)
{
    const bool is_new = watch_peer_is_new(watch, now_us);
    for (size_t i = 0; i < watch->plan->count; i++) {
        if (!plan_peer_makes(watch->plan, &watch->plan->checks[i]))
            continue;
        if (is_new)
            take(watch, i);
        else
            watch->states[i] = (struct verdict_state){.level = LEVEL_UNKNOWN};
    }
}

void watch_peer_explain(struct watch *watch)
{
    const struct plan *plan = watch->plan;
    const enum verdict worst_first[] = {VERDICT_RED, VERDICT_YELLOW, VERDICT_SILENCED};
    for (size_t k = 0; k < sizeof worst_first / sizeof worst_first[0]; k++)
        for (size_t i = 0; i < plan->count; i++) {
            if (plan->checks[i].kind != CHECK_PEER || plan->checks[i].target[0] == '\0' ||
                watch->verdicts[i].verdict != worst_first[k])
                continue;
            for (size_t other = 0; other < plan->count; other++)
                if (plan_peer_makes(plan, &plan->checks[other]) &&
                    watch->verdicts[other].verdict == VERDICT_UNKNOWN)
                    watch->verdicts[other].cause = i;
            return;
        }
}

/* Of a cut link tells the copy whose server is named first in the alphabet; the other one where
 * that has not done so for a while. */
bool watch_peer_tells(const struct watch *watch, size_t check, int64_t now_us)
{
    const struct plan *plan = watch->plan;
    const struct check *link = &plan->checks[check];
    if (plan->peer == NULL || !is_link(link) || strcmp(plan->server, plan->peer) < 0)
        return false;
    const int64_t patience_us = intervals_us(link, PATIENCE_INTERVALS);
    return is_younger(watch->verdicts[check].since_us, now_us, patience_us) ||
           is_younger(watch->peer.told_us, now_us, patience_us);
}

const struct check *watch_peer_told(const struct watch *watch, int64_t now_us)
{
    for (size_t i = 0; i < watch->plan->count; i++) {
        const enum verdict verdict = watch->verdicts[i].verdict;
        if ((verdict == VERDICT_RED || verdict == VERDICT_YELLOW) &&
            uuid_is_nil(&watch->tasks[i].incident.id) && watch_peer_tells(watch, i, now_us))
            return &watch->plan->checks[i];
    }
    return NULL;
}

bool watch_peer_note(struct watch *watch, struct fault *fault)
{
    const struct plan *plan = watch->plan;
    const struct incident *incident = NULL;
    bool silenced = false;
    for (size_t i = 0; i < plan->count; i++)
        if (is_link(&plan->checks[i]) && plan_makes(plan, &plan->checks[i])) {
            incident = &watch->tasks[i].incident;
            silenced = watch->verdicts[i].verdict == VERDICT_SILENCED;
        }
    if (incident == NULL || uuid_is_nil(&incident->id) || silenced) {
        watch->link_told = silenced; /* who has said not to tell knows */
        return true;
    }
    size_t count = CHECKS_MAX;
    auto_free struct uuid *told = fault_calloc(count * sizeof *told, "incidents", fault);
    if (told == NULL || !history_incidents_told(watch->options.history, told, &count, fault))
        return false;
    watch->link_told = false;
    for (size_t i = 0; i < count; i++)
        watch->link_told = watch->link_told || uuid_equal(&told[i], &incident->id);
    return true;
}
