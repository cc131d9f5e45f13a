// SPDX-License-Identifier: MIT
/* The history: samples, incidents, alerts, silences and heartbeats, in one SQLite file.
 *
 * Rows that health needs to work without the disk are also in memory (storage/tables.h), so calls
 * fail or park only where noted. A call that changes rows parks its fiber until the change is on
 * the disk. If the disk does not answer, the call returns after 10 s, and later calls do not park.
 * If the disk is full, broken or missing, changes apply in memory and are written when the disk is
 * back; they are lost only if the process ends before that. Samples wait in memory; beyond a
 * maximum the oldest are dropped and counted (history_list_gaps()). history_unwritable_since_us()
 * returns since when nothing can be written. A damaged file is renamed to <path>.broken-<seconds>
 * and replaced by a new one.
 *
 * Calls that read the disk, history_read_trends(), history_read_points() and
 * history_read_uptimes(), park, and fail with FAULT_UNAVAILABLE "history_away" while it is
 * unavailable.
 *
 * Retention: the sample of each probe 48 h; sums over a minute 7 days, over an hour 90 days, over a
 * day for ever; incidents for ever; alerts until 90 days after the end of their incident. The
 * history of a check that was removed from the plan is retained as long, and continues if the check
 * returns. Days and hours are UTC. */
#pragma once

#include <stdio.h>

#include "api/key.h"
#include "base/now.h"
#include "base/uuid.h"
#include "loop/loop.h"

#include "config/heartbeat.h"
#include "status/verdict.h"

struct history;

#define HISTORY_MINUTE_US  (60 * US_PER_S)
#define HISTORY_HOUR_US    (60 * HISTORY_MINUTE_US)
#define HISTORY_DAY_US     (24 * HISTORY_HOUR_US)
#define HISTORY_RAW_US     (2 * HISTORY_DAY_US)
#define HISTORY_MINUTES_US (7 * HISTORY_DAY_US)
#define HISTORY_HOURS_US   (90 * HISTORY_DAY_US)
#define HISTORY_ALERTS_US  (90 * HISTORY_DAY_US)

/* Returns new. `path` and `plan` are borrowed; the file is created if it does not exist. Blocks, so
 * it must not be called in a fiber. An unavailable disk is no fault. */
struct history *history_open(struct loop *loop, const char *path, const struct plan *plan,
                             struct fault *fault);
/* NULL is allowed. Writes rows that are only in memory. No fiber may be parked in a call of the
 * history. */
void history_close(struct history *history);

/* Adds a sample to memory; history_write_to_disk() writes it. If 4,096 samples wait, the oldest is
 * dropped and counted. Never parks. */
void history_add_sample(struct history *history, size_t check, enum verdict verdict, int64_t at_us,
                        int64_t took_us);
/* Writes rows that are only in memory, deletes expired rows, and retries an unavailable disk.
 * Called by a periodic task every 5 s. Fails with FAULT_UNAVAILABLE "history_away". */
bool history_write_to_disk(struct history *history, struct fault *fault) MUST_CHECK;
/* When the disk became unavailable, so that nothing could be written; 0: it is available. Never
 * parks. */
int64_t history_unwritable_since_us(const struct history *history);

/* A gap: samples that were dropped while the disk was unavailable. */
struct missed {
    int64_t from_us, to_us; /* times of the first and the last dropped sample */
    int64_t samples;        /* number of dropped samples */
};
/* Lists gaps, newest first, without the current one. */
bool history_list_gaps(struct history *history, struct missed *out,
                       size_t *count /* in: capacity */, struct fault *fault) MUST_CHECK;
/* The current gap, which is not yet on the disk; `samples` 0: none. Never parks. */
struct missed history_current_gap(const struct history *history);

/* --- incidents: storage/incident_store.c --- */

enum {
    INCIDENT_WHO_MAX = 64,
    INCIDENT_DETAIL_MAX = 480, /* bytes with NUL; has room for the text of a Prometheus alert */
    INCIDENT_COMMAND_MAX = 200,
    INCIDENTS_MAX = 100 /* maximum of a page */
};

