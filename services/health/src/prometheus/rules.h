// SPDX-License-Identifier: MIT
/* Alerts of Prometheus' rules: which are firing, until when, and their verdicts. Pure, in memory.
 * Prometheus repeats an alert while it fires (every minute, --rules.alert.resend-delay), each time
 * with an `endsAt` four such delays in the future, and reports its end for 15 minutes. So an alert
 * that is not repeated until its `endsAt` has ended. */
#pragma once

#include "status/verdict.h"
#include "storage/history.h"

enum {
    RULES_MAX = 400, /* maximum number of firing alerts; further ones are dropped */
    /* Maximum number of alerts that have an incident at the same time. A further alert gets an
     * incident when another incident has ended. */
    RULES_INCIDENTS_MAX = 100
};

/* Prefix of the names of all rules, also in the matches of silences. */
#define RULE_PREFIX "prometheus-"

struct rule_alert {
    char rule[CHECK_NAME_MAX + 1]; /* RULE_PREFIX and the slug of `alertname` */
    bool quiet;                    /* the severity is "none": the alert causes no incident */
    bool always;                   /* the label `always` is "true": see struct check */
    /* `incident.check` is `rule` and a fingerprint of all labels, so it is unique among firing
     * alerts. The id is nil until an incident has begun. */
    struct incident incident;
    int64_t until_us; /* end of the alert unless it is repeated; 0: the slot is free */
    /* When the present episode began, by Prometheus' clock; 0: not given. */
    int64_t starts_us;
    /* State that is kept between updates. */
    int64_t deferred_us; /* when the alert was first received, or last listed by the peer */
    /* Of the incident: `queued_us`, when its alert was queued; `step`, value of
     * escalation_find_due_reminder() at the last reminder. */
    struct incident_alerted alerted;
    bool deferred; /* no incident begins here, because the peer sends the alert or may do so */
    enum verdict verdict; /* VERDICT_GREEN: the alert has ended */
};

/* The slots of all alerts. Zeroed: no alerts. */
struct rules {
    struct rule_alert *alerts; /* `room` slots, borrowed */
    size_t room;
    size_t used;     /* the slots from this index on are free */
    int64_t dropped; /* number of alerts since the start for which there was no slot */
};

static inline bool rule_has_incident(const struct rule_alert *alert)
{
    return !uuid_is_nil(&alert->incident.id);
}

/* Adds an alert, or updates the known alert with the same incident.check: until its incident
 * begins, all data from Prometheus; afterwards only its times and `always`. An end before the start
 * of the known episode belongs to an earlier one, whose message is late, and is ignored. */
void rules_receive_alert(struct rules *rules, const struct rule_alert *alert, int64_t now_us);

enum { RULE_RESUME_MS = 5 * 60 * 1000 };

/* Restores the alert of an incident that was open when the process started. If Prometheus does not
 * repeat the alert within RULE_RESUME_MS, it ends. `alerted_us`: its alerted.queued_us. False:
 * the incident is not of a rule, or there is no free slot. */
bool rules_restore_incident(struct rules *rules, const struct incident *incident,
                            int64_t alerted_us, int64_t now_us);

/* Sets the verdicts of all alerts. A silence may match the rule or the name of the alert. */
void rules_resolve_verdicts(struct rules *rules, const struct silence_match *silences,
                            size_t silence_count, const struct verdict_context *context);

/* The worst of `overall` and the verdicts of the alerts. */
enum verdict rules_worsen_overall(const struct rules *rules, enum verdict overall);

/* Longer than the time after which Prometheus repeats an alert, so that both instances know it. */
enum { RULE_DEFER_MS = 90 * 1000 };

/* Sets `deferred` of each alert without an incident, because Prometheus posts to both instances and
 * only one must send the alert. An alert that the peer lists (`is_reported`) is deferred, and
 * stays so for RULE_DEFER_MS after the peer last listed it, because it may have ended. If
 * `yields_to_peer`, a new alert is deferred for RULE_DEFER_MS, so that the peer can send it first.
 */
void rules_update_deferred(struct rules *rules, bool (*is_reported)(void *data, const char *name),
                           void *data, bool yields_to_peer, int64_t now_us);

/* The number of firing alerts that have no incident because RULES_INCIDENTS_MAX others have one. */
size_t rules_count_alerts_without_incident(const struct rules *rules);
