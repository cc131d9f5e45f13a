// SPDX-License-Identifier: MIT
/* Alerts of Prometheus' rules: which fire, until when, and what follows. Pure, in memory: values
 * and the time in. Prometheus repeats an alert as long as it fires (every minute,
 * --rules.alert.resend- delay), each time with an `endsAt` four times as far ahead, and for 15
 * minutes says that it is over. So one that is not repeated is over then. */
#pragma once

#include "status/verdict.h"
#include "storage/history.h"

enum {
    RULES_MAX = 400, /* alerts that fire at once; of those beyond nothing is known */
    RULES_INCIDENTS_MAX =
        100 /* of them, those that have an incident; others are told when these end */
};

/* Beginning of the names of all rules, for silences too. */
#define RULE_PREFIX "prometheus-"

struct rule_alert {
    char rule[CHECK_NAME_MAX + 1]; /* RULE_PREFIX and the slug of `alertname` */
    bool quiet;                    /* severity "none": it wakes nobody */
    /* Its `check` is `rule` with a print of all labels behind: of what fires at once each has one.
     * Its id is nil until it is told. */
    struct incident incident;
    int64_t until_us; /* it fires until then, unless it is told again; 0: the place is free */
    /* Of the place. */
    int64_t deferred_us;  /* when it came first, or the other copy told of it last */
    int64_t alerted_us;   /* when it was told */
    int reminder_step;    /* escalation_step() that was told */
    bool deferred;        /* the other copy tells of it, or will */
    enum verdict verdict; /* GREEN: it is over */
    bool unconfirmed;     /* history has not said whether its incident has begun */
};

/* Zeroed: there is room for none. */
struct rules {
    struct rule_alert *alerts; /* `room` places, borrowed */
    size_t room;
    size_t used;     /* the places behind these are free */
    int64_t dropped; /* alerts that found no place, since the start */
};

static inline bool rule_has_incident(const struct rule_alert *alert)
{
    return !uuid_is_nil(&alert->incident.id);
}

/* A new alert gets a place; of one that is known only the end changes, and its text until it is
 * told. */
void rules_update(struct rules *rules, const struct rule_alert *alert, int64_t now_us);

enum { RULE_RESUME_MS = 5 * 60 * 1000 };

/* An incident that lasted when the process before this one ended: its alert has RULE_RESUME_MS to
 * come again. False: it is no rule's, or there is no room. */
bool rules_resume(struct rules *rules, const struct incident *incident, int64_t now_us);

/* Sets the verdicts. A silence is for an alert where it matches its rule or its name. */
void rules_resolve(struct rules *rules, const struct silence_match *silences, size_t silence_count,
                   const struct verdict_times *times);

/* The worst of them and of `overall`. */
enum verdict rules_overall(const struct rules *rules, enum verdict overall);

/* Longer than Prometheus takes to tell again: one copy may hear a turn later than the other. */
enum { RULE_DEFER_MS = 90 * 1000 };

/* Prometheus tells both copies. What the other one tells of (`tells`) is held here, and for
 * RULE_DEFER_MS longer: it may be over. `waits`: this is the copy that lets the other one tell
 * first, for as long. */
void rules_defer(struct rules *rules, bool (*is_reported)(void *data, const char *name), void *data,
                 bool yields, int64_t now_us);

/* Those that fire and would be told, if there were not RULES_INCIDENTS_MAX others. */
size_t rules_left_out(const struct rules *rules);
