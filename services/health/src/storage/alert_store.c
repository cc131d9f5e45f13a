// SPDX-License-Identifier: MIT
#include "storage/alert_store.h"

#include <stdlib.h>

#include "base/log.h"

#include "storage/history_private.h"
#include "storage/incident_row.h"

// clang-format off
#define COLUMNS                                                                                    \
    "id, incident_id, event, channel, tries, made_us, due_us, told_us, message_id, dropped,"       \
    " step, pause_us"

const struct mirror alert_mirror = {
    .load = "INSERT OR IGNORE INTO main.alert (" COLUMNS ", stored)"
            " SELECT " COLUMNS ", 1 FROM disk.alert"
            " WHERE incident_id IN (SELECT id FROM main.incident)",
    .reconcile = "UPDATE disk.alert SET dropped = 1"
                 " WHERE told_us = 0 AND dropped = 0 AND id NOT IN (SELECT id FROM main.alert)",
    .save = "INSERT OR REPLACE INTO disk.alert (" COLUMNS ")"
            " SELECT " COLUMNS " FROM main.alert WHERE stored = 0",
    .mark_saved = "UPDATE main.alert SET stored = 1 WHERE stored = 0",
    .mark_unsaved = "UPDATE main.alert SET stored = 0",
    .trim = "DELETE FROM main.alert WHERE incident_id NOT IN (SELECT id FROM main.incident)",
};

/* Ids grow with the clock, so ids of an earlier process whose disk was unavailable are not
 * reused. */
#define NEXT_ID "max(?4, (SELECT ifnull(max(id), 0) + 1 FROM main.alert))"
// clang-format on

/* Values of alert.dropped. */
enum {
    ACTIVE,
    OBSOLETE /* the incident ended first, or its message was sent otherwise */,
    GIVEN_UP
};

/* An alert that is not sent within this time is given up. */
#define ALERT_EXPIRY_US HISTORY_DAY_US

bool alert_store_queue(struct sqlite *sqlite, const struct uuid *incident, enum alert_event event,
                       enum alert_channel channel, int64_t now_us, struct fault *fault)
{
    static const char insert[] =
        "INSERT INTO main.alert (id, incident_id, event, channel, made_us, due_us)"
        " VALUES (" NEXT_ID ", ?1, ?2, ?3, ?4, ?4) ON CONFLICT DO NOTHING";

    return sqlite_exec(sqlite, insert,
                       SQLITE_VALUES(sqlite_uuid(incident), sqlite_int(event), sqlite_int(channel),
                                     sqlite_int(now_us)),
                       fault);
}

bool alert_store_remind(struct sqlite *sqlite, const struct uuid *incident, int step,
                        enum alert_channel channel, int64_t now_us, struct fault *fault)
{
    static const char insert[] =
        "INSERT INTO main.alert (id, incident_id, event, channel, step, made_us, due_us)"
        " SELECT " NEXT_ID ", i.id, ?2, ?3, ?5, ?4, ?4 FROM main.incident i"
        " WHERE i.id = ?1 AND i.ended_us = 0 AND i.acked_us = 0"
        " AND NOT EXISTS (SELECT 1 FROM main.alert a WHERE a.incident_id = i.id"
        " AND a.channel = ?3 AND a.told_us = 0 AND a.dropped = 0) ON CONFLICT DO NOTHING";

    return sqlite_exec(sqlite, insert,
                       SQLITE_VALUES(sqlite_uuid(incident), sqlite_int(ALERT_REMINDED),
                                     sqlite_int(channel), sqlite_int(now_us), sqlite_int(step)),
                       fault);
}

struct channels {
    unsigned bits;
};

static void read_channel(sqlite3_stmt *row, void *data)
{
    struct channels *channels = data;

    channels->bits |= 1U << sqlite3_column_int(row, 0);
}

bool alert_store_recover(struct sqlite *sqlite, const struct uuid *incident, int64_t now_us,
                         struct fault *fault)
{
    static const char fired[] = "SELECT channel FROM main.alert"
                                " WHERE incident_id = ?1 AND event <> ?2 AND dropped = 0";
    struct channels channels = {0};

