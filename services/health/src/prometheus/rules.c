// SPDX-License-Identifier: MIT
#include "prometheus/rules.h"

#include "base/slice.h"

enum { FINGERPRINT_LEN = 9 /* length of "-1a2b3c4d", with which incident.check ends */ };

static struct rule_alert *find_alert(struct rules *rules, const char *name)
{
    for (size_t i = 0; i < rules->used; i++)
        if (rules->alerts[i].until_us != 0 && strcmp(rules->alerts[i].incident.check, name) == 0)
            return &rules->alerts[i];
    return NULL;
}

static struct rule_alert *find_free_slot(struct rules *rules)
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

void rules_receive_alert(struct rules *rules, const struct rule_alert *alert, int64_t now_us)
{
    struct rule_alert *slot = find_alert(rules, alert->incident.check);

    if (slot == NULL && alert->until_us <= now_us)
        return;
    if (slot == NULL && (slot = find_free_slot(rules)) == NULL) {
        rules->dropped++;
        return;
    }
    if (slot->until_us != 0 && alert->until_us < slot->starts_us)
        return;
    const bool deferred = slot->until_us != 0 && slot->deferred;
    const int64_t deferred_us = slot->until_us != 0 ? slot->deferred_us : now_us;
    if (rule_has_incident(slot)) {
        slot->until_us = alert->until_us;
        slot->always = alert->always;
        if (alert->until_us > now_us && alert->starts_us > slot->starts_us)
            slot->starts_us = alert->starts_us;
    } else {
        *slot = *alert;
        slot->deferred_us = deferred_us;
        slot->deferred = deferred;
        slot->verdict = VERDICT_UNKNOWN;
    }
}

bool rules_restore_incident(struct rules *rules, const struct incident *incident,
                            int64_t alerted_us, int64_t now_us)
{
    const size_t len = strlen(incident->check);
    struct rule_alert *slot = find_alert(rules, incident->check);

    if (incident->trouble != TROUBLE_RULE || len <= FINGERPRINT_LEN)
        return false;
    if (slot == NULL && (slot = find_free_slot(rules)) == NULL)
        return false;
    if (slot->until_us == 0) {
        *slot = (struct rule_alert){.until_us = now_us + RULE_RESUME_MS * US_PER_MS,
                                    .starts_us = incident->started_us};
        memcpy(slot->rule, incident->check, len - FINGERPRINT_LEN);
    }
    slot->incident = *incident;
    slot->alerted.queued_us = alerted_us;
    return true;
}

void rules_resolve_verdicts(struct rules *rules, const struct silence_match *silences,
                            size_t silence_count, const struct verdict_context *context)
{
    while (rules->used > 0 && rules->alerts[rules->used - 1].until_us == 0)
        rules->used--;
    for (size_t i = 0; i < rules->used; i++) {
        struct rule_alert *alert = &rules->alerts[i];

        if (alert->until_us <= context->now_us)
            alert->verdict = VERDICT_GREEN;
        else if (verdict_is_silenced(silences, silence_count, alert->rule, alert->always,
                                     context->now_us) ||
                 verdict_is_silenced(silences, silence_count, alert->incident.check, alert->always,
                                     context->now_us))
            alert->verdict = VERDICT_SILENCED;
        else
            alert->verdict = alert->incident.level == LEVEL_RED ? VERDICT_RED : VERDICT_YELLOW;
    }
}

static bool is_bad_alert(const struct rule_alert *alert)
{
    return alert->until_us != 0 &&
           (alert->verdict == VERDICT_RED || alert->verdict == VERDICT_YELLOW);
}

enum verdict rules_worsen_overall(const struct rules *rules, enum verdict overall)
{
    for (size_t i = 0; i < rules->used; i++)
        if (is_bad_alert(&rules->alerts[i]) && overall != VERDICT_RED)
            overall = rules->alerts[i].verdict;
    return overall;
}

void rules_update_deferred(struct rules *rules, bool (*is_reported)(void *data, const char *name),
                           void *data, bool yields_to_peer, int64_t now_us)
{
    for (size_t i = 0; i < rules->used; i++) {
        struct rule_alert *alert = &rules->alerts[i];

        if (alert->until_us == 0)
            continue;
        if (is_reported(data, alert->incident.check))
            alert->deferred_us = now_us;
        else if (!yields_to_peer && !alert->deferred)
            continue;
        /* A deferred_us in the future is from before the clock was set back, and has no effect. */
        alert->deferred = !rule_has_incident(alert) && alert->deferred_us <= now_us &&
                          now_us - alert->deferred_us < RULE_DEFER_MS * US_PER_MS;
    }
}

size_t rules_count_alerts_without_incident(const struct rules *rules)
{
    size_t count = 0;

    for (size_t i = 0; i < rules->used; i++)
        count += is_bad_alert(&rules->alerts[i]) && !rule_has_incident(&rules->alerts[i]) &&
                 !rules->alerts[i].deferred;
    return count;
}
