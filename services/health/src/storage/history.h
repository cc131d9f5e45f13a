// SPDX-License-Identifier: MIT
/* What was: samples, incidents, alerts, silences and heartbeats, in one SQLite database.
 *
 * SQLite blocks, so it has one thread of its own (storage/disk.h), and all calls but those that say
 * otherwise park their fiber until that thread has done them, in order. A call whose fiber's time
 * ran out (FAULT_TIMEOUT) may have been done, or will be: all of them may be repeated.
 *
 * When the disk is full, broken or not there, health goes on probing and telling. Incidents,
 * alerts, silences and heartbeats live in memory, and the disk is their record, so their calls do
 * not fail then: what they did is written when the disk is back. Only what died with the process
 * before that is lost. Samples wait in memory, the oldest are dropped and counted
 * (history_missed()). What is read from the disk alone, history_trends() and history_points(),
 * fails with FAULT_UNAVAILABLE "history_away". history_gap() says since when nothing is written. A
 * file that is damaged is set aside as <path>.broken-<seconds>, and a new one begun. A disk that
 * does not answer at all holds up the thread, and all calls with it: after 10 s they fail, from
 * then on at once, until it answers (history_is_stuck()).
 *
 * Kept: samples of each probe 48 h, minutes 7 days, hours 90 days, days for ever; incidents for
 * ever, alerts 90 days. A check that is gone from the plan keeps its history until then, and finds
 * it again when it comes back. Days and hours are those of UTC. */
#pragma once

#include <stdio.h>

#include "api/key.h"
#include "base/now.h"
#include "base/uuid.h"
#include "loop/loop.h"

#include "status/verdict.h"

struct history;

#define HISTORY_MINUTE_US  (60 * US_PER_S)
#define HISTORY_HOUR_US    (60 * HISTORY_MINUTE_US)
#define HISTORY_DAY_US     (24 * HISTORY_HOUR_US)
#define HISTORY_RAW_US     (2 * HISTORY_DAY_US)
#define HISTORY_MINUTES_US (7 * HISTORY_DAY_US)
#define HISTORY_HOURS_US   (90 * HISTORY_DAY_US)
#define HISTORY_ALERTS_US  (90 * HISTORY_DAY_US)

/* Returns new. `path` of the database, borrowed, as `plan`; made where it is not there. Blocks, for
 * the start of the program: not called in a fiber. That the disk is away is no fault. */
struct history *history_open(struct loop *loop, const char *path, const struct plan *plan,
                             struct fault *fault);
/* Writes what is still in memory. No fiber may wait for history. Takes NULL. */
void history_close(struct history *history);

/* Remembers a sample in memory, for the next write (every 5 s, or 4,096 samples; beyond that the
 * oldest are dropped and counted). Never parks. */
void history_add_sample(struct history *history, size_t check, enum verdict verdict, int64_t at_us,
                        int64_t took_us);
/* Writes and rolls up, deletes what is too old, and tries again a disk that was away; for the
 * periodic task. */
bool history_write(struct history *history, struct fault *fault) MUST_CHECK;
/* Since when nothing could be written; 0: the disk is there. Never parks. */
int64_t history_gap(const struct history *history);
/* The disk does not answer, not even that it fails. Never parks. */
bool history_is_stuck(const struct history *history);

/* Samples that were dropped because the disk was away too long: each time once, the newest first.
 */
struct missed {
    int64_t from_us, to_us; /* of the first and the last of them */
    int64_t samples;
};
bool history_missed(struct history *history, struct missed *out, size_t *count /* in: room */,
                    struct fault *fault) MUST_CHECK;
/* The same of now, not yet written. Never parks. */
struct missed history_missing(const struct history *history);

/* --- incidents: storage/incident_store.c --- */