struct incident {
    struct uuid id;                 /* of version 7, so sorted by time */
    char check[CHECK_NAME_MAX + 1]; /* its name; for TROUBLE_RULE see struct rule_alert */
    enum level level;               /* the worst level so far */
    enum severity severity;
    enum probe_trouble trouble;
    char detail[INCIDENT_DETAIL_MAX];
    struct reading reading; /* the reading that exceeded its threshold; `measure` MEASURES: none */
    int64_t started_us;
    int64_t ended_us;                    /* 0: open */
    char acked_by[INCIDENT_WHO_MAX + 1]; /* "": not acknowledged */
    int64_t acked_us;
    /* TROUBLE_RULE: the command to run, and the section of docs/runbook.md. Other troubles: "",
     * because those of the check apply. */
    char command[INCIDENT_COMMAND_MAX + 1];
    char runbook[CHECK_NAME_MAX + 1];
};

/* The name to show for an incident whose check is not in the plan: for TROUBLE_RULE the alert's
 * text, otherwise incident->check. */
static inline const char *incident_display_name(const struct incident *incident)
{
    return incident->trouble == TROUBLE_RULE ? incident->detail : incident->check;
}

/* The reason of the incident, as far as it is stored. For TROUBLE_RULE the detail is the name of
 * the alert (the rule and a fingerprint), because the alert's text is shown as the title. */
static inline struct probe_result incident_why(const struct incident *incident)
{
    const bool rule = incident->trouble == TROUBLE_RULE;
    struct probe_result why = {.trouble = incident->trouble, .began_us = incident->started_us};

    (void)snprintf(why.detail, sizeof why.detail, "%.*s", (int)sizeof why.detail - 1,
                   rule ? incident->check : incident->detail);
    if (incident->reading.measure != MEASURES)
        why.readings[why.reading_count++] = incident->reading;
    return why;
}

enum alert_event { ALERT_FIRED, ALERT_WORSE, ALERT_RECOVERED, ALERT_REMINDED };
enum alert_channel { ALERT_TELEGRAM, ALERT_EMAIL, ALERT_SMS, ALERT_WEBHOOK, ALERT_CHANNELS };

/* An alert that one channel must send. Ids are in the order in which alerts were queued. */
struct alert {
    int64_t id;
    struct incident incident;
    enum alert_event event;
    /* Distinguishes the alerts of an incident with the same event: different for each ALERT_WORSE
     * and, from 1, for each ALERT_REMINDED; for other events 0. */
    int step;
    enum alert_channel channel;
    int tries;         /* number of failed tries to send it */
    int64_t newest_id; /* id of the newest alert of all when this one was read */
};

/* Begin, worsen or end an incident and queue its alerts in one transaction: on `alert_channels`
 * (bit n for channel n); ALERT_RECOVERED on each channel that has another alert of the incident. A
 * worsening ends the acknowledgement, which was for a smaller problem. If the incident has already
 * begun or ended, or has an ALERT_WORSE with this step, they return true and queue nothing. They
 * fail with FAULT_CONFLICT "incident_open" (begin): the check has another open incident;
 * FAULT_NOT_FOUND (worsen, end): there is no such incident. */
bool history_incident_begin(struct history *history, const struct incident *incident,
                            unsigned alert_channels, struct fault *fault) MUST_CHECK;
bool history_incident_worsen(struct history *history, const struct incident *incident, int step,
                             unsigned alert_channels, struct fault *fault) MUST_CHECK;
bool history_incident_end(struct history *history, const struct uuid *id, int64_t at_us,
                          struct fault *fault) MUST_CHECK;
/* Queues the reminder `step` of an incident on `alert_channels`. Returns true and queues nothing
 * if this reminder was queued before, if the incident has ended or is acknowledged, or if the
 * channel has an unsent alert of the incident. Fails with FAULT_NOT_FOUND. */
bool history_incident_queue_reminder(struct history *history, const struct uuid *id, int step,
                                     unsigned alert_channels, struct fault *fault) MUST_CHECK;
/* Acknowledges an incident for `acked_by`; `out` is the resulting incident. If the incident is
 * already acknowledged, returns true and changes nothing. Fails with FAULT_NOT_FOUND. */
bool history_incident_ack(struct history *history, const struct uuid *id, const char *acked_by,
                          int64_t at_us, struct incident *out, struct fault *fault) MUST_CHECK;
/* Lists incidents, newest first; `only_open`: only open ones. If `before` is not NULL, lists
 * incidents with smaller ids from the disk. If `before` is NULL, or the disk is unavailable, lists
 * incidents from memory, which has all open ones and the newest INCIDENTS_MAX + 1. */
