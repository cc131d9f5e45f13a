// SPDX-License-Identifier: MIT
#include "prometheus/rules.h"

#include "base/slice.h"

enum { PRINT_LEN = 9 /* "-1a2b3c4d": of `check`, behind the rule */ };

static struct rule_alert *find(struct rules *rules, const char *name)
{
    for (size_t i = 0; i < rules->used; i++)
        if (rules->alerts[i].until_us != 0 && strcmp(rules->alerts[i].incident.check, name) == 0)
            return &rules->alerts[i];
    return NULL;
}

static struct rule_alert *free_place(struct rules *rules)
{
    size_t at = 0;

    while (at < rules->used && rules->alerts[at].until_us != 0)
        at++;
    if (at == rules->room)
        return NULL;
    if (at == rules->used)
        rules->used++;
    return &rules->alerts[at];
}

void rules_note(struct rules *rules, const struct rule_alert *alert, int64_t now_us)
{
    struct rule_alert *place = find(rules, alert->incident.check);

    if (place == NULL && alert->until_us <= now_us)
        return;
    if (place == NULL && (place = free_place(rules)) == NULL) {
        rules->dropped++;
        return;
    }
    const bool held = place->until_us != 0 && place->held;
    const int64_t noted_us = place->until_us != 0 ? place->noted_us : now_us;
    if (rule_is_told(place)) {
        place->until_us = alert->until_us;
    } else {
        *place = *alert;
        place->noted_us = noted_us;
        place->held = held;
        place->verdict = VERDICT_UNKNOWN;
    }
}

bool rules_resume(struct rules *rules, const struct incident *incident, int64_t now_us)
{
    const size_t len = strlen(incident->check);
    struct rule_alert *place = find(rules, incident->check);

    if (incident->trouble != TROUBLE_RULE || len <= PRINT_LEN)
        return false;
    if (place == NULL && (place = free_place(rules)) == NULL)
        return false;
    if (place->until_us == 0) {
        *place = (struct rule_alert){.until_us = now_us + RULE_RESUMED_MS * US_PER_MS};
        memcpy(place->rule, incident->check, len - PRINT_LEN);
    }
    place->incident = *incident;
    place->told_us = incident->started_us;
    return true;
}

static bool is_silenced(const struct rule_alert *alert, const struct silence_of *silences,
                        size_t count, int64_t now_us)
{
    for (size_t i = 0; i < count; i++)
        if (verdict_is_silenced(&silences[i], alert->rule, now_us) ||
            verdict_is_silenced(&silences[i], alert->incident.check, now_us))
            return true;
    return false;
}

void rules_resolve(struct rules *rules, const struct silence_of *silences, size_t silence_count,
                   const struct verdict_times *times)
{
    while (rules->used > 0 && rules->alerts[rules->used - 1].until_us == 0)
        rules->used--;
    for (size_t i = 0; i < rules->used; i++) {
        struct rule_alert *alert = &rules->alerts[i];

        if (alert->until_us <= times->now_us)
            alert->verdict = VERDICT_GREEN;
        else if (times->maintenance || is_silenced(alert, silences, silence_count, times->now_us))
            alert->verdict = VERDICT_SILENCED;
        else
            alert->verdict = alert->incident.level == LEVEL_RED ? VERDICT_RED : VERDICT_YELLOW;
    }
}

static bool is_bad(const struct rule_alert *alert)
{
    return alert->until_us != 0 &&
           (alert->verdict == VERDICT_RED || alert->verdict == VERDICT_YELLOW);
}

enum verdict rules_overall(const struct rules *rules, enum verdict overall)
{
    for (size_t i = 0; i < rules->used; i++)
        if (is_bad(&rules->alerts[i]) && overall != VERDICT_RED)
            overall = rules->alerts[i].verdict;
    return overall;
}

void rules_hold(struct rules *rules, bool (*tells)(void *data, const char *name), void *data,
                bool waits, int64_t now_us)
{
    for (size_t i = 0; i < rules->used; i++) {
        struct rule_alert *alert = &rules->alerts[i];

        if (alert->until_us == 0)
            continue;
        if (tells(data, alert->incident.check))
            alert->noted_us = now_us;
        else if (!waits && !alert->held)
            continue;
        /* One of later than now was noted before the clock was set back. */
        alert->held = !rule_is_told(alert) && alert->noted_us <= now_us &&
                      now_us - alert->noted_us < RULE_PATIENCE_MS * US_PER_MS;
    }
}

size_t rules_left_out(const struct rules *rules)
{
    size_t count = 0;

    for (size_t i = 0; i < rules->used; i++)
        count +=
            is_bad(&rules->alerts[i]) && !rule_is_told(&rules->alerts[i]) && !rules->alerts[i].held;
    return count;
}