    if (!sqlite_each(sqlite, fired,
                     SQLITE_VALUES(sqlite_uuid(incident), sqlite_int(ALERT_RECOVERED)),
                     read_channel, &channels, fault))
        return false;
    for (int channel = 0; channel < ALERT_CHANNELS; channel++)
        if ((channels.bits >> channel & 1) != 0 &&
            !alert_store_queue(sqlite, incident, ALERT_RECOVERED, (enum alert_channel)channel,
                               now_us, fault))
            return false;
    return true;
}

bool alert_store_restore(struct sqlite *sqlite, const struct uuid *incident, struct fault *fault)
{
    static const char bring[] = "INSERT OR IGNORE INTO main.alert (" COLUMNS ", stored)"
                                " SELECT " COLUMNS ", 1 FROM disk.alert WHERE incident_id = ?1";

    return sqlite_exec(sqlite, bring, SQLITE_VALUES(sqlite_uuid(incident)), fault);
}

/* --- due alerts --- */

struct due {
    struct alert_query query;
    int64_t waiting, given_up;
    size_t room, count;
    struct alert alerts[];
};

static bool drop_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char expired[] = "UPDATE main.alert SET dropped = ?2, stored = 0"
                                  " WHERE told_us = 0 AND dropped = 0 AND made_us < ?1";
    /* ?1 ALERT_RECOVERED, ?2 OBSOLETE. A recovery is sent only if the incident was. */
    static const char ended[] =
        "UPDATE main.alert AS a SET dropped = ?2, stored = 0"
        " WHERE a.told_us = 0 AND a.dropped = 0"
        " AND (SELECT i.ended_us FROM main.incident i WHERE i.id = a.incident_id) <> 0"
        " AND (a.event <> ?1 OR NOT EXISTS (SELECT 1 FROM main.alert f"
        " WHERE f.incident_id = a.incident_id AND f.channel = a.channel AND f.event <> ?1"
        " AND f.told_us <> 0))";
    static const char acknowledged[] =
        "UPDATE main.alert AS a SET dropped = ?2, stored = 0"
        " WHERE a.told_us = 0 AND a.dropped = 0 AND a.event = ?1"
        " AND (SELECT i.acked_us FROM main.incident i WHERE i.id = a.incident_id) <> 0";
    struct due *due = data;

    if (!sqlite_exec(
            sqlite, expired,
            SQLITE_VALUES(sqlite_int(due->query.now_us - ALERT_EXPIRY_US), sqlite_int(GIVEN_UP)),
            fault))
        return false;
    due->given_up = sqlite_changes(sqlite);
    return sqlite_exec(sqlite, ended,
                       SQLITE_VALUES(sqlite_int(ALERT_RECOVERED), sqlite_int(OBSOLETE)), fault) &&
           sqlite_exec(sqlite, acknowledged,
                       SQLITE_VALUES(sqlite_int(ALERT_REMINDED), sqlite_int(OBSOLETE)), fault);
}

static void due_row(sqlite3_stmt *row, void *data)
{
    struct due *due = data;
    struct alert *alert = &due->alerts[due->count];

    if (due->count == due->room)
        return;
    due->count++;
    alert->id = sqlite3_column_int64(row, 0);
    alert->event = (enum alert_event)sqlite3_column_int(row, 1);
    alert->channel = (enum alert_channel)sqlite3_column_int(row, 2);
    alert->tries = sqlite3_column_int(row, 3);
    alert->due_us = sqlite3_column_int64(row, 4);
    alert->step = sqlite3_column_int(row, 5);
    incident_read(row, 6, &alert->incident);
}

/* Unsent alerts, without those that quiet hours hold back. ?1: include all; ?2 LEVEL_RED. */
#define WAITING                                                                                    \
    " FROM main.alert a JOIN main.incident i ON i.id = a.incident_id"                              \
    " WHERE a.told_us = 0 AND a.dropped = 0 AND (?1 OR i.level = ?2)"