enum {
    INCIDENT_WHO_MAX = 64,
    INCIDENT_DETAIL_MAX = 480, /* with its NUL; of a rule of Prometheus its sentence */
    INCIDENT_COMMAND_MAX = 200,
    INCIDENTS_MAX = 100 /* of a page */
};

struct incident {
    struct uuid id;                 /* version 7 */
    char check[CHECK_NAME_MAX + 1]; /* of TROUBLE_RULE the name of struct rule_alert */
    enum level level;               /* its worst */
    enum severity severity;
    enum probe_trouble trouble;
    char detail[INCIDENT_DETAIL_MAX];
    struct reading reading; /* that was beyond its border; `measure` MEASURES: none */
    int64_t started_us;
    int64_t ended_us;                    /* 0: it lasts */
    char acked_by[INCIDENT_WHO_MAX + 1]; /* "" nobody */
    int64_t acked_us;
    /* Of TROUBLE_RULE; else "", as the check has them. */
    char command[INCIDENT_COMMAND_MAX + 1];
    char runbook[CHECK_NAME_MAX + 1];
};

/* What it is called where the plan has no such check: of a rule what is wrong, in its words. */
static inline const char *incident_name(const struct incident *incident)
{
    return incident->trouble == TROUBLE_RULE ? incident->detail : incident->check;
}

/* Why it began, as far as it is kept. Of a rule of Prometheus its name is the detail: what is wrong
 * is its title. */
static inline struct probe_result incident_why(const struct incident *incident)
{
    const bool rule = incident->trouble == TROUBLE_RULE;
    struct probe_result why = {.trouble = incident->trouble, .began_us = incident->started_us};

    (void)snprintf(why.detail, sizeof(why.detail), "%.*s", (int)sizeof(why.detail) - 1,
                   rule ? incident->check : incident->detail);
    if (incident->reading.measure != MEASURES)
        why.readings[why.reading_count++] = incident->reading;
    return why;
}

enum alert_event { ALERT_FIRED, ALERT_WORSE, ALERT_RECOVERED, ALERT_REMINDED };
enum alert_channel { ALERT_TELEGRAM, ALERT_EMAIL, ALERT_SMS, ALERT_WEBHOOK, ALERT_CHANNELS };

/* An alert on one channel to be told, in the order of `id`. */
struct alert {
    int64_t id;
    struct incident incident;
    enum alert_event event;
    int step; /* of REMINDED: which one, from 1; else 0 */
    enum alert_channel channel;
    int tries;
    int64_t due_us;
};

/* Begins, worsens or ends an incident, and queues its alerts on `channels` (bit n for channel n),
 * all or nothing. A recovery is queued for each channel that was told of the incident. Begun or
 * ended already: true, nothing queued. FAULT_CONFLICT "incident_open": the check has another one.
 * FAULT_NOT_FOUND. */
bool history_incident_begin(struct history *history, const struct incident *incident,
                            unsigned channels, struct fault *fault) MUST_CHECK;
bool history_incident_worsen(struct history *history, const struct incident *incident,
                             unsigned channels, struct fault *fault) MUST_CHECK;
/* Queues a reminder on `channels` that nobody has taken the incident. Nothing is queued, and it is
 * true, where it was told with this step, is over or acknowledged, or the channel has yet to be
 * told something of it. FAULT_NOT_FOUND. */
bool history_incident_remind(struct history *history, const struct uuid *id, int step,
                             unsigned channels, struct fault *fault) MUST_CHECK;
bool history_incident_end(struct history *history, const struct uuid *id, int64_t at_us,
                          struct fault *fault) MUST_CHECK;
/* FAULT_NOT_FOUND. Acknowledged already: true, and the first stays. `out` is as it is then. */
bool history_incident_ack(struct history *history, const struct uuid *id, const char *who,
                          int64_t at_us, struct incident *out, struct fault *fault) MUST_CHECK;
/* Newest first, those before `before` (NULL: all). `only_open`: those that last. While the disk is
 * away: those of memory, which are all that last and about INCIDENTS_MAX others. */