bool history_list_incidents(struct history *history, const struct uuid *before, bool only_open,
                            struct incident *out, size_t *count /* in: capacity */,
                            struct fault *fault) MUST_CHECK;

/* --- alerts: storage/alert_store.c --- */

struct alert_query {
    enum alert_channel channel;
    int64_t now_us;
    bool quiet; /* it is in quiet hours: alerts of yellow incidents are held back */
};
/* First drops unsent alerts of ended incidents (ALERT_RECOVERED only if the channel has sent no
 * alert of the incident, on Telegram to no chat) and unsent reminders of acknowledged incidents,
 * and gives up alerts that were not sent for a day, except ALERT_FIRED and ALERT_WORSE of open
 * incidents. Then lists the due alerts of the channel, oldest first, at most one of each incident.
 * An alert whose due time is further ahead than its pause counts as due, because the clock was set
 * back. */
bool history_list_due_alerts(struct history *history, const struct alert_query *wanted,
                             struct alert *out, size_t *count /* in: capacity */,
                             struct fault *fault) MUST_CHECK;
/* The number of unsent alerts on all channels at the last history_list_due_alerts(), without
 * dropped alerts and alerts held back by quiet hours. Never parks. */
int64_t history_count_waiting_alerts(const struct history *history);
/* The number of alerts that this process has given up. Never parks. */
int64_t history_count_given_up_alerts(const struct history *history);
/* Marks the alert as sent. `message_id` is Telegram's, for later edits; 0: none. An
 * unsent ALERT_WORSE that was queued before the alert was read is dropped, because the message has
 * shown it. An unknown alert is ignored. */
bool history_alert_mark_sent(struct history *history, const struct alert *alert, int64_t message_id,
                             struct fault *fault) MUST_CHECK;
/* Call it after a failed attempt: the alert becomes due again in `pause_us`. */
bool history_alert_postpone(struct history *history, int64_t alert_id, int64_t pause_us,
                            struct fault *fault) MUST_CHECK;
/* Call it after the last failed attempt: the alert is not sent any more. */
bool history_alert_give_up(struct history *history, int64_t alert_id,
                           struct fault *fault) MUST_CHECK;
/* A message in Telegram about an incident. */
struct alert_message {
    int64_t chat_id, message_id;
    enum alert_event event;
    int step; /* as in struct alert */
    struct incident incident;
};
/* Stores a message; of the incident only its id. Idempotent. */
bool history_add_message(struct history *history, const struct alert_message *message,
                         struct fault *fault) MUST_CHECK;
/* Lists messages of incidents that are open or ended at `since_us` or later, newest first. */
bool history_list_messages(struct history *history, int64_t since_us, struct alert_message *out,
                           size_t *count /* in: capacity */, struct fault *fault) MUST_CHECK;
/* Queues the alert on `channel` too, unless this channel has it. Call it if the alert's own channel
 * fails. */
bool history_alert_copy_to_channel(struct history *history, int64_t alert_id,
                                   enum alert_channel channel, struct fault *fault) MUST_CHECK;

struct incident_alerted {
    int64_t queued_us; /* when the last alert other than a reminder was queued; 0: there is none */
    int64_t sent_us;   /* when a channel last sent ALERT_FIRED; 0: no channel has */
    int step;          /* the greatest step of its alerts */
};
/* Reads when an open incident was alerted. Never parks. */
bool history_get_alert_times(struct history *history, const struct uuid *incident_id,
                             struct incident_alerted *out, struct fault *fault) MUST_CHECK;

/* --- the morning report: storage/report_store.c --- */

struct uptime {
    float up;     /* share of time without a red verdict, 0 to 1; NAN: unknown */
    float p95_ms; /* 95th percentile of the probes' durations; NAN: no samples, or `outside` is
                     false */
};
/* Computes the uptime of all checks of the plan, in the plan's order, for the hours from `from_us`
 * to `to_us`. p95_ms needs samples, which are retained for HISTORY_RAW_US. */
bool history_read_uptimes(struct history *history, int64_t from_us, int64_t to_us,
                          struct uptime *out, struct fault *fault) MUST_CHECK;
/* Reads which channels have sent the report of `day`, such as 20261122: bit n for channel n. */
bool history_read_sent_report_channels(struct history *history, int day, unsigned *channels,
                                       struct fault *fault) MUST_CHECK;