static bool due_job(struct disk *disk, void *data, struct fault *fault)
{
    static const char pending[] = "SELECT count(*)" WAITING;
    /* If an alert is due later than its pause allows, the clock was set back. */
    static const char sql[] =
        "SELECT a.id, a.event, a.channel, a.tries, a.due_us, a.step, " INCIDENT_COLUMNS WAITING
        " AND a.channel = ?3 AND (a.due_us <= ?4 OR a.due_us > ?4 + a.pause_us)"
        " AND NOT EXISTS (SELECT 1 FROM main.alert e WHERE e.incident_id = a.incident_id"
        " AND e.channel = a.channel AND e.told_us = 0 AND e.dropped = 0 AND e.id < a.id)"
        " ORDER BY a.id LIMIT ?5";
    struct due *due = data;
    const struct alert_query *query = &due->query;

    if (!sqlite_count(disk_sqlite(disk), pending,
                      SQLITE_VALUES(sqlite_int(!query->quiet), sqlite_int(LEVEL_RED)),
                      &due->waiting, fault))
        return false;
    if (due->waiting == 0)
        return true;
    return disk_change(disk, drop_in_tx, due, fault) &&
           sqlite_each(disk_sqlite(disk), sql,
                       SQLITE_VALUES(sqlite_int(!query->quiet), sqlite_int(LEVEL_RED),
                                     sqlite_int(query->channel), sqlite_int(query->now_us),
                                     sqlite_int((int64_t)due->room)),
                       due_row, due, fault);
}

bool history_alerts_due(struct history *history, const struct alert_query *query, struct alert *out,
                        size_t *count, struct fault *fault)
{
    struct due *due = fault_calloc(sizeof(*due) + *count * sizeof(*out), "alerts", fault);

    if (due == NULL)
        return false;
    due->query = *query;
    due->room = *count;
    if (!disk_run(history_disk(history), due_job, due, NULL, fault))
        return false;
    history_set_alerts_waiting(history, due->waiting);
    history_add_alerts_given_up(history, due->given_up);
    if (due->given_up > 0)
        LOG(LOG_ERROR, "alerts_given_up", "Alerts that no channel accepted for a day are given up",
            log_int("count", due->given_up));
    *count = due->count;
    if (due->count > 0)
        memcpy(out, due->alerts, due->count * sizeof(*out));
    free(due);
    return true;
}

/* --- outcomes --- */

struct outcome {
    int64_t id;
    int64_t at_us; /* sent, or due again */
    int64_t pause_us;
    int64_t message_id;
    enum alert_channel channel;
    enum level level; /* of its incident, as it was sent */
};

static bool sent_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char told[] =
        "UPDATE main.alert SET told_us = ?2, message_id = ?3, dropped = 0, stored = 0"
        " WHERE id = ?1 AND told_us = 0";
    /* The incident ended while its alert was being sent, so the recovery must be sent after all. */
    static const char recovery[] =
        "UPDATE main.alert AS r SET dropped = 0, stored = 0"
        " WHERE r.event = ?2 AND r.told_us = 0 AND r.dropped = ?4 AND r.made_us >= ?3"
        " AND EXISTS (SELECT 1 FROM main.alert a WHERE a.id = ?1 AND a.event <> ?2"
        " AND a.incident_id = r.incident_id AND a.channel = r.channel)";
    /* The alert already showed the incident as red, so "became red" is obsolete. */
    static const char worse[] = "UPDATE main.alert AS w SET dropped = ?3, stored = 0"
                                " WHERE w.event = ?2 AND w.told_us = 0 AND w.dropped = 0"
                                " AND EXISTS (SELECT 1 FROM main.alert a WHERE a.id = ?1"
                                " AND a.incident_id = w.incident_id AND a.channel = w.channel)";
    const struct outcome *outcome = data;

    return sqlite_exec(sqlite, told,
                       SQLITE_VALUES(sqlite_int(outcome->id), sqlite_int(outcome->at_us),
                                     sqlite_int(outcome->message_id)),
                       fault) &&
           (outcome->level != LEVEL_RED ||
            sqlite_exec(sqlite, worse,
                        SQLITE_VALUES(sqlite_int(outcome->id), sqlite_int(ALERT_WORSE),
                                      sqlite_int(OBSOLETE)),
                        fault)) &&
           sqlite_exec(sqlite, recovery,
                       SQLITE_VALUES(sqlite_int(outcome->id), sqlite_int(ALERT_RECOVERED),
                                     sqlite_int(outcome->at_us - ALERT_EXPIRY_US),
                                     sqlite_int(OBSOLETE)),
                       fault);
}

