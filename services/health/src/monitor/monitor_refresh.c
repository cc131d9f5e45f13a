// SPDX-License-Identifier: MIT
/* What history has, for pages and answers: in memory, so that they wait for nothing. */
#include <math.h>

#include "base/auto.h"
#include "base/now.h"

#include "monitor/monitor_private.h"

static bool read_silences(struct watch *watch, struct fault *fault)
{
    auto_free struct silence *silences =
        fault_calloc(SILENCES_MAX * sizeof *silences, "silences", fault);
    size_t count = SILENCES_MAX;
    if (silences == NULL)
        return false;
    if (!history_silences(watch->options.history, now_wall_us(), silences, &count, fault))
        return false;
    watch->silence_count = count;
    watch->match_count = 0;
    watch->maintenance_until_us = 0;
    for (size_t i = 0; i < count; i++) {
        watch->silences[i] = silences[i];
        const struct silence *one = &watch->silences[i];
        if (strcmp(one->match, "*") != 0)
            watch->matches[watch->match_count++] =
                (struct silence_of){.match = one->match, .until_us = one->until_us};
        else if (one->until_us > watch->maintenance_until_us)
            watch->maintenance_until_us = one->until_us;
    }
    return true;
}

/* Those that last are the newest but for few. */
static bool read_incidents(struct watch *watch, struct fault *fault)
{
    const size_t bytes = WATCH_INCIDENTS_MAX * sizeof(struct incident);
    auto_free struct incident *found = fault_calloc(bytes, "incidents", fault);
    size_t open = WATCH_INCIDENTS_MAX, newest = WATCH_INCIDENTS_MAX, count = 0;
    if (found == NULL)
        return false;
    if (!history_incidents(watch->options.history, NULL, true, found, &open, fault))
        return false;
    auto_free struct incident *all = fault_calloc(bytes, "incidents", fault);
    if (all == NULL || !history_incidents(watch->options.history, NULL, false, all, &newest, fault))
        return false;
    for (size_t i = 0; i < open; i++)
        watch->incidents[count++] = found[i];
    for (size_t i = 0; i < newest && count < WATCH_INCIDENTS_MAX; i++)
        if (all[i].ended_us != 0)
            watch->incidents[count++] = all[i];
    watch->incident_count = count;
    return true;
}

static bool read_missed(struct watch *watch, struct fault *fault)
{
    struct missed missed[WATCH_MISSED_MAX];
    size_t count = WATCH_MISSED_MAX;
    if (!history_missed(watch->options.history, missed, &count, fault))
        return false;
    memcpy(watch->missed, missed, sizeof missed);
    watch->missed_count = count;
    return true;
}

void watch_past_unknown(struct past *past)
{
    *past = (struct past){.day = NAN, .week = NAN, .month = NAN, .year = NAN};
    for (size_t i = 0; i < PAST_DAYS; i++)
        past->days[i] = NAN;
    for (size_t i = 0; i < PAST_POINTS; i++)
        past->latency_ms[i] = NAN;
}

/* Beats that came to the process before this one. */
bool watch_resume_heartbeats(struct watch *watch, struct fault *fault)
{
    auto_free struct heartbeat *beats =
        fault_calloc(CHECKS_MAX * sizeof *beats, "heartbeats", fault);
    size_t count = CHECKS_MAX;
    if (beats == NULL || !history_heartbeats(watch->options.history, beats, &count, fault))
        return false;
    for (size_t i = 0; i < count; i++)
        (void)!heartbeats_note(&watch->heartbeats, slice_of(beats[i].name), beats[i].at_us,
                               beats[i].ok);
    return true;
}

void watch_heartbeat(struct watch *watch, const struct check *check, int64_t at_us, bool ok)
{
    (void)!heartbeats_note(&watch->heartbeats, slice_of(check->name), at_us, ok);
    watch_look(watch, (size_t)(check - watch->plan->checks));
}

bool watch_read(void *data, struct fault *fault)
{
    struct watch *watch = data;
    const size_t bytes = (watch->plan->count + 1) * sizeof(struct past);
    auto_free struct past *pasts = fault_calloc(bytes, "pasts", fault);
    if (pasts == NULL || !watch_renew(watch, fault) || !read_missed(watch, fault) ||
        !history_past(watch->options.history, now_wall_us(), pasts, fault))
        return false;
    memcpy(watch->pasts, pasts, watch->plan->count * sizeof *pasts);
    return true;
}

bool watch_renew(struct watch *watch, struct fault *fault)
{
    if (!read_silences(watch, fault) || !read_incidents(watch, fault))
        return false;
    periodic_soon(watch->concluding, 0);
    return true;
}