bool history_incidents(struct history *history, const struct uuid *before, bool only_open,
                       struct incident *out, size_t *count /* in: room */,
                       struct fault *fault) MUST_CHECK;

/* --- alerts: storage/alert_store.c --- */

struct alert_query {
    enum alert_channel channel;
    int64_t now_us;
    bool quiet; /* warnings are held back: what is yellow */
};
/* The next alerts of the channel that are due, oldest first; of one incident only the first that is
 * not told. Where the incident has ended before its FIRED was told on that channel, both are
 * dropped, and so is what else was not told of it before the end, and a reminder of what is
 * acknowledged. What nobody could tell for a day is given up. An alert that waits longer than it
 * was told to, because the clock was set back, is due. */
bool history_alerts_due(struct history *history, const struct alert_query *wanted,
                        struct alert *out, size_t *count /* in: room */,
                        struct fault *fault) MUST_CHECK;
/* How many no channel had taken yet, and nobody had dropped or held back, when history_alerts_due()
 * was asked last. Never parks. */
int64_t history_alerts_waiting(const struct history *history);
/* How many this process has given up. Never parks. */
int64_t history_alerts_given_up(const struct history *history);
/* `message_id` of Telegram, for its edit; 0 none. Where its incident was told as red, a WORSE that
 * waits on this channel is dropped. An alert that is not known any more is ignored. */
bool history_alert_sent(struct history *history, const struct alert *alert, int64_t message_id,
                        struct fault *fault) MUST_CHECK;
/* It was not told, and is due again in `pause_us`. */
bool history_alert_postpone(struct history *history, int64_t id, int64_t pause_us,
                            struct fault *fault) MUST_CHECK;
/* It was not told, and will not be. */
bool history_alert_give_up(struct history *history, int64_t id, struct fault *fault) MUST_CHECK;
/* A message of Telegram that tells of an incident, which is as it is now. */
struct alert_message {
    int64_t chat_id, message_id;
    enum alert_event event;
    int step; /* of struct alert */
    struct incident incident;
};
/* Notes it; of the incident its id. Again: the same. */
bool history_message(struct history *history, const struct alert_message *message,
                     struct fault *fault) MUST_CHECK;
/* Those of incidents that last, or ended at `since_us` or later; the newest first. */
bool history_messages(struct history *history, int64_t since_us, struct alert_message *out,
                      size_t *count /* in: room */, struct fault *fault) MUST_CHECK;
/* The alert goes to `channel` too, where it does not yet: its own channel fails. */
bool history_alert_copy(struct history *history, int64_t id, enum alert_channel channel,
                        struct fault *fault) MUST_CHECK;

/* Incidents that last and that people were told of. */
bool history_incidents_alerted(struct history *history, struct uuid *out,
                               size_t *count /* in: room */, struct fault *fault) MUST_CHECK;

/* Incidents that last and are red, and when their first alert as such was made: where there is
 * none, when they began. */
struct incident_red {
    struct uuid id;
    int64_t alerted_us;
};
bool history_incidents_red(struct history *history, struct incident_red *out,
                           size_t *count /* in: room */, struct fault *fault) MUST_CHECK;

/* --- the morning report: storage/report_store.c --- */

struct uptime {
    float up;     /* share of time; silenced, affected and yellow count as up. NAN: not known */
    float p95_ms; /* 95 % of the probes took no longer; of checks that are shown outside. NAN */
};
/* Of all checks of the plan, in its order, in the hours from `from_us` to `to_us`. Samples, and so
 * p95_ms, are known for HISTORY_RAW_US. */
bool history_uptime(struct history *history, int64_t from_us, int64_t to_us, struct uptime *out,
                    struct fault *fault) MUST_CHECK;
/* The channels that have told the report of this day (20261122): bit n for channel n. */
bool history_report_sent(struct history *history, int day, unsigned *channels,
                         struct fault *fault) MUST_CHECK;