static bool give_up_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char drop[] = "UPDATE main.alert SET dropped = ?2, stored = 0"
                               " WHERE id = ?1 AND told_us = 0 AND dropped = 0";
    const struct outcome *outcome = data;

    return sqlite_exec(sqlite, drop, SQLITE_VALUES(sqlite_int(outcome->id), sqlite_int(GIVEN_UP)),
                       fault);
}

static bool postpone_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char later[] =
        "UPDATE main.alert SET due_us = ?2, pause_us = ?3, tries = tries + 1, stored = 0"
        " WHERE id = ?1";
    const struct outcome *outcome = data;

    return sqlite_exec(sqlite, later,
                       SQLITE_VALUES(sqlite_int(outcome->id), sqlite_int(outcome->at_us),
                                     sqlite_int(outcome->pause_us)),
                       fault);
}

static bool copy_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char also[] =
        "INSERT INTO main.alert (id, incident_id, event, channel, step, made_us, due_us)"
        " SELECT " NEXT_ID ", incident_id, event, ?2, step, made_us, ?3 FROM main.alert"
        " WHERE id = ?1"
        " ON CONFLICT DO NOTHING";
    const struct outcome *outcome = data;

    return sqlite_exec(sqlite, also,
                       SQLITE_VALUES(sqlite_int(outcome->id), sqlite_int(outcome->channel),
                                     sqlite_int(outcome->at_us), sqlite_int(outcome->at_us)),
                       fault);
}

bool history_alert_sent(struct history *history, const struct alert *alert, int64_t message_id,
                        struct fault *fault)
{
    struct outcome outcome = {.id = alert->id,
                              .at_us = now_wall_us(),
                              .message_id = message_id,
                              .level = alert->incident.level};

    return disk_run_change(history_disk(history), sent_in_tx, &outcome, sizeof(outcome), fault);
}

bool history_alert_give_up(struct history *history, int64_t id, struct fault *fault)
{
    struct outcome outcome = {.id = id};

    if (!disk_run_change(history_disk(history), give_up_in_tx, &outcome, sizeof(outcome), fault))
        return false;
    history_add_alerts_given_up(history, 1);
    return true;
}

bool history_alert_postpone(struct history *history, int64_t id, int64_t pause_us,
                            struct fault *fault)
{
    struct outcome outcome = {.id = id, .at_us = now_wall_us() + pause_us, .pause_us = pause_us};

    return disk_run_change(history_disk(history), postpone_in_tx, &outcome, sizeof(outcome), fault);
}

bool history_alert_copy(struct history *history, int64_t id, enum alert_channel channel,
                        struct fault *fault)
{
    struct outcome outcome = {.id = id, .at_us = now_wall_us(), .channel = channel};

    return disk_run_change(history_disk(history), copy_in_tx, &outcome, sizeof(outcome), fault);
}

static void alerted_row(sqlite3_stmt *row, void *item)
{
    *(struct uuid *)item = sqlite_read_uuid(row, 0);
}

bool history_incidents_alerted(struct history *history, struct uuid *out, size_t *count,
                               struct fault *fault)
{
    const struct disk_query query = {
        .sql = "SELECT DISTINCT i.id FROM main.incident i JOIN main.alert a ON a.incident_id = i.id"
               " WHERE i.ended_us = 0 AND a.event = ?1 AND a.told_us <> 0 LIMIT ?2",
        .at = ALERT_FIRED,
        .size = sizeof(*out),
        .read = alerted_row,
    };

    return disk_run_query(history_disk(history), &query, out, count, fault);
}

static void red_row(sqlite3_stmt *row, void *item)
{
    struct incident_red *red = item;

    red->id = sqlite_read_uuid(row, 0);
    red->alerted_us = sqlite3_column_int64(row, 1);
}

bool history_incidents_red(struct history *history, struct incident_red *out, size_t *count,
                           struct fault *fault)
{
    /* Of open incidents, step 0 has the beginning and, after it, the change to red. */
    const struct disk_query query = {
        .sql = "SELECT i.id, ifnull(max(a.made_us), i.started_us) FROM main.incident i"
               " LEFT JOIN main.alert a ON a.incident_id = i.id AND a.step = 0"
               " WHERE i.ended_us = 0 AND i.level = ?1 GROUP BY i.id LIMIT ?2",
        .at = LEVEL_RED,
        .size = sizeof(*out),
        .read = red_row,
    };

    return disk_run_query(history_disk(history), &query, out, count, fault);
}