bool history_report_mark_sent(struct history *history, int day, enum alert_channel channel,
                              struct fault *fault) MUST_CHECK;

/* --- silences and maintenance: storage/silence_store.c --- */

enum { SILENCES_MAX = 64, SILENCE_MATCH_MAX = 64, SILENCE_REASON_MAX = 300 };

struct silence {
    struct uuid id;
    char match[SILENCE_MATCH_MAX + 1]; /* a name, or a prefix and '*'; "*" alone: maintenance */
    char reason[SILENCE_REASON_MAX * 4 + 1];
    char who[INCIDENT_WHO_MAX + 1];
    int64_t since_us, until_us;
};
/* Adds a silence or maintenance. There is at most one maintenance: a new one replaces it. */
bool history_silence_add(struct history *history, const struct silence *silence,
                         struct fault *fault) MUST_CHECK; /* FAULT_CONFLICT "too_many_silences" */
bool history_silence_end(struct history *history, const struct uuid *id,
                         struct fault *fault) MUST_CHECK; /* FAULT_NOT_FOUND */
bool history_maintenance_end(struct history *history, struct fault *fault) MUST_CHECK;
/* Lists silences and maintenance that have not ended. */
bool history_list_silences(struct history *history, int64_t now_us, struct silence *out,
                           size_t *count /* in: capacity */, struct fault *fault) MUST_CHECK;

/* --- heartbeats: storage/heartbeat_store.c --- */

bool history_store_heartbeat(struct history *history, const struct heartbeat *heartbeat,
                             struct fault *fault) MUST_CHECK;
bool history_list_heartbeats(struct history *history, struct heartbeat *out,
                             size_t *count /* in: capacity */, struct fault *fault) MUST_CHECK;

/* --- API keys: storage/key_store.c --- */

/* Loads into `keys` the stored API keys, which were used in the last 24 hours. From then on the
 * hash of every key that `keys` looks up is stored at the next history_write_to_disk(). Call it
 * right after history_open(). `history` must outlive the last request. */
void history_load_keys_and_store_lookups(struct history *history, struct api_keys *keys);
/* Adds a key in memory; the next history_write_to_disk() stores it. A key that is not valid any
 * more has `checked_us` 0 and is deleted like an expired one. Never parks. */
void history_store_key(struct history *history, const struct api_key_kept *key);
/* Calls `each` for the stored keys, in the order of their look-ups. */
void history_for_each_key(struct history *history,
                          void (*each)(void *data, const struct api_key_kept *key), void *data);

/* --- the trend of a check: storage/trend_store.c --- */

enum { TREND_DAYS = 90, TREND_POINTS = 120 };

/* Uptime and latency of a check over time. Shares are 0 to 1; NAN if unknown. Silenced, affected
 * and yellow count as up. */
struct trend {
    /* Start of the time with known verdicts, at most a year ago; rounded down to a minute if it is
     * within the last two hours, to an hour if within the last day, otherwise to a day (UTC). 0: no
     * verdict is known. */
    int64_t since_us;
    float day, week, month, year;
    float days[TREND_DAYS];         /* shares of up time, oldest first; the last is today (UTC) */
    float latency_ms[TREND_POINTS]; /* means of the last two hours, oldest first; NAN: no samples */
};
/* Sets a trend of which nothing is known. */
void history_trend_clear(struct trend *trend);
/* Computes the trends of all checks, in the plan's order: `out` has plan->count items. `day`
 * is the last 24 hours, with the whole hour in which they began; week, month and year are the last
 * 7, 30 and 365 days (UTC), including today. On failure `out` is unchanged. */
bool history_read_trends(struct history *history, int64_t now_us, struct trend *out,
                         struct fault *fault) MUST_CHECK;

struct trend_point {
    int64_t at_us;
    enum verdict worst;
    float latency_ms; /* mean; NAN: no samples */
};
enum { TREND_HISTORY_MAX = 1440 };
/* Reads the points of GET /v1/checks/{name}/history?hours=, oldest first. A point is a sample if
 * the span is at most 2 h, a minute if at most a day, an hour if at most 60 days, otherwise a day.
 * If there are more than `count` points, reads the newest. */
bool history_read_points(struct history *history, const struct check *check, int64_t from_us,
                         int64_t to_us, struct trend_point *out, size_t *count /* in: capacity */,
                         struct fault *fault) MUST_CHECK;