bool history_report_mark_sent(struct history *history, int day, enum alert_channel channel,
                              struct fault *fault) MUST_CHECK;

/* --- silences and maintenance: storage/silence_store.c --- */

enum { SILENCES_MAX = 64, SILENCE_MATCH_MAX = 64, SILENCE_REASON_MAX = 300 };

struct silence {
    struct uuid id;
    char match[SILENCE_MATCH_MAX + 1]; /* "*" : maintenance */
    char reason[SILENCE_REASON_MAX * 4 + 1];
    char who[INCIDENT_WHO_MAX + 1];
    int64_t since_us, until_us;
};
/* One maintenance at a time: a new one takes the place of the other, all or nothing. */
bool history_silence_add(struct history *history, const struct silence *silence,
                         struct fault *fault) MUST_CHECK; /* FAULT_CONFLICT "too_many_silences" */
bool history_silence_drop(struct history *history, const struct uuid *id,
                          struct fault *fault) MUST_CHECK; /* FAULT_NOT_FOUND */
/* Those whose time is not over. */
bool history_silences(struct history *history, int64_t now_us, struct silence *out,
                      size_t *count /* in: room */, struct fault *fault) MUST_CHECK;

/* --- heartbeats: storage/heartbeat_store.c --- */

bool history_heartbeat(struct history *history, const char *name, int64_t at_us, bool ok,
                       struct fault *fault) MUST_CHECK;
struct heartbeat {
    char name[CHECK_NAME_MAX + 1];
    int64_t at_us;
    bool ok;
};
bool history_heartbeats(struct history *history, struct heartbeat *out,
                        size_t *count /* in: room */, struct fault *fault) MUST_CHECK;

/* --- API keys: storage/key_store.c --- */

/* Hands to `keys` those that an earlier process has seen in the last 24 hours, and remembers the
 * ones it looks up, from the next history_write() on: hashes, never keys. Right after
 * history_open(), not in a fiber. `history` outlives the last request. */
void history_cache_keys(struct history *history, struct api_keys *keys);
/* The parts of it. Never parks. */
void history_cache_key(struct history *history, const struct api_key_kept *key);
/* Blocks. */
void history_cached_keys(struct history *history,
                         void (*each)(void *data, const struct api_key_kept *key), void *data);

/* --- a check's past: storage/trend_store.c --- */

enum { TREND_DAYS = 90, TREND_POINTS = 120 };

/* Shares of time, 0 to 1; NAN where nothing is known. Silenced, affected and yellow count as up. */
struct trend {
    /* Since when anything is known, within a year; to the minute of the last two hours, the hour of
     * the last day, else the day of UTC. 0: nothing is. */
    int64_t since_us;
    float day, week, month, year;
    float days[TREND_DAYS];         /* up, oldest first, the last is today (UTC) */
    float latency_ms[TREND_POINTS]; /* means of the last two hours, oldest first; NAN: none */
};
/* Of all checks of the plan, in its order: `out` has plan->count items. `day` is the last 24 hours,
 * with the hour in which they began; week, month and year are the last 7, 30 and 365 days of UTC
 * with today. */
bool history_trends(struct history *history, int64_t now_us, struct trend *out,
                    struct fault *fault) MUST_CHECK;

struct trend_point {
    int64_t at_us;
    enum verdict worst;
    float latency_ms; /* mean; NAN: none */
};
enum { TREND_HISTORY_MAX = 1440 };
/* GET /v1/checks/{name}/history?hours=: raw up to 2 h, minutes up to a day, hours up to 60 days,
 * days beyond. Oldest first; where there are more than `count`, the newest. */
bool history_points(struct history *history, size_t check, int64_t from_us, int64_t to_us,
                    struct trend_point *out, size_t *count /* in: room */,
                    struct fault *fault) MUST_CHECK;
